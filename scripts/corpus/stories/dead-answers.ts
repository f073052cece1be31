import { serveMaskedJson, serveMaskedStream } from '../../../demo/servers/masked-200.ts';
import { serveSdk129 } from '../../../demo/servers/sdk-1-29.ts';
import { peer } from '../clients/peers.ts';
import { SDK_129, SDK_132 } from '../clients/sdk.ts';
import { createWire } from '../clients/wire.ts';
import type { ClientKind } from '../clients/client.ts';
import { answerError, serveSdk1 } from '../servers/sdk-1.ts';
import { serveSingle } from '../servers/single.ts';
import type { Stage } from '../stage.ts';
import type { Story } from '../story.ts';
import { answerDeleteWith } from '../servers/doors.ts';
import { faulty, lookAlike } from './faults.ts';

const WRONG = 'dead-session-wrong-status';

/** A call fails after a restart, and a person reconnects the client. */
export async function reconnected(
  stage: Stage,
  serve: Parameters<Stage['serve']>[0],
  client: ClientKind,
): Promise<void> {
  const server = await stage.serve(serve);
  const first = await client.connect(server.url);
  stage.whenOver(() => first.close());
  await first.call();
  await stage.rest(0.5);
  await server.restart();
  await stage.rest(0.2);
  await first.call();
  await first.close();
  await stage.rest(3);
  const next = await client.connect(server.url);
  await next.call();
  await next.leave();
}

const wrongStatus: readonly Story[] = [
  faulty(WRONG, {
    name: 'sdk-1.29-map-from-its-example',
    about:
      'SDK 1.29.0 with the session map of its own example answers 400 to an id it has forgotten; client of 1.29.0.',
    because: 'An ended session must be answered 404 (2025-11-25, session management); typescript-sdk#389.',
    play: (stage) => reconnected(stage, serveSdk129, SDK_129),
  }),
  faulty(WRONG, {
    name: 'sdk-1.32-one-transport',
    about:
      'One transport of SDK 1.32.2 for all answers 400 "Server not initialized" after a restart; Python SDK 1.26.0.',
    because: 'The id is known to be none of its own, and is answered 400 instead of 404.',
    needs: [peer('python-1.26.0')],
    play: (stage) => reconnected(stage, () => serveSingle('1.32'), peer('python-1.26.0')),
  }),
  faulty(WRONG, {
    name: '503-for-good',
    about: 'A server on SDK 1.32.2 answers 503 to an id that it has forgotten, as neotoma#1923 did.',
    because: '503 without Retry-After tells a client to wait for a session that will not come back.',
    play: (stage) =>
      reconnected(
        stage,
        () =>
          serveSdk1({ unknown: (_, response) => answerError(response, 503, -32000, 'Session not found') }),
        SDK_132,
      ),
  }),
  lookAlike(WRONG, {
    name: 'no-id-at-all',
    about:
      'A script asks SDK 1.32.2 for its tools without a session id, is answered 400, and then does it right.',
    because: 'A request without an id should be answered 400.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const wire = createWire(url, { name: 'curl', userAgent: 'curl/8.5.0' });
      await wire.list(undefined);
      const session = await wire.initialize();
      await wire.list(session);
      await wire.send('DELETE', { session });
    },
  }),
  lookAlike(WRONG, {
    name: 'busy-for-a-moment',
    about:
      'A server on SDK 1.32.2 is overloaded and answers 503 with Retry-After to a live session, then serves it.',
    because: 'The session lives: the 503 says when to come back, and it was true.',
    async play(stage) {
      let busy = false;
      const { url } = await stage.serve(() =>
        serveSdk1({
          before(_request, response) {
            if (busy) answerError(response, 503, -32000, 'Overloaded', { 'retry-after': '1' });
            return busy;
          },
        }),
      );
      const client = await SDK_132.connect(url);
      stage.whenOver(() => client.close());
      await client.call();
      busy = true;
      await client.call();
      busy = false;
      await stage.rest(1);
      await client.call();
      await client.leave();
    },
  }),
];

/** A program that lists where others call. */
function listing(client: ClientKind): ClientKind {
  return {
    ...client,
    async connect(url) {
      const lister = await client.connect(url);
      return { ...lister, call: () => lister.list() };
    },
  };
}

const masked: readonly Story[] = [
  faulty('dead-session-masked-2xx', {
    name: 'error-event-in-a-stream',
    about:
      'A server opens the stream before it looks the session up: 200, and the error as an event (keryx#503).',
    because: 'A client that sees 200 is told nothing by the protocol.',
    play: (stage) => reconnected(stage, serveMaskedStream, SDK_132),
    seconds: 12,
  }),
  faulty('dead-session-masked-2xx', {
    name: 'error-answer-with-200',
    about:
      'A server answers a dead session 200 with a JSON-RPC error that says so (zilla#2525); client of SDK 1.29.0.',
    because: 'A client that sees 200 is told nothing by the protocol.',
    play: (stage) => reconnected(stage, serveMaskedJson, listing(SDK_129)),
  }),
  lookAlike('dead-session-masked-2xx', {
    name: 'tool-that-speaks-of-sessions',
    about:
      'A tool of a server on SDK 1.32.2 fails with "Session not found", which is about a table of its own.',
    because: 'It is the result of a tool, not a JSON-RPC error about the session of the request.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1());
      const wire = createWire(url, { name: 'corpus-program' });
      const session = await wire.initialize();
      const params = { name: 'look-up', arguments: {} };
      await wire.post('tools/call', { session, params });
      await wire.post('tools/call', { session, params });
      await wire.send('DELETE', { session });
    },
  }),
];

const accepted: readonly Story[] = [
  faulty('dead-session-accepted', {
    name: 'sdk-1.29-zombie',
    about:
      'One transport of SDK 1.29.0: after a DELETE that it accepted, POST is answered 200 and a stream without end.',
    because: 'A request to an ended session must be answered 404.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSingle('1.29'));
      const wire = createWire(url, { name: 'corpus-program' });
      const session = await wire.initialize();
      await wire.call(session);
      await wire.send('DELETE', { session });
      await stage.rest(0.2);
      await wire.post('tools/list', { session, signal: AbortSignal.timeout(1500) }).catch(() => {});
    },
  }),
  faulty('dead-session-accepted', {
    name: 'delete-without-effect',
    about: 'A server on SDK 1.32.2 answers DELETE 204 and forgets nothing, as mcp-go does by default.',
    because: 'The id was ended, and goes on working.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1({ before: answerDeleteWith(204) }));
      const wire = createWire(url, { name: 'corpus-program' });
      const session = await wire.initialize();
      await wire.call(session);
      await wire.send('DELETE', { session });
      await stage.rest(0.2);
      await wire.list(session);
    },
  }),
  lookAlike('dead-session-accepted', {
    name: 'call-under-way',
    about: 'A client of SDK 1.32.2 says goodbye with DELETE while a call of it is under way.',
    because: 'The call began before the end, and may be answered or cut.',
    async play(stage) {
      const { url } = await stage.serve(() => serveSdk1({ json: true }));
      const client = await SDK_132.connect(url);
      const call = client.call(1);
      await stage.rest(0.3);
      await client.leave();
      await call;
    },
  }),
];

/** What servers answer to a dead session. */
export const deadAnswerStories: readonly Story[] = [...wrongStatus, ...masked, ...accepted];
