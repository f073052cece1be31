import type { ClientKind } from '../clients/client.ts';
import { peer, type Peer } from '../clients/peers.ts';
import { SDK_129, SDK_132, SDK_2_AUTO, SDK_2_LEGACY } from '../clients/sdk.ts';
import { correctClient } from '../clients/wire.ts';
import { SERVERS, type ServerKind } from '../servers/kinds.ts';
import type { Stage } from '../stage.ts';
import type { Story } from '../story.ts';

const { express, fastify, hono, json, old, map } = SERVERS;
const CORRECT = correctClient({ name: 'corpus-correct' });

const OWN: readonly (readonly [ClientKind, readonly ServerKind[]])[] = [
  [SDK_132, [express, fastify, hono, json, old, map]],
  [SDK_129, [express, json, map]],
  [SDK_2_AUTO, [express, hono]],
  [SDK_2_LEGACY, [fastify, old, map]],
  [CORRECT, [express, fastify, hono, json, old, map]],
];

const LANGUAGES: readonly (readonly [Peer, readonly ServerKind[]])[] = [
  [peer('sdk-1.12.3'), [express, json]],
  [peer('sdk-1.17.5'), [express]],
  [peer('sdk-1.22.0'), [old, map]],
  [peer('python-1.13.1'), [express, json]],
  [peer('python-1.26.0'), [express, map]],
  [peer('python-2.3.0-auto'), [express]],
  [peer('python-2.3.0-legacy'), [fastify, old]],
  [peer('go-sdk'), [express, json]],
  [peer('mcp-go'), [express, map]],
];

/** Programs that begin anew, with a new client, when a call fails after a restart of the server. */
export const restartStories: readonly Story[] = [
  ...OWN.flatMap(([client, servers]) => servers.map((server) => replaced(server, client))),
  ...LANGUAGES.flatMap(([client, servers]) =>
    servers.map((server) => ({ ...replaced(server, client), needs: [client] })),
  ),
];

/** The same with calls under way in the moment of the restart, and more sent before the first refusal is in. */
export const inFlightStories: readonly Story[] = [
  ...OWN.flatMap(([client, servers]) => servers.map((server) => inFlight(server, client))),
  ...LANGUAGES.flatMap(([client, servers]) =>
    servers.map((server) => ({ ...inFlight(server, client), needs: [client] })),
  ),
];

function replaced(server: ServerKind, client: ClientKind): Story {
  return {
    group: 'restart',
    name: `${client.id}-on-${server.id}`,
    about: `${server.title} restarts; a program on ${client.title} sees a call fail and goes on with a new client.`,
    because: 'On 404 the program begins a new session without the id, at once.',
    lookAlikeOf: ['client-no-reinit', 'client-reuses-dead-session', 'restart-amnesia'],
    async play(stage) {
      const running = await stage.serve(server.serve);
      const first = await client.connect(running.url);
      stage.whenOver(() => first.close());
      await first.call();
      await stage.rest(0.5);
      await running.restart();
      await stage.rest(0.2);
      const survived = await first.call();
      await goOn(stage, running.url, client, survived ? first : undefined);
    },
  };
}

function inFlight(server: ServerKind, client: ClientKind): Story {
  return {
    group: 'in-flight',
    name: `${client.id}-on-${server.id}`,
    about: `${server.title} restarts under three calls of ${client.title}; four more meet the dead id together.`,
    because: 'Calls cut off by the death, and calls sent before the first 404 came back, prove nothing.',
    lookAlikeOf: ['client-reuses-dead-session', 'client-no-reinit'],
    async play(stage) {
      const running = await stage.serve(server.serve);
      const first = await client.connect(running.url);
      stage.whenOver(() => first.close());
      await first.list();
      const cut = [1, 2, 3].map((seconds) => first.call(seconds));
      await stage.rest(0.4);
      await running.restart();
      await stage.rest(0.2);
      const survived = await Promise.all([first.call(), first.call(), first.list(), first.call()]);
      await goOn(stage, running.url, client, survived.includes(true) ? first : undefined);
      void Promise.allSettled(cut);
    },
  };
}

/** The rest of the story: with the same client when it recovered by itself, else with a new one. */
async function goOn(
  stage: Stage,
  url: URL,
  client: ClientKind,
  recovered: Awaited<ReturnType<ClientKind['connect']>> | undefined,
): Promise<void> {
  const next = recovered ?? (await client.connect(url));
  stage.whenOver(() => next.close());
  await next.list();
  await next.call();
  await stage.rest(2);
  await next.call();
  await next.leave();
}
