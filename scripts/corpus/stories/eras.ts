import type { ClientKind } from '../clients/client.ts';
import { peer } from '../clients/peers.ts';
import { SDK_132, SDK_2_AUTO, SDK_2_LEGACY } from '../clients/sdk.ts';
import { SERVERS, type ServerKind } from '../servers/kinds.ts';
import { serveSdk1 } from '../servers/sdk-1.ts';
import { serveSdk2OnHono } from '../servers/sdk-2.ts';
import type { Story } from '../story.ts';

const PYTHON = peer('python-2.3.0-auto');

/** Clients of the newer era connect three times, as programs do that are started again. */
function threeTimes(server: ServerKind, client: ClientKind): Story {
  return {
    group: 'dual-era',
    name: `three-starts-${client.id}-on-${server.id}`,
    about: `${client.title} is started three times on ${server.title}, asks each time which era to speak, and works.`,
    because: 'A refused server/discover is how a client learns to fall back.',
    lookAlikeOf: ['era-probe-failure', 'protocol-version-mismatch'],
    async play(stage) {
      const { url } = await stage.serve(server.serve);
      for (let start = 0; start < 3; start++) {
        const used = await client.connect(url);
        await used.list();
        await used.call();
        await used.leave();
        await stage.rest(0.5);
      }
    },
  };
}

/** Clients of both eras side by side. */
function together(server: ServerKind): Story {
  return {
    group: 'dual-era',
    name: `side-by-side-on-${server.id}`,
    about: `Clients of both eras work side by side on ${server.title}.`,
    because: 'Each speaks its own era throughout.',
    lookAlikeOf: ['protocol-version-mismatch', 'session-id-never-echoed'],
    async play(stage) {
      const { url } = await stage.serve(server.serve);
      const clients = await Promise.all([SDK_132, SDK_2_AUTO, SDK_2_LEGACY].map((kind) => kind.connect(url)));
      for (let round = 0; round < 3; round++) {
        await Promise.all(clients.map((client) => client.call(0.1)));
        await stage.rest(0.3);
      }
      await Promise.all(clients.map((client) => client.leave()));
    },
  };
}

/** A server goes from one era to the other; programs are started anew. */
function moved(from: 'older' | 'newer', client: ClientKind): Story {
  const older = () => serveSdk1();
  const newer = () => serveSdk2OnHono('stateless');
  return {
    group: 'dual-era',
    name: `server-moves-from-the-${from}-era-${client.id}`,
    about: `A server moves from the ${from} era to the other, SDK 1.32.2 and 2.4.0; ${client.title} is started anew.`,
    because: 'Sessions were ended before, and the new client asked anew which era to speak.',
    lookAlikeOf: ['era-probe-failure', 'dead-session-accepted'],
    async play(stage) {
      let life = 0;
      const server = await stage.serve(() => ((life++ === 0) === (from === 'older') ? older() : newer()));
      const before = await client.connect(server.url);
      await before.call();
      await before.leave();
      await server.restart();
      await stage.rest(0.2);
      const after = await client.connect(server.url);
      await after.call();
      await after.leave();
    },
  };
}

/** Two eras at one endpoint. */
export const eraStories: readonly Story[] = [
  ...[SERVERS.express, SERVERS.old, SERVERS.hono, SERVERS.stateless].map((server) =>
    threeTimes(server, SDK_2_AUTO),
  ),
  ...[SERVERS.express, SERVERS.json, SERVERS.map].map((server) => ({
    ...threeTimes(server, PYTHON),
    needs: [PYTHON],
  })),
  ...[SERVERS.both, SERVERS.map, SERVERS.bothOnHono].map(together),
  moved('older', SDK_2_AUTO),
  moved('newer', SDK_2_AUTO),
  { ...moved('older', PYTHON), needs: [PYTHON] },
  { ...moved('newer', PYTHON), needs: [PYTHON] },
  moved('older', SDK_132),
];
