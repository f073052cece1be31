import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startServer } from '../../../demo/restartable-server.ts';
import { watchTransport } from '../../../src/hooks/transport/index.ts';
import { restart } from '../fetch/sdk-programs.ts';
import { HiddenTransport } from './support/hidden-transport.ts';
import { httpOfSdk1, httpOfSdk2 } from './support/http-servers.ts';
import { clientOfSdk1, clientOfSdk2, PAIRS } from './support/pairs.ts';
import { lineOf, recordOperations } from './support/recording.ts';
import { unwatched, type Watch } from './support/watch.ts';

const ask = (id: number | string) => ({
  jsonrpc: '2.0' as const,
  id,
  method: 'tools/call',
  params: { name: 'works' },
});
const answer = (id: number | string) => ({ jsonrpc: '2.0' as const, id, result: {} });

/** A transport over which nothing comes but what the test says. */
async function lonely() {
  const listener = recordOperations({ spans: true });
  const [transport, other] = InMemoryTransport.createLinkedPair();
  const arrived: unknown[] = [];
  other.onmessage = (message) => void arrived.push(message);
  watchTransport(listener)(transport);
  transport.onmessage = () => undefined;
  transport.onclose = () => undefined;
  await transport.start();
  return { listener, transport, other, arrived };
}

describe.each([
  { name: 'SDK 1.32.2', serve: httpOfSdk1, connect: (url: URL) => new Http1(url), of: clientOfSdk1 },
  {
    name: 'SDK 2.4.0',
    serve: httpOfSdk2,
    connect: (url: URL) => new Http2(url),
    of: (transport: Http2, watch: Watch) => clientOfSdk2(transport, watch, 'legacy'),
  },
])('$name', ({ serve, connect, of }) => {
  const open = of as (transport: object, watch: Watch) => ReturnType<typeof clientOfSdk1>;

  test('a call to a session that a restart has ended fails with the status, under the reference it had', async () => {
    const client = recordOperations();
    const server = await startServer(() => serve({ server: unwatched }));
    onTestFinished(() => server.close());
    const connected = await open(connect(server.url), watchTransport(client));
    await connected.call('works');
    await restart(server);
    await expect(connected.call('works')).rejects.toThrow();
    const [before, after] = await client.until('tools/call', 2);
    expect(after).toMatchObject({ errorType: '404', rpcErrorCode: undefined, session: before?.session });
    expect(before?.session).toBe(client.references.of(connected.sessionId ?? ''));
  });

  test('a JSON-RPC error behind a status counts before it', async () => {
    const client = recordOperations();
    const error = { jsonrpc: '2.0', error: { code: -32001, message: 'Session not found' }, id: null };
    const server = createServer((_request, response) => {
      response.writeHead(404, { 'content-type': 'application/json' }).end(JSON.stringify(error));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    await expect(
      open(connect(new URL(`http://127.0.0.1:${port}`)), watchTransport(client)),
    ).rejects.toThrow();
    expect(await client.one('initialize')).toMatchObject({ errorType: '-32001', rpcErrorCode: '-32001' });
  });

  test('a server that cannot be reached', async () => {
    const client = recordOperations();
    const nowhere = connect(new URL('http://127.0.0.1:1'));
    await expect(open(nowhere, watchTransport(client))).rejects.toThrow();
    expect(await client.one('initialize')).toMatchObject({ errorType: '_OTHER', session: undefined });
  });
});

describe('requests under way', () => {
  test('are bounded: the oldest is given up', async () => {
    const { listener, transport } = await lonely();
    for (let id = 0; id <= 10_000; id += 1) await transport.send(ask(id));
    expect(listener.operations).toHaveLength(1);
    expect(listener.operations[0]).toMatchObject({ errorType: '_OTHER', call: { requestId: '0' } });
    expect(
      listener.tracing?.spans.filter(({ ends }) => ends > 0).map(({ start }) => start.call.requestId),
    ).toEqual(['0']);
  });

  test('end when the transport closes, each once, and nothing is left', async () => {
    const { listener, transport, other } = await lonely();
    await transport.send(ask(1));
    await other.send(ask(1));
    await transport.close();
    expect(listener.operations.map(lineOf)).toEqual([
      'sent tools/call cancelled',
      'received tools/call cancelled',
    ]);
    await transport.close();
    expect(listener.operations).toHaveLength(2);
  });

  test('an id that is asked again takes the place of the first, and a number is no text', async () => {
    const { listener, transport, other } = await lonely();
    await transport.send(ask(1));
    await transport.send(ask('1'));
    await transport.send(ask(1));
    expect(listener.operations.map(lineOf)).toEqual(['sent tools/call _OTHER']);
    await other.send(answer('1'));
    await other.send(answer(1));
    await other.send(answer(1));
    expect(listener.operations.map(lineOf)).toEqual([
      'sent tools/call _OTHER',
      'sent tools/call',
      'sent tools/call',
    ]);
  });

  test('one id may be under way in both directions', async () => {
    const { listener, transport, other } = await lonely();
    await transport.send(ask(1));
    await other.send(ask(1));
    await transport.send({ ...answer(1), result: { isError: true } });
    await other.send(answer(1));
    expect(listener.operations.map(lineOf)).toEqual(['received tools/call tool_error', 'sent tools/call']);
  });

  test('an answer that cannot be sent is no success', async () => {
    const { listener, transport, other } = await lonely();
    await other.send(ask(1));
    Object.assign(transport, { _otherTransport: undefined });
    await expect(transport.send(answer(1))).rejects.toThrow('Not connected');
    expect(listener.operations.map(lineOf)).toEqual(['received tools/call _OTHER']);
  });

  test('an answer after which the transport closes at once was given all the same', async () => {
    const listener = recordOperations();
    const transport = watchTransport(listener)(new HiddenTransport());
    transport.onmessage = () => undefined;
    transport.onclose = () => undefined;
    transport.receive(ask(1));
    const sent = transport.send({ ...answer(1), result: { isError: true } });
    await transport.close();
    await sent;
    expect(listener.operations.map(lineOf)).toEqual(['received tools/call tool_error']);
  });

  test('a stream that its caller closes is cancelled, and its signal let go of', async () => {
    const { listener, transport, other } = await lonely();
    const given = new AbortController();
    const remove = vi.spyOn(given.signal, 'removeEventListener');
    const options: object = { requestSignal: given.signal };
    await transport.send(ask(1), options);
    await other.send(answer(1));
    expect(remove).toHaveBeenCalledOnce();
    await transport.send(ask(2), options);
    given.abort();
    expect(listener.operations.map(lineOf)).toEqual(['sent tools/call', 'sent tools/call cancelled']);
  });
});

test('a batch: each message has its own operation and span, answers end their own', async () => {
  const { listener, transport, other, arrived } = await lonely();
  const note = { jsonrpc: '2.0', method: 'notifications/message', params: { data: 1 } };
  const batch = [ask(1), note, ask(2)];
  await Reflect.apply(transport.send.bind(transport), undefined, [batch]);
  const [sent] = arrived as (typeof batch)[];
  const spans = listener.tracing?.spans ?? [];
  expect(
    sent?.map(({ params }) => (params as { _meta?: { traceparent?: string } })._meta?.traceparent),
  ).toEqual(spans.map(({ trace, id }) => `00-${trace}-${id}-01`));
  expect(batch).toEqual([ask(1), note, ask(2)]);
  await other.send(answer(2));
  await other.send(answer(1));
  expect(listener.operations.map(({ call, method }) => [method, call?.requestId])).toEqual([
    ['notifications/message', undefined],
    ['tools/call', '2'],
    ['tools/call', '1'],
  ]);
});

test('a transport that sends a message once more by itself is told once', async () => {
  const listener = recordOperations({ spans: true });
  const sent: unknown[] = [];
  const transport = {
    start: async () => undefined,
    close: async () => undefined,
    async send(message: unknown): Promise<void> {
      sent.push(message);
      await Promise.resolve();
      if (sent.length === 1) await this.send(message);
    },
  };
  await watchTransport(listener)(transport).send(ask(1));
  expect(sent).toHaveLength(2);
  expect(sent[1]).toBe(sent[0]);
  expect(listener.tracing?.spans).toHaveLength(1);
});

describe.each(PAIRS)('$name', (pair) => {
  test('two hundred calls leave nothing under way', async () => {
    const [client, server] = [recordOperations({ spans: true }), recordOperations({ spans: true })];
    const connected = await pair.connect({ client: watchTransport(client), server: watchTransport(server) });
    for (let calls = 0; calls < 20; calls += 1)
      await Promise.all(Array.from({ length: 10 }, () => connected.call('works')));
    for (const side of [client, server]) {
      const told = await side.until('tools/call', 200);
      expect(told.filter(({ errorType }) => errorType !== '')).toEqual([]);
      expect(side.tracing?.spans.filter(({ ends }) => ends !== 1)).toEqual([]);
      expect(side.failures).toEqual([]);
    }
  });
});
