import { randomUUID } from 'node:crypto';
import type { ClientKind } from '../clients/client.ts';
import { SDK_129, SDK_132, SDK_2_AUTO, SDK_2_LEGACY } from '../clients/sdk.ts';
import { correctClient } from '../clients/wire.ts';
import { SERVERS, type ServerKind } from '../servers/kinds.ts';
import { serveSdk1 } from '../servers/sdk-1.ts';
import type { Story } from '../story.ts';
import { requireToken } from '../servers/doors.ts';

const CODEX = correctClient({
  name: 'codex-mcp-client',
  userAgent: 'codex-mcp-client/0.150.0',
  listens: true,
});
const CLIENTS: readonly ClientKind[] = [SDK_132, SDK_129, SDK_2_LEGACY, CODEX];

/** A token that is changed in the middle of a session, in time. */
function refreshedInTime(server: ServerKind, client: ClientKind): Story {
  return {
    group: 'token-refresh',
    name: `in-time-${client.id}-on-${server.id}`,
    about: `${client.title} on ${server.title}: the bearer token is refreshed three times, once under a call.`,
    because: 'A session belongs to a person, not to the bytes of a token.',
    lookAlikeOf: ['cross-principal-session', 'auth-masks-session'],
    async play(stage) {
      let authorization = `Bearer ${randomUUID()}`;
      const { url } = await stage.serve(server.serve);
      const used = await client.connect(url, { credential: () => ({ authorization }) });
      stage.whenOver(() => used.close());
      for (let refresh = 0; refresh < 3; refresh++) {
        const call = used.call(0.3);
        await stage.rest(0.1);
        authorization = `Bearer ${randomUUID()}`;
        await Promise.all([call, used.list(), used.call()]);
      }
      await used.leave();
    },
  };
}

/** A token that expires, is refused with 401, and is refreshed. */
function refreshedAfterRefusal(client: ClientKind, refusals: number): Story {
  return {
    group: 'token-refresh',
    name: `after-${refusals}-refusals-${client.id}`,
    about: `${client.title} on SDK 1.32.2 with bearer tokens: the token expires, ${refusals} calls are refused 401, and it is refreshed.`,
    because: 'The login had expired; the session went on with the new token.',
    lookAlikeOf: ['auth-masks-session', 'auth-loop'],
    async play(stage) {
      const tokens = { authorization: `Bearer ${randomUUID()}` };
      const valid = new Set([tokens.authorization]);
      const { url } = await stage.serve(() => serveSdk1({ events: true, before: requireToken(valid) }));
      const used = await client.connect(url, { credential: () => tokens });
      stage.whenOver(() => used.close());
      await used.call();
      valid.clear();
      for (let refusal = 0; refusal < refusals; refusal++) {
        await used.call();
        await stage.rest(0.4);
      }
      tokens.authorization = `Bearer ${randomUUID()}`;
      valid.add(tokens.authorization);
      await used.call();
      await used.list();
      await used.leave();
    },
  };
}

/** Credentials that change within a session. */
export const tokenStories: readonly Story[] = [
  ...CLIENTS.map((client) => refreshedInTime(SERVERS.express, client)),
  ...[SDK_132, CODEX].map((client) => refreshedInTime(SERVERS.map, client)),
  refreshedInTime(SERVERS.both, SDK_2_AUTO),
  refreshedInTime(SERVERS.stateless, SDK_132),
  ...CLIENTS.map((client, i) => refreshedAfterRefusal(client, i + 1)),
];
