import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { watchNodeHttp, type NodeHttpOptions } from '../../../src/hooks/node-http/index.ts';
import { record, type Recording } from './recording.ts';
import { open, read, requestText, rpc, serve } from './wire.ts';

const ADDRESS = '/messages?sessionId=S1';
const ENDPOINT = `event: endpoint\ndata: ${ADDRESS}\n\n`;
const ACCEPT = { accept: 'text/event-stream' };

/** Answers a GET by an open stream, to which `write` writes, and anything else by 202. */
function streamServer(write: (response: ServerResponse) => unknown): RequestListener {
  return (request, response) => {
    if (request.method !== 'GET') return void response.writeHead(202).end('Accepted');
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    write(response);
  };
}

async function watched(
  listener: RequestListener,
  options: NodeHttpOptions = {},
): Promise<{ recording: Recording; port: number; socket: Socket }> {
  const recording = record();
  onTestFinished(watchNodeHttp(recording, options));
  const port = await serve(listener);
  return { recording, port, socket: await open(port) };
}

/** Gets the stream, reads until `enough`, and goes away. */
async function listen(socket: Socket, enough: string, path = '/sse'): Promise<void> {
  socket.write(requestText('GET', ACCEPT, '', path));
  await read(socket, (text) => text.includes(enough));
  await delay(20);
  socket.destroy();
}

describe('a stream of HTTP+SSE', () => {
  test.each<[string, (response: ServerResponse) => unknown]>([
    ['at once', (response) => response.write(ENDPOINT)],
    ['later', (response) => setTimeout(() => response.write(ENDPOINT), 20)],
    [
      'in parts',
      (response) => {
        response.write('event: endpoint\n');
        setTimeout(() => response.write(`data: ${ADDRESS}\n\n`), 20);
      },
    ],
  ])('is known by its first event: %s', async (_when, write) => {
    const { recording, socket } = await watched(streamServer(write));
    const listening = listen(socket, ADDRESS);
    await vi.waitFor(() => expect(recording.streams).toHaveLength(1));
    await listening;
    const exchange = await recording.first();
    expect(exchange).toMatchObject({
      transport: 'http-sse',
      protocolVersion: '2024-11-05',
      sessionSent: undefined,
      sessionGiven: recording.references.of('S1'),
      stream: { kind: 'get', carriedData: false },
    });
    expect(recording.streams).toMatchObject([{ kind: 'get', session: exchange.sessionGiven }]);
    await vi.waitFor(() => expect(recording.connections).toHaveLength(2));
    expect(recording.failures).toEqual([]);
  });

  test('has data when messages follow', async () => {
    const message = 'event: message\ndata: {"jsonrpc":"2.0","id":1,"result":{}}\n\n';
    const { recording, socket } = await watched(
      streamServer((response) => {
        response.write(ENDPOINT);
        response.write(message);
      }),
    );
    await listen(socket, message);
    expect((await recording.first()).stream).toMatchObject({ carriedData: true });
  });

  test.each<[string, (response: ServerResponse) => unknown]>([
    ['begins with another event', (response) => response.write('data: tick\n\n')],
    ['begins with much of something else', (response) => response.write(': x\n'.repeat(2000))],
    ['says nothing', () => {}],
  ])('is none of the protocol, and nothing is told, when it %s', async (_what, write) => {
    const { recording, socket } = await watched(streamServer(write));
    await listen(socket, 'text/event-stream');
    await delay(30);
    expect(recording).toMatchObject({ exchanges: [], streams: [], connections: [], failures: [] });
  });

  test('is told as another stream where the path was named', async () => {
    for (const write of [(response: ServerResponse) => response.write('data: tick\n\n'), () => {}]) {
      const { recording, socket } = await watched(streamServer(write), { paths: ['/sse'] });
      await listen(socket, 'text/event-stream');
      expect(await recording.first()).toMatchObject({
        transport: 'streamable-http',
        stream: { kind: 'get' },
      });
      expect(recording.streams).toHaveLength(1);
    }
  });

  test('that is refused is told only where the path was named', async () => {
    for (const options of [{ paths: ['/sse'] }, {}]) {
      const refuse: RequestListener = (_request, response) => void response.writeHead(401).end();
      const { recording, socket } = await watched(refuse, options);
      socket.write(requestText('GET', ACCEPT, '', '/sse'));
      await read(socket, (text) => text.includes('401'));
      if ('paths' in options) await recording.first();
      else await delay(20);
      expect(recording.exchanges.map(({ status }) => status)).toEqual('paths' in options ? [401] : []);
    }
  });
});

describe('a message of HTTP+SSE', () => {
  const post = async (path: string, headers: Readonly<Record<string, string>> = {}) => {
    const { recording, socket } = await watched(streamServer(() => {}));
    socket.write(requestText('POST', headers, rpc('tools/call'), path));
    await read(socket, (text) => text.includes('202'));
    await delay(20);
    return recording;
  };

  test('names its session in its address', async () => {
    const recording = await post(ADDRESS, { 'mcp-protocol-version': '2025-11-25' });
    expect(await recording.first()).toMatchObject({
      transport: 'http-sse',
      era: 'sessionful',
      protocolVersion: '2024-11-05',
      rpcMethods: ['tools/call'],
      sessionSent: recording.references.of('S1'),
      sessionGiven: undefined,
      sessionOdd: false,
      status: 202,
    });
  });

  test('may name none at all', async () => {
    const recording = await post('/messages?sessionId=undefined');
    expect(await recording.first()).toMatchObject({ transport: 'http-sse', sessionOdd: true });
  });

  test('is none when an id comes in a header', async () => {
    const recording = await post(ADDRESS, { 'mcp-session-id': 'S2' });
    expect(await recording.first()).toMatchObject({
      transport: 'streamable-http',
      sessionSent: recording.references.of('S2'),
    });
  });

  test('is none of the protocol without an id in its address', async () => {
    expect((await post('/messages')).exchanges).toEqual([]);
    expect((await post('/orders?sessionId=S1')).exchanges).toEqual([]);
  });
});
