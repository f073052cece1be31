/** One program, watched by both hooks of a client at once. */
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, fetch as packageFetch, interceptors, request } from 'undici';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startServer } from '../../../demo/restartable-server.ts';
import { serveSdk2 } from '../../../demo/servers/sdk-2.ts';
import type { Exchange, StreamOpened } from '../../../src/exchange/index.ts';
import { watchFetch } from '../../../src/hooks/fetch/index.ts';
import { watchUndici } from '../../../src/hooks/undici/index.ts';
import { createObserver } from '../../../src/observer.ts';
import { metrics } from '../../../src/signals/index.ts';
import { restart, WITH_SESSIONS, WITHOUT_SESSIONS, type Sdk } from '../fetch/sdk-programs.ts';
import { record, type Recording } from '../node-http/recording.ts';
import { serve as serveOn } from '../node-http/wire.ts';

interface Story extends Pick<Sdk, 'serve' | 'connect'> {
  readonly send: typeof fetch;
  /** Told by one of the hooks, that of fetch if both are compared: it is the later one. */
  readonly recording: Recording;
  /** Whether each client opens a listening stream. */
  readonly listens: boolean;
}

/** A client loses its session to a restart, begins anew, and says goodbye. Answers how often it has sent. */
async function restartAndRecovery({ serve, connect, send, recording, listens }: Story): Promise<number> {
  const server = await startServer(serve);
  onTestFinished(() => server.close());
  let sent = 0;
  const counted: typeof fetch = (...given) => {
    sent++;
    return send(...given);
  };
  /** All is answered and told but the listening stream: a client that closes before breaks its last answer off. */
  const rest = (clients: number): Promise<void> =>
    vi.waitFor(() => {
      const opened = recording.streams.filter(({ kind }) => kind === 'get');
      expect(opened).toHaveLength(listens ? clients : 0);
      expect(recording.exchanges).toHaveLength(listens ? sent - 1 : sent);
    }, 5000);
  const lost = await connect(server.url, counted);
  await lost.call();
  await rest(1);
  await restart(server);
  await lost.call().catch(() => {});
  await lost.close();
  const next = await connect(server.url, counted);
  await next.call();
  await rest(2);
  await next.close();
  return sent;
}

const byStart = (one: Exchange, other: Exchange): number => one.startedAt - other.startedAt;

const streamFacts = ({ kind, session, target }: StreamOpened): string => `${kind} ${session} ${target}`;

const alphabetical = (one: string, other: string): number => one.localeCompare(other);

/** What is the same whichever hook saw it, but for the moments. */
function facts({ startedAt, endedAt, stream, ...rest }: Exchange): object {
  if (stream === undefined) return { ...rest, stream, lasted: endedAt >= startedAt };
  const { openedAt, lastWriteAt, ...carried } = stream;
  const inOrder = startedAt <= openedAt && openedAt <= lastWriteAt && lastWriteAt <= endedAt;
  return { ...rest, stream: carried, lasted: inOrder };
}

const SDKS = [
  ...WITH_SESSIONS.map((sdk) => ({ ...sdk, listens: true, handshakes: 2 })),
  { ...WITHOUT_SESSIONS, listens: false, handshakes: 0 },
];

describe.each(SDKS)('$name', ({ handshakes, ...sdk }) => {
  test('both hooks tell the same exchanges, field by field', async () => {
    const [byFetch, byUndici] = [record(), record()];
    onTestFinished(watchUndici(byUndici));
    const send = watchFetch(byFetch)(fetch);
    const sent = await restartAndRecovery({ ...sdk, send, recording: byFetch });
    for (const hook of [byFetch, byUndici]) expect(await hook.until(sent)).toHaveLength(sent);
    const [told, same] = [byFetch.exchanges.toSorted(byStart), byUndici.exchanges.toSorted(byStart)];
    expect(same.map(facts)).toEqual(told.map(facts));
    expect(told.filter(({ rpcMethods }) => rpcMethods[0] === 'initialize')).toHaveLength(handshakes);
    expect(told.filter(({ rpcMethods }) => rpcMethods[0] === 'tools/call').length).toBeGreaterThan(1);
    for (const [i, { startedAt, endedAt }] of same.entries()) {
      const other = told[i] as Exchange;
      // fetch is called, and then sends.
      expect(startedAt).toBeGreaterThanOrEqual(other.startedAt);
      expect(startedAt).toBeLessThanOrEqual(other.endedAt);
      // An answer is over when it has come whole, and for fetch when the program has read it; the end of its
      // connection, some seconds later, is no sign of either.
      expect(endedAt - other.endedAt).toBeLessThan(2000);
    }
    expect(byUndici.streams.map(streamFacts).toSorted(alphabetical)).toEqual(
      byFetch.streams.map(streamFacts).toSorted(alphabetical),
    );
    // What fetch alone cannot know.
    expect(byFetch.connections).toEqual([]);
    expect(byUndici.connections.filter(({ change }) => change === 'opened').length).toBeGreaterThan(0);
    expect(byUndici.failures).toEqual([]);
  });

  test('one observer that both tell counts each exchange once', async () => {
    const observer = createObserver({ vantages: ['client'] });
    const tell = vi.spyOn(observer, 'exchange');
    const reference = record();
    onTestFinished(watchUndici(observer));
    onTestFinished(watchUndici(reference));
    const send = watchFetch(observer)(fetch);
    const sent = await restartAndRecovery({ ...sdk, send, recording: reference });
    await reference.until(sent);
    await vi.waitFor(() => expect(tell.mock.calls.length).toBeGreaterThanOrEqual(sent), 5000);
    await delay(50);
    expect(tell.mock.calls).toHaveLength(sent);
    expect(observer.counts.samples(metrics.observerErrors).every(({ value }) => value === 0)).toBe(true);
  });
});

test('a request that watchFetch leaves to the program is told by the other hook', async () => {
  const server = await startServer(serveSdk2);
  onTestFinished(() => server.close());
  const recording = record();
  onTestFinished(watchUndici(recording));
  const elsewhere = watchFetch(recording, { paths: ['/elsewhere'] })(fetch);
  await (await elsewhere(server.url, { method: 'POST', body: '{}' })).text();
  expect(await recording.first()).toMatchObject({ vantage: 'client', httpMethod: 'POST' });
});

test('a request of an interceptor, on a connection that a watched fetch opened and has done with, is told', async () => {
  const port = await serveOn((asked, response) => {
    if (asked.url === '/mcp?from') response.writeHead(307, { location: '/mcp?to' });
    asked.resume().on('end', () => response.end('{}'));
  });
  const url = `http://127.0.0.1:${port}/mcp`;
  const recording = record();
  onTestFinished(watchUndici(recording));
  const agent = new Agent({ connections: 1 });
  onTestFinished(() => agent.close());
  const send = watchFetch(recording)(((input: string) =>
    packageFetch(input, { dispatcher: agent })) as unknown as typeof fetch);
  await (await send(url)).text();
  await recording.until(1);
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: 1 }));
  await (await request(`${url}?from`, { dispatcher })).body.text();
  const told = await recording.until(3);
  expect(told.map(({ status }) => status)).toEqual([200, 307, 200]);
});

test('a hook that another observer hears is not in the way of either', async () => {
  const [inner, outer, undici] = [record(), record(), record()];
  onTestFinished(watchUndici(undici));
  for (const recording of [inner, outer]) onTestFinished(watchUndici(recording));
  const server = await startServer(serveSdk2);
  onTestFinished(() => server.close());
  const send = watchFetch(outer)(watchFetch(inner)(fetch));
  await (await send(server.url, { method: 'POST', body: '{}' })).text();
  await Promise.all([inner.first(), outer.first(), undici.first()]);
  await delay(50);
  expect([inner, outer, undici].map(({ exchanges }) => exchanges.length)).toEqual([1, 1, 1]);
});
