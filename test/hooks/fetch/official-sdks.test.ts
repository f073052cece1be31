import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startServer } from '../../../demo/restartable-server.ts';
import { serveSdk132 } from '../../../demo/servers/sdk-1-32.ts';
import { serveSdk2, serveSdk2WithSessions } from '../../../demo/servers/sdk-2.ts';
import type { Exchange } from '../../../src/exchange/index.ts';
import { watchFetch } from '../../../src/hooks/fetch/index.ts';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { createObserver } from '../../../src/observer.ts';
import { record } from '../node-http/recording.ts';

interface Connected {
  call(): Promise<unknown>;
  close(): Promise<void>;
}

type Connect = (url: URL, send: typeof fetch) => Promise<Connected>;

const INTRODUCTION = { name: 'claude-code', version: '1.0.0' };
const CALL = { name: 'report', arguments: { seconds: 0 } };

const sdk1: Connect = async (url, send) => {
  const client = new Client1(INTRODUCTION);
  await client.connect(new Transport1(url, { fetch: send }));
  return { call: () => client.callTool(CALL), close: () => client.close() };
};

const sdk2 =
  (mode: 'auto' | 'legacy'): Connect =>
  async (url, send) => {
    const client = new Client2(INTRODUCTION, { versionNegotiation: { mode } });
    await client.connect(new Transport2(url, { fetch: send }));
    return { call: () => client.callTool(CALL), close: () => client.close() };
  };

/** A server and its client, each watched from where it stands, with one key; the clock can be moved on. */
async function watched(serve: () => RequestListener, connect: Connect) {
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
    async restart() {
      await running.restart();
      // Until then fetch may still pick a connection that the restart has closed.
      await delay(100);
    },
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

describe.each([
  { name: 'SDK 1.32.2', serve: serveSdk132, connect: sdk1 },
  { name: 'SDK 2.4.0, older era', serve: serveSdk2WithSessions, connect: sdk2('legacy') },
])('$name', ({ serve, connect }) => {
  test('a client that stays with its dead session is at fault, seen from the client', async () => {
    const story = await watched(serve, connect);
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
    const story = await watched(serve, connect);
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
  const story = await watched(serveSdk2, sdk2('auto'));
  const client = await story.connect();
  await client.call();
  await vi.waitFor(() => expect(methodsOf(story.seen())).toEqual(['server/discover 200', 'tools/call 200']));
  await vi.waitFor(() => expect(story.server.exchanges).toHaveLength(2));
  expect(factsOf(story.seen())).toEqual(factsOf(story.server.exchanges));
  expect(story.faults()).toEqual([]);
});
