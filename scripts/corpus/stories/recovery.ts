import { peer } from '../clients/peers.ts';
import { SDK_132 } from '../clients/sdk.ts';
import { createWire, type Introduction, type Wire } from '../clients/wire.ts';
import type { ClientKind } from '../clients/client.ts';
import { serveSdk1 } from '../servers/sdk-1.ts';
import { SERVERS } from '../servers/kinds.ts';
import type { Stage } from '../stage.ts';
import type { Story } from '../story.ts';
import { faulty, lookAlike } from './faults.ts';

/** A wire with a session that a restart has just lost. */
async function lost(stage: Stage, introduction: Introduction): Promise<{ wire: Wire; dead: string }> {
  const server = await stage.serve(SERVERS.express.serve);
  const wire = createWire(server.url, introduction);
  const dead = await wire.initialize();
  await wire.call(dead);
  await stage.rest(0.3);
  await server.restart();
  await stage.rest(0.2);
  return { wire, dead };
}

/** A program that goes on calling after a restart, whatever it is answered. */
async function goesOn(stage: Stage, client: ClientKind, rounds: number): Promise<void> {
  const server = await stage.serve(SERVERS.express.serve);
  const used = await client.connect(server.url);
  stage.whenOver(() => used.close());
  await used.call();
  await server.restart();
  await stage.rest(0.2);
  for (let round = 0; round < rounds; round++) {
    await used.call();
    await stage.rest(1);
  }
}

const STUCK = 'Told by a 404, the program repeats the dead id, and never sends an initialize.';

const stuck: readonly Story[] = [
  faulty(
    'client-no-reinit',
    {
      name: 'sdk-1.32-program-without-recovery',
      about: 'SDK 1.32.2 on both sides: after a restart the program calls on for 35 s (typescript-sdk#1708).',
      because: STUCK,
      seconds: 40,
      play: (stage) => goesOn(stage, SDK_132, 35),
    },
    ['client-reuses-dead-session'],
  ),
  faulty(
    'client-no-reinit',
    {
      name: 'python-1.26-program-without-recovery',
      about:
        'Python SDK 1.26.0 on a server of SDK 1.32.2: after a restart the program calls on (python-sdk#1676).',
      because: STUCK,
      needs: [peer('python-1.26.0')],
      play: (stage) => goesOn(stage, peer('python-1.26.0'), 6),
    },
    ['client-reuses-dead-session'],
  ),
  lookAlike('client-no-reinit', {
    name: 'lazy',
    about:
      'Like Claude Code 2.1.128 (claude-code#56264): silent for 40 s after the 404, a handshake before the next call.',
    because: 'Nobody used it meanwhile: late, and right.',
    seconds: 42,
    async play(stage) {
      const { wire, dead } = await lost(stage, {
        name: 'claude-code',
        userAgent: 'claude-code/2.1.128 (cli)',
      });
      await wire.call(dead);
      await stage.rest(40);
      const session = await wire.initialize();
      await wire.call(session);
      await wire.send('DELETE', { session });
    },
  }),
  faulty('client-reuses-dead-session', {
    name: 'five-rounds-then-a-handshake',
    about:
      'After a restart of SDK 1.32.2 a client repeats the dead id for 5 s, and then begins anew (pi-mcp-adapter#184).',
    because: 'It begins anew within 30 s, but sent the dead id five times after it was told.',
    async play(stage) {
      const { wire, dead } = await lost(stage, { name: 'pi-mcp-adapter' });
      for (let round = 0; round < 6; round++) {
        await wire.call(dead);
        await stage.rest(1);
      }
      const session = await wire.initialize();
      await wire.call(session);
      await wire.send('DELETE', { session });
    },
  }),
  faulty(
    'client-reuses-dead-session',
    {
      name: 'sdk-1.12-program-without-recovery',
      about: 'TypeScript SDK 1.12.3 on a server of 1.32.2: after a restart the program calls on.',
      because: STUCK,
      needs: [peer('sdk-1.12.3')],
      play: (stage) => goesOn(stage, peer('sdk-1.12.3'), 6),
    },
    ['client-no-reinit'],
  ),
  lookAlike('client-reuses-dead-session', {
    name: 'burst-in-flight',
    about:
      'Eight calls with a dead id are sent together, before the first 404 is in; then the client begins anew.',
    because: 'None of them began after the 404.',
    async play(stage) {
      const { wire, dead } = await lost(stage, { name: 'Cline' });
      await Promise.all(Array.from({ length: 8 }, () => wire.call(dead)));
      const session = await wire.initialize();
      await wire.call(session);
      await wire.send('DELETE', { session });
    },
  }),
];

const headerless: readonly Story[] = [
  faulty('client-headerless-after-404', {
    name: 'mcp-go',
    about:
      'mcp-go 0.58.0 clears the id on a 404 and leaves the rest to its program, which calls on (muster#999).',
    because: 'Requests without an id and without a handshake, each refused.',
    needs: [peer('mcp-go')],
    play: (stage) => goesOn(stage, peer('mcp-go'), 5),
  }),
  lookAlike('client-headerless-after-404', {
    name: 'one-too-quick',
    about:
      'A client clears the id on a 404; one more call slips out without it, and then comes the handshake.',
    because: 'One request is a race, and the handshake followed.',
    async play(stage) {
      const { wire, dead } = await lost(stage, { name: 'muster', userAgent: 'Go-http-client/1.1' });
      await wire.call(dead);
      await wire.call(undefined);
      const session = await wire.initialize();
      await wire.call(session);
      await wire.send('DELETE', { session });
    },
  }),
];

/** A read meets a restart, and the client recovers. */
async function recovers(stage: Stage, asksAgain: boolean): Promise<void> {
  const { wire, dead } = await lost(stage, { name: 'claude-code', userAgent: 'claude-code/2.1.263 (cli)' });
  const params = { uri: 'corpus://readme' };
  await wire.post('resources/read', { session: dead, params });
  const session = await wire.initialize();
  await wire.call(session);
  if (asksAgain) await wire.post('resources/read', { session, params });
  await stage.rest(0.5);
  await wire.call(session);
  await wire.send('DELETE', { session });
}

const partial: readonly Story[] = [
  faulty('partial-recovery', {
    name: 'read-is-lost',
    about:
      'A resources/read meets a restart; the client begins anew and calls tools, but does not read (claude-code#95018).',
    because: 'Nothing forbids to repeat a read, and its answer never came.',
    play: (stage) => recovers(stage, false),
  }),
  lookAlike('partial-recovery', {
    name: 'read-is-repeated',
    about: 'A resources/read meets a restart; the client begins anew, calls a tool, and then reads again.',
    because: 'What was refused was asked again.',
    play: (stage) => recovers(stage, true),
  }),
];

const ids: readonly Story[] = [
  faulty('session-id-on-initialize', {
    name: 'dead-id-kept',
    about:
      'After a restart a client initializes with the dead id, is refused 404, and does so again (mcp-searxng#139).',
    because: 'A new session must be begun without the id.',
    async play(stage) {
      const { wire, dead } = await lost(stage, { name: 'Cline' });
      await wire.call(dead);
      const params = {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'Cline', version: '3' },
      };
      await wire.post('initialize', { session: dead, params });
      await stage.rest(0.5);
      await wire.post('initialize', { session: dead, params });
      const session = await wire.initialize();
      await wire.call(session);
      await wire.send('DELETE', { session });
    },
  }),
  lookAlike('session-id-on-initialize', {
    name: 'gateway-that-makes-ids',
    about:
      'A gateway puts an id of its own on initialize (action_mcp#199); SDK 1.32.2 takes it, and gives one of its own.',
    because: 'The server had never issued that id, and nothing was refused.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1({ takesIdOnInitialize: true }));
      const wire = createWire(url, { name: 'copilot-studio' });
      const session = await wire.initialize({ headers: { 'mcp-session-id': crypto.randomUUID() } });
      await wire.call(session);
      await wire.send('DELETE', { session });
    },
  }),
  faulty('poisoned-session-id', {
    name: 'undefined',
    about: 'A program lost its id and sends "undefined" in its place to SDK 1.32.2, which answers 404.',
    because: 'The text is no id, and was never issued.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const wire = createWire(url, { name: 'corpus-program' });
      const session = await wire.initialize();
      await wire.list(session);
      await wire.call('undefined');
      await wire.send('DELETE', { session });
    },
  }),
  lookAlike('poisoned-session-id', {
    name: 'born-before-the-watch',
    about:
      'A client on SDK 1.32.2 got its session before anybody watched, through another door, and uses it on.',
    because: 'That nobody saw it issued does not mean that it was not.',
    async play(stage) {
      const serve = serveSdk1();
      const unwatched = await stage.serveUnwatched(() => serve);
      const early = createWire(unwatched.url, { name: 'corpus-program' });
      const session = await early.initialize();
      const { url } = await stage.serve(() => serve);
      const wire = createWire(url, { name: 'corpus-program' });
      await wire.list(session);
      await wire.call(session);
      await wire.send('DELETE', { session });
    },
  }),
];

/** A server restarts under a long call, or before it; the program connects again and repeats the call. */
async function repeatsCall(stage: Stage, wasUnderWay: boolean): Promise<void> {
  const server = await stage.serve(SERVERS.express.serve);
  const first = await SDK_132.connect(server.url);
  stage.whenOver(() => first.close());
  const call = wasUnderWay ? first.call(1) : Promise.resolve();
  await stage.rest(0.4);
  await server.restart();
  await stage.rest(0.2);
  if (!wasUnderWay) await first.call(1);
  const next = await SDK_132.connect(server.url);
  await next.call(1);
  await next.leave();
  await call;
}

const replays: readonly Story[] = [
  faulty('unsafe-replay', {
    name: 'call-under-way',
    about:
      'SDK 1.32.2 restarts under a call; the program connects again and sends the same call (hermes-agent#88821).',
    because: 'The server had begun: what the tool does may have been done already.',
    play: (stage) => repeatsCall(stage, true),
  }),
  lookAlike('unsafe-replay', {
    name: 'refused-before-it-began',
    about:
      'SDK 1.32.2 answers a call 404 after a restart; the program connects again and sends the same call.',
    because: 'The call was refused before anything was done.',
    play: (stage) => repeatsCall(stage, false),
  }),
];

/** What clients do when their session is dead, and with the ids they hold. */
export const recoveryStories: readonly Story[] = [...stuck, ...headerless, ...partial, ...ids, ...replays];
