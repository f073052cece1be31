import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startServer } from '../../../demo/restartable-server.ts';
import type { Exchange } from '../../../src/exchange/index.ts';
import { watchFetch } from '../../../src/hooks/fetch/index.ts';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { createObserver } from '../../../src/observer.ts';
import { record } from '../node-http/recording.ts';
import { restart, WITH_SESSIONS, WITHOUT_SESSIONS, type Connected, type Sdk } from './sdk-programs.ts';

/** A server and its client, each watched from where it stands, with one key; the clock can be moved on. */
async function watched({ serve, connect }: Sdk) {
  let ahead = 0;
  const observer = createObserver({
    vantages: ['client'],
    key: 'a key for tests',
    now: () => performance.timeOrigin + performance.now() + ahead,
  });
  const tell = vi.spyOn(observer, 'exchange');
  const send = watchFetch(observer)(fetch);
  const server = record();
  const stop = watchNodeHttp(server);
  const running = await startServer(serve);
  const open: Connected[] = [];
  onTestFinished(async () => {
    await Promise.all(open.map((client) => client.close()));
    await running.close();
    stop();
  });
  return {
    server,
    observer,
    seen: () => tell.mock.calls.map(([exchange]) => exchange),
    async connect() {
      const client = await connect(running.url, send);
      open.push(client);
      return client;
    },
    restart: () => restart(running),
    wait(ms: number) {
      ahead += ms;
      observer.refresh();
    },
    faults: () => [...observer.cases.open()].map(({ fault, vantage }) => `${vantage}: ${fault.id}`),
  };
}

/** What both sides must agree on. */
function factsOf(exchanges: readonly Exchange[]): unknown[] {
  return exchanges
    .filter(({ httpMethod }) => httpMethod === 'POST')
    .map((exchange) => {
      const { rpcMethods, era, protocolVersion, sessionSent, sessionGiven, status } = exchange;
      const { bodyClass, errorUnaddressed, principal, family, stream, ending } = exchange;
      const carried = stream && { kind: stream.kind, data: stream.carriedData, ids: stream.eventIds };
      const said = { rpcMethods, era, protocolVersion, status, bodyClass, errorUnaddressed, ending };
      return { ...said, sessionSent, sessionGiven, principal, family, carried };
    });
}

const methodsOf = (exchanges: readonly Exchange[]): string[] =>
  exchanges
    .filter(({ httpMethod }) => httpMethod === 'POST')
    .map(({ rpcMethods, status }) => `${rpcMethods.join()} ${status}`);

describe.each(WITH_SESSIONS)('$name', (sdk) => {
  test('a client that stays with its dead session is at fault, seen from the client', async () => {
    const story = await watched(sdk);
    const client = await story.connect();
    await client.call();
    await story.restart();
    await expect(client.call()).rejects.toThrow();
    await expect(client.call()).rejects.toThrow();
    await vi.waitFor(() => expect(methodsOf(story.seen())).toHaveLength(5));
    expect(methodsOf(story.seen())).toEqual([
      'initialize 200',
      'notifications/initialized 202',
      'tools/call 200',
      'tools/call 404',
      'tools/call 404',
    ]);
    story.wait(31_000);
    expect(story.faults()).toContain('client: client-no-reinit');
    expect(story.faults().filter((fault) => !/client-(no-reinit|reuses)/.test(fault))).toEqual([]);
  });

  test('a client that begins anew is not, and both sides saw the same', async () => {
    const story = await watched(sdk);
    const lost = await story.connect();
    await lost.call();
    await vi.waitFor(() => expect(story.server.streams.map(({ kind }) => kind)).toContain('get'));
    await story.restart();
    await expect(lost.call()).rejects.toThrow();
    await lost.close();
    const next = await story.connect();
    await next.call();
    await vi.waitFor(() => expect(methodsOf(story.seen())).toHaveLength(7));
    await vi.waitFor(() => expect(methodsOf(story.server.exchanges)).toHaveLength(7));
    expect(factsOf(story.seen())).toEqual(factsOf(story.server.exchanges));
    const cut = story.seen().find(({ httpMethod, status }) => httpMethod === 'GET' && status === 200);
    expect(cut).toMatchObject({ ending: 'aborted', stream: { kind: 'get' } });
    story.wait(31_000);
    expect(story.faults()).toEqual([]);
    expect(story.observer.sessions.sizes.sessions).toBe(2);
  });
});

test('SDK 2.4.0, newer era: no session, the method from a header', async () => {
  const story = await watched(WITHOUT_SESSIONS);
  const client = await story.connect();
  await client.call();
  await vi.waitFor(() => expect(methodsOf(story.seen())).toEqual(['server/discover 200', 'tools/call 200']));
  await vi.waitFor(() => expect(story.server.exchanges).toHaveLength(2));
  expect(factsOf(story.seen())).toEqual(factsOf(story.server.exchanges));
  expect(story.faults()).toEqual([]);
});
