import { randomUUID } from 'node:crypto';
import { SDK_132 } from '../clients/sdk.ts';
import { correctClient, createWire } from '../clients/wire.ts';
import { SERVERS } from '../servers/kinds.ts';
import { serveProxy } from '../servers/proxy.ts';
import { serveSdk1 } from '../servers/sdk-1.ts';
import { serveSingle } from '../servers/single.ts';
import type { Stage } from '../stage.ts';
import type { Story } from '../story.ts';
import { faulty, lookAlike } from './faults.ts';

const PAGE = { origin: 'https://inspector.example', 'user-agent': 'Mozilla/5.0' };

const paths: readonly Story[] = [
  faulty('session-header-stripped', {
    name: 'not-exposed',
    about:
      'A page in a browser initializes on SDK 1.32.2 without Access-Control-Expose-Headers, and lists without an id.',
    because: 'The id was given, and the page may not read it (typescript-sdk#764).',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const wire = createWire(url, { name: 'inspector-client', headers: PAGE });
      const params = {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'inspector-client', version: '0.21.2' },
      };
      await wire.post('initialize', { params });
      await wire.list(undefined);
    },
  }),
  lookAlike('session-header-stripped', {
    name: 'exposed',
    about: 'A page in a browser initializes on SDK 1.32.2, which exposes the id, and works with it.',
    because: 'The page can read the id, and sends it.',
    async play(stage) {
      const { url } = await stage.serve(() =>
        serveSdk1({
          before(_request, response) {
            response.setHeader('access-control-expose-headers', 'mcp-session-id');
            return false;
          },
        }),
      );
      const wire = createWire(url, { name: 'inspector-client', headers: PAGE });
      const session = await wire.initialize();
      await wire.list(session);
      await wire.call(session);
      await wire.send('DELETE', { session });
    },
  }),
  faulty('lost-affinity', {
    name: 'two-replicas-in-turn',
    about:
      'A proxy hands requests in turn to two replicas of SDK 1.32.2; one knows the session, the other answers 404.',
    because: 'Dead, alive, dead: no session does that (openiap#287).',
    vantage: 'proxy',
    async play(stage) {
      const a = await stage.serveUnwatched(() => serveSdk1());
      const b = await stage.serveUnwatched(() => serveSdk1());
      let asked = 0;
      // Connections are kept for a while, so the handshake reaches one replica, and later ones both.
      const { url } = await stage.serve(() =>
        serveProxy({ route: () => (++asked > 3 && asked % 2 === 0 ? b.url : a.url) }),
      );
      const wire = createWire(url, { name: 'corpus-program' });
      const session = await wire.initialize();
      for (let call = 0; call < 8; call++) {
        await wire.call(session);
        await stage.rest(0.4);
      }
      await wire.call(session);
    },
  }),
  lookAlike('lost-affinity', {
    name: 'owner-replaced-once',
    about:
      'A proxy moves from one replica of SDK 1.32.2 to the next in a rolling deploy; the client begins anew.',
    because: 'Served, then dead, once: the owner went away.',
    vantage: 'proxy',
    async play(stage) {
      const a = await stage.serveUnwatched(() => serveSdk1());
      const b = await stage.serveUnwatched(() => serveSdk1());
      let owner = a;
      const { url } = await stage.serve(() => serveProxy({ route: () => owner.url }));
      const client = await correctClient({ name: 'corpus-correct' }).connect(url);
      await client.call();
      await client.list();
      owner = b;
      await client.call();
      await client.call();
      await client.leave();
    },
  }),
  faulty('restart-amnesia', {
    name: 'five-sessions-at-once',
    about: 'A server on SDK 1.32.2 restarts and forgets five sessions; their clients begin anew at once.',
    because: 'Most sessions died together: the server keeps them in memory alone (python-sdk#880).',
    play: (stage) => restartUnder(stage, 5),
  }),
  lookAlike('restart-amnesia', {
    name: 'two-sessions',
    about: 'A server on SDK 1.32.2 restarts and forgets two sessions; their clients begin anew at once.',
    because: 'Two deaths are no pattern.',
    play: (stage) => restartUnder(stage, 2),
  }),
];

async function restartUnder(stage: Stage, people: number): Promise<void> {
  const server = await stage.serve(SERVERS.express.serve);
  const clients = await Promise.all(
    Array.from({ length: people }, (_, i) =>
      correctClient({ name: 'corpus-correct' }).connect(server.url, {
        headers: { 'x-forwarded-for': `192.0.2.${i + 1}` },
      }),
    ),
  );
  await Promise.all(clients.map((client) => client.call()));
  await server.restart();
  await stage.rest(0.2);
  for (const client of clients) {
    await client.call();
    await stage.rest(0.3);
  }
  await Promise.all(clients.map((client) => client.leave()));
}

const principals: readonly Story[] = [
  faulty('cross-principal-session', {
    name: 'two-people-in-turn',
    about: 'Two bearer tokens take turns on one session of SDK 1.32.2, which serves both.',
    because: 'The id of one is used by the other: it leaked, or a gateway mixes people up (mailpouch#264).',
    play: (stage) => tokensInTurn(stage, ['A', 'B', 'A', 'B']),
  }),
  lookAlike('cross-principal-session', {
    name: 'refreshed-twice',
    about: 'A client of SDK 1.32.2 refreshes its bearer token twice within one session.',
    because: 'No former token comes back.',
    play: (stage) => tokensInTurn(stage, ['A', 'A', 'B', 'B', 'C']),
  }),
  faulty('single-session-server', {
    name: 'quick-start-for-two',
    about:
      'One transport of SDK 1.32.2 for all: the second person is refused 400 "already initialized" (dynatrace-mcp#134).',
    because: 'A handshake without an id must be given a session of its own.',
    play: (stage) => quickStart(stage, 2),
  }),
  lookAlike('single-session-server', {
    name: 'quick-start-for-one',
    about: 'One transport of SDK 1.32.2 for all, and one person who uses it.',
    because: 'Nobody was refused.',
    play: (stage) => quickStart(stage, 1),
  }),
];

async function tokensInTurn(stage: Stage, turns: readonly string[]): Promise<void> {
  const { url } = await stage.serve(() => serveSdk1());
  const tokens: Record<string, string> = {};
  let authorization = '';
  const wire = createWire(url, { name: 'corpus-program', credential: () => ({ authorization }) });
  let session: string | undefined;
  for (const turn of turns) {
    authorization = tokens[turn] ??= `Bearer ${randomUUID()}`;
    session ??= await wire.initialize();
    await wire.call(session);
    await stage.rest(0.3);
  }
}

async function quickStart(stage: Stage, count: number): Promise<void> {
  const { url } = await stage.serve(() => serveSingle('1.32'));
  for (let i = 0; i < count; i++) {
    const headers = { 'x-forwarded-for': `192.0.2.${i + 1}` };
    const client = await SDK_132.connect(url, { headers }).catch(() => undefined);
    stage.whenOver(() => client?.close());
    await client?.call();
  }
}

/** What lies between client and server, and who shares a session. */
export const pathStories: readonly Story[] = [...paths, ...principals];
