import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { createObserver, type Observer } from '../../../src/observer.ts';
import { metrics, type Metric } from '../../../src/signals/index.ts';
import { record, type Recording } from './recording.ts';
import { open, read, requestText, rpc, serve } from './wire.ts';

const GET = requestText('GET', { 'mcp-session-id': 'one', accept: 'text/event-stream' });
const CALL = requestText('POST', { 'mcp-session-id': 'one' }, rpc('tools/call'));

const stream: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: 1\n\n');
};

async function watched(
  listener: RequestListener,
): Promise<{ recording: Recording; socket: Socket; port: number }> {
  const recording = record();
  onTestFinished(watchNodeHttp(recording));
  const port = await serve(listener);
  return { recording, socket: await open(port), port };
}

describe('how an exchange ends', () => {
  test('complete, when the server ends it', async () => {
    const { recording, socket } = await watched((request, response) => {
      stream(request, response);
      setTimeout(() => response.end(), 5);
    });
    socket.write(GET);
    expect(await recording.first()).toMatchObject({
      ending: 'complete',
      status: 200,
      stream: { kind: 'get' },
    });
  });

  test('aborted, when the client closes', async () => {
    const { recording, socket } = await watched(stream);
    socket.write(GET);
    await read(socket, (text) => text.includes('data: 1'));
    socket.destroy();
    expect(await recording.first()).toMatchObject({
      ending: 'aborted',
      status: 200,
      stream: { kind: 'get' },
    });
  });

  test('aborted, when the client closes before any answer', async () => {
    const { recording, socket } = await watched(() => {});
    socket.write(CALL);
    await delay(10);
    socket.destroy();
    expect(await recording.first()).toMatchObject({
      ending: 'aborted',
      status: 0,
      rpcMethods: ['tools/call'],
    });
  });

  test('reset, when the connection breaks', async () => {
    const { recording, socket } = await watched(stream);
    socket.write(GET);
    await read(socket, (text) => text.includes('data: 1'));
    socket.resetAndDestroy();
    expect(await recording.first()).toMatchObject({ ending: 'reset', status: 200 });
  });

  test('hijacked, when the program writes to the socket itself', async () => {
    const { recording, socket } = await watched((_request, response) => {
      response.socket?.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    });
    socket.write(CALL);
    expect(await read(socket)).toMatch(/^HTTP\/1.1 404/);
    expect(await recording.first()).toMatchObject({ ending: 'hijacked', status: 0 });
  });

  test('when the connection does, for an answer the program took its socket from', async () => {
    const { recording, socket } = await watched((request, response) => {
      response.detachSocket(request.socket);
      request.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    socket.write(CALL);
    await read(socket);
    expect(await recording.first()).toMatchObject({ status: 0 });
    await delay(10);
    expect(recording.exchanges).toHaveLength(1);
  });

  test('aborted, for a pipelined request that waits behind another when the client closes', async () => {
    const { recording, socket } = await watched((request, response) => {
      request.resume();
      if (request.url === '/first/mcp') setTimeout(() => response.write('a part'), 10);
    });
    socket.write(requestText('POST', {}, rpc('ping'), '/first/mcp') + CALL);
    await read(socket, (text) => text.includes('a part'));
    socket.destroy();
    const endings = (await recording.until(2)).map(({ status, ending }) => ({ status, ending }));
    expect(endings).toEqual([
      { status: 200, ending: 'aborted' },
      { status: 0, ending: 'aborted' },
    ]);
  });
});

describe('counts', () => {
  function valueOf(observer: Observer, metric: Metric, labels: Record<string, string> = {}): number {
    const entries = Object.entries(labels);
    const samples = observer.counts
      .samples(metric)
      .filter((sample) => entries.every(([k, v]) => sample.labels[k] === v));
    return samples.reduce((sum, { value }) => sum + value, 0);
  }

  async function observed(listener: RequestListener): Promise<{ observer: Observer; port: number }> {
    const observer = createObserver();
    onTestFinished(watchNodeHttp(observer));
    return { observer, port: await serve(listener) };
  }

  test('of connections rise with the first request of the protocol and fall with the close', async () => {
    const { observer, port } = await observed((request, response) =>
      request.resume().on('end', () => response.end('x')),
    );
    const sockets = [await open(port), await open(port)];
    for (const socket of sockets) {
      socket.write(requestText('GET', {}, '', '/other'));
      await read(socket, (text) => text.endsWith('x'));
    }
    expect(valueOf(observer, metrics.connectionsOpen)).toBe(0);
    for (const socket of [...sockets, ...sockets]) {
      socket.write(CALL);
      await read(socket, (text) => text.endsWith('x'));
    }
    expect(valueOf(observer, metrics.connectionsOpen)).toBe(2);
    expect(valueOf(observer, metrics.connectionsOpened)).toBe(2);
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(() => expect(valueOf(observer, metrics.connectionsOpen)).toBe(0));
    expect(valueOf(observer, metrics.connectionsOpened)).toBe(2);
  });

  test.each([
    { reason: 'aborted', part: (socket: Socket) => void socket.destroy() },
    { reason: 'reset', part: (socket: Socket) => void socket.resetAndDestroy() },
    { reason: 'complete', part: (_socket: Socket, response?: ServerResponse) => void response?.end() },
  ])('of streams open and close: $reason', async ({ reason, part }) => {
    let streaming: ServerResponse | undefined;
    const { observer, port } = await observed((request, response) => {
      stream(request, response);
      streaming = response;
    });
    const socket = await open(port);
    socket.write(GET);
    await read(socket, (text) => text.includes('data: 1'));
    expect(valueOf(observer, metrics.streamsOpen, { kind: 'get' })).toBe(1);
    part(socket, streaming);
    await vi.waitFor(() => expect(valueOf(observer, metrics.streamsOpen)).toBe(0));
    expect(valueOf(observer, metrics.streamsOpened, { kind: 'get' })).toBe(1);
    expect(valueOf(observer, metrics.streamDuration, { close_reason: reason })).toBe(1);
    expect(valueOf(observer, metrics.streamDuration)).toBe(1);
  });

  test('of streams fall too when a stream waits behind another answer at the end of its connection', async () => {
    const { observer, port } = await observed(stream);
    const socket = await open(port);
    socket.write(GET + GET);
    await read(socket, (text) => text.includes('data: 1'));
    expect(valueOf(observer, metrics.streamsOpen)).toBe(2);
    socket.destroy();
    await once(socket, 'close');
    await vi.waitFor(() => expect(valueOf(observer, metrics.streamsOpen)).toBe(0));
  });
});
