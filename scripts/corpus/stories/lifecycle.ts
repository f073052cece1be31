import { peer } from '../clients/peers.ts';
import { SDK_132 } from '../clients/sdk.ts';
import { createWire } from '../clients/wire.ts';
import { answerError, serveSdk1, type Sdk1 } from '../servers/sdk-1.ts';
import { answerDeleteWith } from '../servers/doors.ts';
import type { Stage } from '../stage.ts';
import type { Story } from '../story.ts';
import { faulty, lookAlike } from './faults.ts';

const left: readonly Story[] = [
  faulty('orphaned-sessions', {
    name: 'closed-without-goodbye',
    about:
      'Twelve programs on SDK 1.32.2 work for a while and close, which sends no DELETE; eleven minutes pass.',
    because: 'The sessions lie idle, and nobody ended any of them (typescript-sdk: close is not terminate).',
    play: (stage) => workAndGo(stage, { programs: 12, ends: false }),
  }),
  lookAlike('orphaned-sessions', {
    name: 'ended-with-delete',
    about: 'Twelve programs on SDK 1.32.2 work for a while and end their sessions; eleven minutes pass.',
    because: 'All of them were ended.',
    play: (stage) => workAndGo(stage, { programs: 12, ends: true }),
  }),
  faulty('delete-not-supported', {
    name: 'goodbyes-refused-and-piling-up',
    about:
      'A server on SDK 1.32.2 answers DELETE 405; twelve programs say goodbye in vain, and eleven minutes pass.',
    because: '405 is allowed; that the sessions lie there is not ended by anybody (ballerina-library#9161).',
    play: (stage) =>
      workAndGo(stage, { programs: 12, ends: true, server: { before: answerDeleteWith(405) } }),
  }),
  lookAlike('delete-not-supported', {
    name: 'a-few-goodbyes-refused',
    about:
      'A server on SDK 1.32.2 answers DELETE 405 to four programs that say goodbye; eleven minutes pass.',
    because: '405 is allowed, and four sessions are no pile.',
    play: (stage) => workAndGo(stage, { programs: 4, ends: true, server: { before: answerDeleteWith(405) } }),
  }),
  faulty('delete-ineffective', {
    name: 'fastify-refuses-a-delete-without-body',
    about:
      'Python SDK 2.3.0 sends DELETE with a content type and no body; Fastify 5 as it comes answers 400. SDK 1.32.2.',
    because:
      'The session lives, and its client cannot end it. Found in real traffic: Fastify parses the body of a DELETE.',
    needs: [peer('python-2.3.0-legacy')],
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1({ framework: 'fastify', strictBodies: true }));
      const client = await peer('python-2.3.0-legacy').connect(url);
      await client.call();
      await client.leave();
    },
  }),
  faulty('delete-ineffective', {
    name: 'firewall-refuses-delete',
    about:
      'Something before SDK 1.32.2 answers DELETE 400 (higress wasm-go#46); a client of SDK 1.32.2 says goodbye.',
    because: 'The session lives, and its client cannot end it.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1({ before: answerDeleteWith(400) }));
      const client = await SDK_132.connect(url);
      await client.call();
      await client.leave();
    },
  }),
  lookAlike('delete-ineffective', {
    name: 'said-twice',
    about: 'A client of SDK 1.32.2 says goodbye twice; the second DELETE is answered 404.',
    because: 'The first one had ended it.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const wire = createWire(url, { name: 'corpus-program' });
      const session = await wire.initialize();
      await wire.call(session);
      await wire.send('DELETE', { session });
      await wire.send('DELETE', { session });
    },
  }),
];

interface Work {
  readonly programs: number;
  readonly ends: boolean;
  readonly server?: Sdk1;
}

/** Programs come, work and go; after eleven minutes another one works, on which the rest is judged. */
async function workAndGo(stage: Stage, { programs, ends, server = {} }: Work): Promise<void> {
  const { url } = await stage.serve(() => serveSdk1(server));
  for (let i = 0; i < programs; i++) {
    const client = await SDK_132.connect(url);
    await client.list();
    for (let call = 0; call < 4; call++) await client.call();
    await (ends ? client.leave() : client.close());
  }
  await stage.stretch(660, 3);
  const last = await SDK_132.connect(url);
  await last.list();
  for (let call = 0; call < 4; call++) await last.call();
  await stage.stretch(30, 0.5);
  await last.leave();
}

const streams: readonly Story[] = [
  faulty('stream-leak', {
    name: 'a-hundred-listeners',
    about: 'A hundred and four clients of SDK 1.32.2 listen, and ask nothing for seventeen minutes.',
    because: 'More than a hundred streams are held by sessions that nobody uses.',
    seconds: 20,
    play: (stage) => listeners(stage, 104, false),
  }),
  lookAlike('stream-leak', {
    name: 'a-hundred-in-use',
    about: 'A hundred and four clients of SDK 1.32.2 listen for seventeen minutes, and call now and then.',
    because: 'The sessions that listen are in use.',
    seconds: 25,
    play: (stage) => listeners(stage, 104, true),
  }),
];

async function listeners(stage: Stage, count: number, areUsed: boolean): Promise<void> {
  const { url } = await stage.serve(() => serveSdk1({ framework: 'node' }));
  const clients = [];
  for (let i = 0; i < count; i++) {
    const client = await SDK_132.connect(url, { headers: { 'x-forwarded-for': `192.0.2.${i + 1}` } });
    stage.whenOver(() => client.close());
    clients.push(client);
  }
  await stage.rest(1);
  await stage.stretch(510, 2);
  if (areUsed) for (const client of clients) await client.call();
  await stage.stretch(510, 2);
  await clients[0]?.call();
  await stage.stretch(70, 1);
  await clients[0]?.call();
}

const limits: readonly Story[] = [
  faulty('session-cap-exhausted', {
    name: 'three-and-no-more',
    about:
      'A server on SDK 1.32.2 with a cap of three sessions refuses the fourth with 503, and serves the three.',
    because: 'New users are locked out, and it is no overload: those inside are served (python-sdk#3395).',
    async play(stage) {
      const { url } = await stage.serve(() =>
        serveSdk1({
          before(request, response, sessions) {
            const isFull =
              request.method === 'POST' &&
              request.headers['mcp-session-id'] === undefined &&
              sessions.size >= 3;
            if (isFull) answerError(response, 503, -32000, 'Too many open sessions');
            return isFull;
          },
        }),
      );
      const clients = await Promise.all([1, 2, 3].map(() => SDK_132.connect(url)));
      for (const client of clients) stage.whenOver(() => client.close());
      await SDK_132.connect(url).catch(() => {});
      for (const client of clients) await client.call();
    },
  }),
  lookAlike('session-cap-exhausted', {
    name: 'everybody-must-wait',
    about:
      'A server on SDK 1.32.2 limits its rate: 429 with Retry-After to handshakes and calls alike, for a moment.',
    because: 'It is load, not a cap: nobody is preferred.',
    async play(stage) {
      let busy = false;
      const { url } = await stage.serve(() =>
        serveSdk1({
          before(_request, response) {
            if (busy) answerError(response, 429, -32000, 'Too many requests', { 'retry-after': '1' });
            return busy;
          },
        }),
      );
      const client = await SDK_132.connect(url);
      stage.whenOver(() => client.close());
      busy = true;
      await client.call();
      await SDK_132.connect(url).catch(() => {});
      await client.call();
      busy = false;
      await stage.rest(1);
      await client.call();
      await client.leave();
    },
  }),
  faulty('premature-eviction', {
    name: 'evicted-while-it-listens',
    about:
      'A server on SDK 1.32.2 forgets a session after 1.5 s, though its stream is open (insforge-mcp#71).',
    because: 'An open stream is use; the session was taken from under it.',
    async play(stage) {
      const { url } = await stage.serve(() =>
        serveSdk1({
          opened: (id, _transport, sessions) => void setTimeout(() => sessions.delete(id), 1500).unref(),
        }),
      );
      const wire = createWire(url, { name: 'corpus-program' });
      const session = await wire.initialize();
      await wire.send('GET', { session });
      await wire.call(session);
      await stage.rest(2);
      await wire.call(session);
      const next = await wire.initialize();
      await wire.call(next);
      await wire.send('DELETE', { session: next });
      await stage.rest(0.2);
      wire.hangUp();
    },
  }),
  faulty('premature-eviction', {
    name: 'idle-limit-of-one-minute',
    about:
      'A server on SDK 1.32.2 forgets what rests for a minute (zilla#2525); four people think for 80 to 110 s each.',
    because: 'People think for longer than a minute, and the sessions die at different times: no restart.',
    seconds: 30,
    play: (stage) => idleLimit(stage, { limit: 60, rests: [80, 95, 85, 110], survived: 30 }),
  }),
  lookAlike('premature-eviction', {
    name: 'idle-limit-of-half-an-hour',
    about:
      'A server on SDK 1.32.2 forgets what rests for half an hour; four people come back after 35 to 50 minutes.',
    because: 'Half an hour is long enough; the clients begin anew.',
    seconds: 30,
    play: (stage) => idleLimit(stage, { limit: 1800, rests: [2100, 2700, 3000, 2400], survived: 1200 }),
  }),
];

interface IdleLimit {
  readonly limit: number;
  readonly rests: readonly number[];
  readonly survived: number;
}

/** One after the other, people rest for so long; a server that the recorder's clock makes forget them. */
async function idleLimit(stage: Stage, { limit, rests, survived }: IdleLimit): Promise<void> {
  const lastUse = new Map<string, number>();
  let now = 0;
  const pass = async (seconds: number): Promise<void> => {
    await stage.stretch(seconds, 1);
    now += seconds;
  };
  const { url } = await stage.serve(() =>
    serveSdk1({
      json: true,
      before(request, _response, sessions) {
        for (const [id, at] of lastUse) if (now - at >= limit) (sessions as Map<string, unknown>).delete(id);
        const id = request.headers['mcp-session-id'];
        if (typeof id === 'string' && sessions.has(id)) lastUse.set(id, now);
        return false;
      },
    }),
  );
  for (const [i, rest] of rests.entries()) {
    const wire = createWire(url, {
      name: 'corpus-program',
      headers: { 'x-forwarded-for': `192.0.2.${i + 1}` },
    });
    const session = await wire.initialize();
    await wire.call(session);
    await pass(survived);
    await wire.call(session);
    await pass(rest);
    await wire.call(session);
    const next = await wire.initialize();
    await wire.call(next);
    await wire.send('DELETE', { session: next });
    await pass(5);
  }
}

/** How sessions end, pile up, and run into limits. */
export const lifecycleStories: readonly Story[] = [...left, ...streams, ...limits];
