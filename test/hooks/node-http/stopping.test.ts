import { execFile } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import { IncomingMessage, ServerResponse, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { record } from './recording.ts';
import { open, read, requestText, rpc, serve } from './wire.ts';

const CHANNEL = channel('http.server.request.start');
const OURS = ['writeHead', 'write', 'end'] as const;

/** Answers at once, and keeps what it was handed. */
function keeper() {
  const seen: { request: IncomingMessage; response: ServerResponse }[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push({ request, response });
    request.resume().on('end', () => response.end('answer'));
  };
  return { seen, listener };
}

const CALL = requestText('POST', { 'mcp-session-id': 'one' }, rpc('tools/call'));
const whole = (text: string): boolean => text.endsWith('answer');

describe('stopping', () => {
  test('watches nothing more: new requests carry nothing of ours, on the same connection too', async () => {
    const recording = record();
    const { seen, listener } = keeper();
    const stop = watchNodeHttp(recording);
    const socket = await open(await serve(listener));
    socket.write(CALL);
    await read(socket, whole);
    await recording.first();
    expect(Object.hasOwn(seen[0]?.response ?? {}, 'writeHead')).toBe(true);

    stop();
    socket.write(CALL);
    await read(socket, whole);
    expect(recording.exchanges).toHaveLength(1);
    const { request, response } = seen[1] as (typeof seen)[number];
    for (const name of OURS) {
      expect(Object.hasOwn(response, name)).toBe(false);
      expect(Reflect.get(response, name)).toBe(Reflect.get(ServerResponse.prototype, name));
    }
    expect(Object.hasOwn(request, 'push')).toBe(false);
    expect(Reflect.get(request, 'push')).toBe(Reflect.get(IncomingMessage.prototype, 'push'));
    expect([request, response].flatMap((one) => Object.getOwnPropertySymbols(one).map(String))).not.toContain(
      'Symbol(mcp-session-exporter)',
    );
    expect(response.listenerCount('close')).toBe(0);
  });

  test('leaves no listener on the channel, and none on a connection that lies idle', async () => {
    const recording = record();
    const { seen, listener } = keeper();
    const before = CHANNEL.hasSubscribers;
    const bare = await open(await serve(listener));
    bare.write(CALL);
    await read(bare, whole);
    const listenersBefore = seen[0]?.request.socket.listenerCount('close');

    for (let i = 0; i < 20; i++) {
      const stop = watchNodeHttp(recording);
      expect(CHANNEL.hasSubscribers).toBe(true);
      bare.write(CALL);
      await read(bare, whole);
      await recording.until(i + 1);
      stop();
    }
    expect(CHANNEL.hasSubscribers).toBe(before);
    expect(seen[0]?.request.socket.listenerCount('close')).toBe(listenersBefore);
    expect(recording.connections.filter(({ change }) => change === 'opened')).toHaveLength(20);
    expect(recording.connections.filter(({ change }) => change === 'closed')).toHaveLength(20);
  });

  test('lets an answer under way finish, and tells it', async () => {
    const recording = record();
    const stop = watchNodeHttp(recording);
    let response: ServerResponse | undefined;
    const port = await serve((request, answer) => {
      request.resume();
      response = answer.writeHead(200, { 'content-type': 'text/event-stream' });
      answer.write('data: 1\n\n');
    });
    const socket = await open(port);
    socket.write(CALL);
    await read(socket, (text) => text.includes('data: 1'));
    stop();
    expect(recording.connections).toHaveLength(1);
    response?.end('data: 2\n\n');
    expect(await read(socket, (text) => text.includes('0\r\n\r\n'))).toContain('data: 2');
    const exchange = await recording.first();
    expect(exchange).toMatchObject({ status: 200, ending: 'complete', stream: { carriedData: true } });
    expect(recording.connections.map(({ change }) => change)).toEqual(['opened', 'closed']);
  });

  test('twice is as good as once', async () => {
    const recording = record();
    const stop = watchNodeHttp(recording);
    stop();
    stop();
    const other = record();
    const stopOther = watchNodeHttp(other);
    stop();
    const socket = await open(await serve(keeper().listener));
    socket.write(CALL);
    await read(socket, whole);
    await other.first();
    stopOther();
    expect(recording.exchanges).toEqual([]);
  });

  test('is not needed for a process to end', async () => {
    const program = join(import.meta.dirname, 'one-exchange.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 10_000 });
    expect(stdout).toBe('200\n');
  });
});
