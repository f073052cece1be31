import type { RequestListener } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Exchange } from '../../../src/exchange/index.ts';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { contextOf, recordCalls, underWay } from '../wanting-calls.ts';
import { record, type Recording } from './recording.ts';
import { open, read, requestText, rpc, serve } from './wire.ts';

const STREAM = { 'content-type': 'text/event-stream' };
const ERROR = '{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}';

interface Asked {
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly recording?: Recording;
  /** Leaves when so much of the answer has come; asks to be told the end otherwise. */
  readonly leavesAt?: string;
}

/** The exchange that is told of one request. */
async function told(handle: RequestListener, asked: Asked = {}): Promise<Exchange> {
  const { headers = {}, body = rpc('tools/call'), recording = record(), leavesAt } = asked;
  onTestFinished(watchNodeHttp(recording));
  const port = await serve(
    (request, response) => void request.resume().on('end', () => handle(request, response)),
  );
  const socket = await open(port);
  const ending: Record<string, string> = leavesAt === undefined ? { connection: 'close' } : {};
  socket.write(requestText('POST', { ...ending, ...headers }, body));
  await read(socket, (text) => leavesAt !== undefined && text.includes(leavesAt));
  socket.destroy();
  return recording.first();
}

test('how an operation failed, by its answer', async () => {
  const answers: readonly (readonly [number, Record<string, string>, string, string])[] = [
    [200, {}, '{"jsonrpc":"2.0","id":1,"result":{"content":[],"isError":false}}', ''],
    [200, {}, '{"jsonrpc":"2.0","id":1,"result":{"content":[],"isError":true}}', 'tool_error'],
    [200, STREAM, `data: {"method":"notifications/progress"}\n\ndata: ${ERROR}\n\n`, '-32602'],
    [400, {}, ERROR, '-32602'],
    [503, {}, 'no capacity', '503'],
    [202, {}, '', ''],
  ];
  for (const [status, headers, body, errorType] of answers) {
    const handle: RequestListener = (_request, response) => response.writeHead(status, headers).end(body);
    expect(await told(handle), body).toMatchObject({ status, errorType });
  }
});

test('a client that leaves before the answer has cancelled; one that had it, or may resume, has not', async () => {
  const begun =
    (event: string): RequestListener =>
    (_request, response) =>
      response.writeHead(200, STREAM).write(event);
  const modern = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' };
  expect(await told(begun(': on\n\n'), { leavesAt: ': on' })).toMatchObject({
    ending: 'aborted',
    errorType: 'cancelled',
  });
  expect(await told(begun('data: {"result":{}}\n\n'), { leavesAt: 'result' })).toMatchObject({
    ending: 'aborted',
    errorType: '',
  });
  expect(await told(begun('id: 7\ndata: \n\n'), { leavesAt: 'id: 7' })).toMatchObject({ errorType: '' });
  expect(await told(begun('id: 7\ndata: \n\n'), { leavesAt: 'id: 7', headers: modern })).toMatchObject({
    errorType: 'cancelled',
  });
});

test('what a call says of itself is told to whoever wants it, and to nobody else', async () => {
  const http = contextOf('b');
  const body = rpc('tools/call', { name: 'add', arguments: {}, _meta: contextOf('a') });
  const handle: RequestListener = (_request, response) =>
    // Some turns later, as a program that waits for something: the span must be the one of that very request.
    void underWay.run(http, async () => {
      await turn();
      response.end('{}');
    });
  const { call } = await told(handle, { body, recording: recordCalls() });
  expect(call).toEqual({
    requestId: '1',
    name: 'add',
    resourceUri: undefined,
    parent: contextOf('a'),
    ambient: http,
    network: { protocolVersion: '1.1', clientAddress: '127.0.0.1', clientPort: expect.any(Number) },
  });
  expect((await told(handle, { body })).call).toBeUndefined();
  const ambient = (): never => {
    throw new Error('asked for all the same');
  };
  const unasked = Object.assign(recordCalls(), { wantsCalls: false, tracing: { ambient, begin: ambient } });
  expect((await told(handle, { body, recording: unasked })).call).toBeUndefined();
  expect(unasked.failures).toEqual([]);
});

test('the trace of the HTTP request is the parent where the message names none', async () => {
  const headers = { traceparent: contextOf('c').traceparent };
  const handle: RequestListener = (_request, response) => response.end('{}');
  const { call } = await told(handle, { headers, recording: recordCalls() });
  expect(call).toMatchObject({ parent: contextOf('c'), ambient: undefined });
});

test('a batch has no call', async () => {
  const body = `[${rpc('tools/call', { name: 'add' })},${rpc('ping')}]`;
  const handle: RequestListener = (_request, response) => response.end('[]');
  expect((await told(handle, { body, recording: recordCalls() })).call).toBeUndefined();
});
