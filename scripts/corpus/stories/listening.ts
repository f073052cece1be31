import { randomUUID } from 'node:crypto';
import { servePlainTextGet } from '../../../demo/servers/plain-text-get.ts';
import { peer } from '../clients/peers.ts';
import { SDK_132 } from '../clients/sdk.ts';
import { createWire, type Wire } from '../clients/wire.ts';
import { requireToken } from '../servers/doors.ts';
import { serveProxy } from '../servers/proxy.ts';
import { serveSdk1 } from '../servers/sdk-1.ts';
import type { Stage } from '../stage.ts';
import type { Story } from '../story.ts';
import { faulty, lookAlike } from './faults.ts';

const streams: readonly Story[] = [
  faulty('get-reopen-loop', {
    name: 'plain-text-on-get',
    about:
      'A server answers GET 200 with a line of text; the client of SDK 1.32.2 opens it again each second (malloyyo#134).',
    because: 'A GET must be answered with a stream, or 405.',
    seconds: 15,
    async play(stage) {
      const { url } = await stage.serve(servePlainTextGet);
      const client = await SDK_132.connect(url);
      stage.whenOver(() => client.close());
      await client.call();
      await stage.rest(13);
      await client.leave();
    },
  }),
  faulty('get-reopen-loop', {
    name: 'streams-ended-at-once',
    about:
      'A server on SDK 1.32.2 ends each listening stream at once; Python SDK 2.3.0 opens it again (python-sdk#3257).',
    because: 'A stream that ends at once, without a word on when to come back, cannot be listened to.',
    seconds: 15,
    needs: [peer('python-2.3.0-legacy')],
    async play(stage) {
      const { url } = await stage.serve(() =>
        serveSdk1({
          before(request, response) {
            if (request.method !== 'GET') return false;
            response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': bye\n\n');
            return true;
          },
        }),
      );
      const client = await peer('python-2.3.0-legacy').connect(url);
      stage.whenOver(() => client.close());
      await client.call();
      await stage.rest(13);
      await client.leave();
    },
  }),
  faulty('sse-flap', {
    name: 'proxy-cuts-at-20-s',
    about:
      'A proxy cuts what is silent for 20 s, before SDK 1.32.2 without keep-alive; five of its clients listen again.',
    because: 'Every stream ends after the same time, with nothing written to it.',
    seconds: 70,
    play: (stage) => listeners(stage, 0),
  }),
  lookAlike('sse-flap', {
    name: 'comments-keep-it-open',
    about:
      'The same proxy cuts what is silent for 20 s; SDK 1.32.2 writes a comment every 5 s, and the streams live.',
    because: 'Nothing is cut until the clients leave.',
    seconds: 50,
    play: (stage) => listeners(stage, 5000),
  }),
  faulty('sse-conflict', {
    name: 'proxy-keeps-the-dead-stream',
    about:
      'A proxy does not tell SDK 1.32.2 that a client like Cursor went away; its next two GETs are answered 409.',
    because: 'The former stream was gone, and kept the new one out (mcp-remote#159).',
    vantage: 'proxy',
    async play(stage) {
      const behind = await stage.serveUnwatched(() => serveSdk1());
      const { url } = await stage.serve(() => serveProxy({ route: () => behind.url, keepsStreams: true }));
      const wire = createWire(url, { name: 'cursor-vscode' });
      const session = await wire.initialize();
      await wire.send('GET', { session });
      await wire.call(session);
      wire.hangUp();
      const again = createWire(url, { name: 'cursor-vscode' });
      await stage.rest(1);
      await again.send('GET', { session });
      await stage.rest(0.6);
      await again.send('GET', { session });
      await again.call(session);
    },
  }),
  lookAlike('sse-conflict', {
    name: 'two-listeners',
    about:
      'Two processes share one session on SDK 1.32.2; the second one that listens is answered 409, twice.',
    because: 'The first stream is open and in use: TypeScript servers allow one.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const wire = createWire(url, { name: 'corpus-program' });
      const session = await wire.initialize();
      await wire.send('GET', { session });
      const other = createWire(url, { name: 'corpus-program' });
      await other.send('GET', { session });
      await stage.rest(1);
      await other.send('GET', { session });
      await other.call(session);
      wire.hangUp();
      await other.send('DELETE', { session });
    },
  }),
];

async function listeners(stage: Stage, keepAliveMs: number): Promise<void> {
  const behind = await stage.serveUnwatched(() => serveSdk1({ keepAliveMs }));
  // The hook stands in a server of its own behind the proxy that cuts.
  const watched = await stage.serve(() => serveProxy({ route: () => behind.url }));
  const { url } = await stage.serveUnwatched(() => serveProxy({ route: () => watched.url, idleMs: 20_000 }));
  for (let i = 0; i < 5; i++) {
    const headers = { 'x-forwarded-for': `192.0.2.${i + 1}` };
    const client = await SDK_132.connect(url, { headers });
    stage.whenOver(() => client.close());
    await client.call();
    await stage.rest(0.3);
  }
  await stage.rest(keepAliveMs === 0 ? 64 : 45);
}

const loops: readonly Story[] = [
  faulty('idle-poll', {
    name: 'lists-every-ten-seconds',
    about:
      'A client like Cursor lists the tools of SDK 1.32.2 every ten seconds for 35 minutes, and does nothing else.',
    because: 'Half an hour of asking, at a steady pace, for what did not change.',
    seconds: 30,
    play: (stage) => polling(stage, async (wire, session) => void (await wire.list(session))),
  }),
  lookAlike('idle-poll', {
    name: 'work-in-between',
    about: 'The same client lists every ten seconds for 35 minutes, and calls a tool every few minutes.',
    because: 'Somebody works with it.',
    seconds: 30,
    play: (stage) =>
      polling(stage, async (wire, session, round) => {
        await wire.list(session);
        if (round % 20 === 19) await wire.call(session);
      }),
  }),
  faulty('auth-loop', {
    name: 'expired-token-again-and-again',
    about:
      'A token expires; the client asks SDK 1.32.2 once a minute for eight minutes with the same one (1mcp-app/agent#425).',
    because: 'It was let in before, and nothing about the refusal will change by asking.',
    play: (stage) => expiredToken(stage, 8, false),
  }),
  lookAlike('auth-loop', {
    name: 'login-in-progress',
    about:
      'A token expires; the client of SDK 1.32.2 asks four times in four minutes while a person logs in, and is let in.',
    because: 'A login takes its time, and it was refreshed.',
    play: (stage) => expiredToken(stage, 4, true),
  }),
];

type Poll = (wire: Wire, session: string, round: number) => Promise<void>;

/** 210 rounds, ten seconds apart on the recorder's clock. */
async function polling(stage: Stage, poll: Poll): Promise<void> {
  const { url } = await stage.serve(() => serveSdk1({ json: true }));
  const wire = createWire(url, { name: 'cursor-vscode' });
  const session = await wire.initialize();
  for (let round = 0; round < 210; round++) {
    await poll(wire, session, round);
    await stage.stretch(10, 0.1);
  }
}

/** Refusals a minute apart on the recorder's clock. */
async function expiredToken(stage: Stage, refusals: number, renews: boolean): Promise<void> {
  const tokens = { authorization: `Bearer ${randomUUID()}` };
  const valid = new Set([tokens.authorization]);
  const { url } = await stage.serve(() => serveSdk1({ before: requireToken(valid) }));
  const wire = createWire(url, { name: 'goose', credential: () => tokens });
  const session = await wire.initialize();
  await wire.call(session);
  valid.clear();
  for (let round = 0; round < refusals; round++) {
    await wire.call(session);
    await stage.stretch(60, 0.5);
  }
  if (!renews) return;
  tokens.authorization = `Bearer ${randomUUID()}`;
  valid.add(tokens.authorization);
  await wire.call(session);
  await wire.send('DELETE', { session });
}

/** Streams that do not last, and what is asked again and again. */
export const listeningStories: readonly Story[] = [...streams, ...loops];
