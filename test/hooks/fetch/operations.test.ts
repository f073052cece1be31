import type { RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import type { Exchange } from '../../../src/exchange/index.ts';
import { watchFetch } from '../../../src/hooks/fetch/index.ts';
import { freePort } from '../../support/free-port.ts';
import { record, type Recording } from '../node-http/recording.ts';
import { rpc, serve } from '../node-http/wire.ts';
import { contextOf, recordCalls, underWay } from '../wanting-calls.ts';
import { CALL } from './untouched.ts';

const ERROR = '{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"no"}}';
const SILENT: RequestListener = () => {};

interface Program {
  readonly init?: RequestInit;
  readonly recording?: Recording;
  /** What is done with the answer. Default: it is read. */
  readonly reading?: (response: Response) => Promise<unknown>;
}

/** The exchange that a real server and a program that asks it lead to. */
async function told(server: RequestListener, program: Program = {}): Promise<Exchange> {
  const { init = CALL, recording = record(), reading = (response) => response.text() } = program;
  const port = await serve(server);
  const send = watchFetch(recording)(fetch);
  await send(`http://127.0.0.1:${port}/mcp`, init)
    .then(reading)
    .catch(() => {});
  return recording.first();
}

function stream(
  event: string,
  then: (response: Parameters<RequestListener>[1]) => void = () => {},
): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(event, () => then(response));
  };
}

async function readOnce(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
}

test('how an operation failed, by its answer', async () => {
  const answering =
    (status: number, body: string): RequestListener =>
    (_request, response) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  expect(await told(answering(200, ERROR))).toMatchObject({ errorType: '-32602' });
  expect(await told(answering(200, '{"result":{"isError":true}}'))).toMatchObject({
    errorType: 'tool_error',
  });
  expect(await told(answering(200, '{"result":{"isError":false}}'))).toMatchObject({ errorType: '' });
  expect(await told(answering(404, 'Session not found'))).toMatchObject({ errorType: '404' });
});

test('a request that its program gave up', async () => {
  const controller = new AbortController();
  const abort: RequestListener = () => controller.abort();
  expect(await told(abort, { init: { ...CALL, signal: controller.signal } })).toMatchObject({
    status: 0,
    ending: 'aborted',
    errorType: 'cancelled',
  });
  const init = { ...CALL, signal: AbortSignal.timeout(30) };
  expect(await told(SILENT, { init })).toMatchObject({ status: 0, ending: 'aborted', errorType: 'timeout' });
  expect(await told(stream('id: 7\ndata: \n\n'), { reading: readOnce })).toMatchObject({
    errorType: 'cancelled',
  });
});

test('a stream that its program leaves when it has the answer', async () => {
  const exchange = await told(stream('data: {"result":{}}\n\n'), { reading: readOnce });
  expect(exchange).toMatchObject({ ending: 'aborted', errorType: '' });
});

test('a connection that breaks before the answer', async () => {
  expect(await told(({ socket }) => socket.destroy())).toMatchObject({ status: 0, errorType: '_OTHER' });
  const broken = stream(': on\n\n', (response) => response.destroy());
  expect(await told(broken)).toMatchObject({ status: 200, errorType: '_OTHER' });
  const resumable = stream('id: 7\ndata: \n\n', (response) => response.destroy());
  expect(await told(resumable)).toMatchObject({ status: 200, errorType: '' });
  const nobody = `http://127.0.0.1:${await freePort()}/mcp`;
  const recording = record();
  await watchFetch(recording)(fetch)(nobody, CALL).catch(() => {});
  expect(await recording.first()).toMatchObject({ status: 0, errorType: '_OTHER' });
});

test('what a call says of itself is told to whoever wants it, with the span that it was made in', async () => {
  const params = { uri: 'https://u:p@example.org/a?b', _meta: contextOf('a') };
  const init = { ...CALL, body: rpc('resources/read', params) };
  const recording = recordCalls();
  const port = await serve((request, response) => void request.resume().on('end', () => response.end('{}')));
  const send = watchFetch(recording)(fetch);
  const url = `http://127.0.0.1:${port}/mcp`;
  await underWay.run(contextOf('b'), () => send(url, init)).then((response) => response.text());
  expect((await recording.first()).call).toEqual({
    requestId: '1',
    name: undefined,
    resourceUri: 'https://example.org/a',
    parent: contextOf('a'),
    ambient: contextOf('b'),
    network: { serverAddress: '127.0.0.1', serverPort: port },
  });
  const silent = record();
  await (await watchFetch(silent)(fetch)(url, init)).text();
  expect((await silent.first()).call).toBeUndefined();
});
