import type { RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { watchNodeHttp, type NodeHttpOptions } from '../../../src/hooks/node-http/index.ts';
import { record, type Recording } from './recording.ts';
import { open, read, requestText, rpc, serve } from './wire.ts';

const answerEmpty: RequestListener = (request, response) => {
  request.resume().on('end', () => response.end());
};

/** Sends one request to a watched server, and waits for the end of its answer. */
async function send(text: string, listener = answerEmpty, options: NodeHttpOptions = {}): Promise<Recording> {
  const recording = record();
  onTestFinished(watchNodeHttp(recording, options));
  const socket = await open(await serve(listener));
  socket.write(text.replace('\r\n', '\r\nconnection: close\r\n'));
  await read(socket);
  return recording;
}

describe('the JSON-RPC method', () => {
  test('of a single message', async () => {
    const recording = await send(requestText('POST', {}, rpc('resources/read')));
    expect((await recording.first()).rpcMethods).toEqual(['resources/read']);
  });

  test('of every message of a batch (revision 2025-03-26)', async () => {
    const batch = `[${rpc('ping')}, ${rpc('tools/list')},\n{"jsonrpc":"2.0","id":7,"result":{"method":"no"}}, ${rpc('tools/call')}]`;
    const recording = await send(requestText('POST', {}, batch));
    expect((await recording.first()).rpcMethods).toEqual(['ping', 'tools/list', 'tools/call']);
  });

  test('of a body of 200 KB, which the program still gets whole', async () => {
    let received = 0;
    const body = rpc('tools/call', { text: 'x'.repeat(200_000) });
    const recording = await send(requestText('POST', {}, body), (request, response) => {
      request.on('data', (chunk: Buffer) => (received += chunk.length));
      request.on('end', () => response.end());
    });
    expect((await recording.first()).rpcMethods).toEqual(['tools/call']);
    expect(received).toBe(body.length);
  });

  test('of a chunked body, cut in the middle of a word', async () => {
    const body = rpc('tools/list');
    const [one, two] = [body.slice(0, 33), body.slice(33)];
    const chunks = `${one.length.toString(16)}\r\n${one}\r\n${two.length.toString(16)}\r\n${two}\r\n0\r\n\r\n`;
    const recording = await send(requestText('POST', { 'transfer-encoding': 'chunked' }, chunks));
    expect((await recording.first()).rpcMethods).toEqual(['tools/list']);
  });

  test('from the header alone in revision 2026-07-28', async () => {
    const headers = { 'mcp-method': 'tools/call', 'mcp-protocol-version': '2026-07-28' };
    const recording = await send(requestText('POST', headers, rpc('tools/list')));
    expect(await recording.first()).toMatchObject({ rpcMethods: ['tools/call'], era: 'sessionless' });
  });

  test('is unknown when the body is no JSON, and `other` when the method is none of the protocol', async () => {
    expect((await (await send(requestText('POST', {}, '{"method": "tools/'))).first()).rpcMethods).toEqual(
      [],
    );
    expect((await (await send(requestText('POST', {}, rpc('secret/method')))).first()).rpcMethods).toEqual([
      'other',
    ]);
  });
});

/** `writeHead` as JavaScript lets it be called. */
type Loose = (...args: unknown[]) => ServerResponse;

describe('the session id on the answer', () => {
  const forms: Record<string, RequestListener> = {
    'setHeader and an implicit head': (_request, response) => {
      response.setHeader('Mcp-Session-Id', 'given');
      response.end();
    },
    'an object': (_request, response) => response.writeHead(200, { 'MCP-SESSION-ID': 'given' }).end(),
    'a reason and an object': (_request, response) =>
      response.writeHead(200, 'Fine', { 'mcp-session-id': 'given' }).end(),
    'an object that holds a list': (_request, response) =>
      response.writeHead(200, { 'mcp-session-id': ['given'] }).end(),
    'a flat list': (_request, response) =>
      response.writeHead(200, ['X-A', 'mcp-session-id', 'Mcp-Session-Id', 'given']).end(),
    'a list of pairs': (_request, response) =>
      response.writeHead(200, [['mcp-session-id', 'given']] as unknown as string[]).end(),
    'an object behind nothing': (_request, response) =>
      response.writeHead(200, undefined, { 'mcp-session-id': 'given' }).end(),
    'an object before nothing': (_request, response) =>
      (response.writeHead as Loose).call(response, 200, { 'mcp-session-id': 'given' }, undefined).end(),
    setHeaders: (_request, response) =>
      response
        .setHeaders(new Map([['mcp-session-id', 'given']]))
        .writeHead(200)
        .end(),
    flushHeaders: (_request, response) => {
      response.setHeader('mcp-session-id', 'given');
      response.flushHeaders();
      response.end();
    },
    "writeHeader, writeHead's old name": (_request, response) => {
      response.setHeader('mcp-session-id', 'given');
      (response as unknown as { writeHeader(status: number): void }).writeHeader(200);
      response.end();
    },
  };

  test.each(Object.entries(forms))('by %s', async (_form, listener) => {
    const recording = await send(requestText('POST', {}, rpc('initialize')), listener);
    expect(await recording.first()).toMatchObject({
      status: 200,
      sessionGiven: recording.references.of('given'),
    });
  });

  test('is none when none was given', async () => {
    const recording = await send(requestText('POST', {}, rpc('initialize')), (_request, response) =>
      response.writeHead(200, { 'x-other': 'mcp-session-id' }).end(),
    );
    expect((await recording.first()).sessionGiven).toBeUndefined();
  });
});

describe('an event stream', () => {
  function stream(...parts: readonly (string | Uint8Array)[]): RequestListener {
    async function* pace(): AsyncGenerator<string | Uint8Array> {
      for (const part of parts) {
        yield part;
        await delay(2);
      }
    }
    return (_request, response) => {
      response.setHeader('content-type', 'text/event-stream; charset=utf-8');
      Readable.from(pace()).pipe(response);
    };
  }

  const get = requestText('GET', { 'mcp-session-id': 'one', accept: 'text/event-stream' });

  test('is told when it opens, and whole when it is over', async () => {
    const recording = await send(get, stream('event: message\ndata: {}\n\n'));
    const exchange = await recording.first();
    const session = recording.references.of('one');
    expect(recording.streams).toMatchObject([{ vantage: 'server', target: 'default', kind: 'get', session }]);
    expect(exchange.stream).toEqual({
      eventIds: false,
      lastWriteAt: expect.any(Number) as number,
      kind: 'get',
      openedAt: recording.streams[0]?.at,
      carriedData: true,
      retryHint: false,
    });
    expect(exchange.sessionSent).toBe(session);
  });

  test('that answers a POST is of kind `post`', async () => {
    const recording = await send(requestText('POST', {}, rpc('tools/call')), stream('data: {}\n\n'));
    expect((await recording.first()).stream?.kind).toBe('post');
  });

  test.each([
    { name: 'nothing', parts: [], carriedData: false, retryHint: false },
    { name: 'a comment', parts: [': data: ping\n\n'], carriedData: false, retryHint: false },
    { name: 'a priming event', parts: ['id: 1\ndata: \n\n'], carriedData: false, retryHint: false },
    {
      name: 'a hint to come back',
      parts: ['id: 1\nretry: 500\ndata:\n\n'],
      carriedData: false,
      retryHint: true,
    },
    {
      name: 'data behind a priming event',
      parts: ['id: 1\ndata: \n\n', 'id: 2\ndata: {}\n\n'],
      carriedData: true,
      retryHint: false,
    },
    {
      name: 'data in bytes',
      parts: [Buffer.from('data: {}\n\n'), new Uint8Array([10])],
      carriedData: true,
      retryHint: false,
    },
    {
      name: 'data written in parts',
      parts: ['da', 'ta:', ' ', '{}\n\n'],
      carriedData: true,
      retryHint: false,
    },
    { name: 'a word inside a line', parts: [': x', 'data: {}\n\n'], carriedData: false, retryHint: false },
    {
      name: 'data after 8 KB of comments',
      parts: [...Array(80).fill(`: ${'x'.repeat(100)}\n\n`), 'data: {}\n\n'],
      carriedData: true,
      retryHint: false,
    },
  ])('with $name', async ({ parts, carriedData, retryHint }) => {
    const recording = await send(get, stream(...parts, ...(parts.length === 0 ? [':\n'] : [])));
    expect((await recording.first()).stream).toMatchObject({ carriedData, retryHint });
  });

  test('refused with an error is none', async () => {
    const recording = await send(get, (_request, response) =>
      response.writeHead(404, { 'content-type': 'text/event-stream' }).end(),
    );
    expect((await recording.first()).stream).toBeUndefined();
    expect(recording.streams).toEqual([]);
  });
});

describe('an error inside a 200', () => {
  const error = JSON.stringify({
    jsonrpc: '2.0',
    error: { code: -32001, message: 'Session not found' },
    id: null,
  });
  const call = requestText('POST', { 'mcp-session-id': 'one' }, rpc('tools/call'));

  test.each([
    { form: 'JSON', type: 'application/json', parts: [error] },
    { form: 'JSON in bytes', type: 'application/json', parts: [Buffer.from(error)] },
    { form: 'JSON in parts', type: 'application/json', parts: [error.slice(0, 20), error.slice(20)] },
    {
      form: 'JSON, base64-encoded when written',
      type: 'application/json',
      parts: [Buffer.from(error).toString('base64')],
      encoding: 'base64' as const,
    },
    { form: 'SSE', type: 'text/event-stream', parts: [`event: message\ndata: ${error}\n\n`] },
    {
      form: 'SSE behind a priming event',
      type: 'text/event-stream',
      parts: ['id: 1\ndata: \n\n', `data: ${error}\n\n`],
    },
  ])('is seen in $form', async ({ type, parts, encoding }) => {
    const recording = await send(call, (request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': type });
      for (const part of parts) response.write(part, encoding ?? 'utf8');
      response.end();
    });
    expect(await recording.first()).toMatchObject({
      status: 200,
      bodyClass: 'session-dead',
      errorUnaddressed: true,
    });
  });
});

describe('what speaks the protocol', () => {
  const cases = [
    { name: 'a path that ends in /mcp', text: requestText('GET', {}, '', '/api/mcp?x=1'), seen: true },
    {
      name: 'a session id on any path',
      text: requestText('GET', { 'mcp-session-id': 'one' }, '', '/'),
      seen: true,
    },
    {
      name: 'a revision on any path',
      text: requestText('GET', { 'mcp-protocol-version': 'x' }, '', '/'),
      seen: true,
    },
    {
      name: 'a POST that accepts both answers',
      text: requestText('POST', { accept: 'application/json, text/event-stream' }, '', '/'),
      seen: true,
    },
    {
      name: 'a GET that accepts both',
      text: requestText('GET', { accept: 'application/json, text/event-stream' }, '', '/'),
      seen: false,
    },
    { name: 'any other request', text: requestText('POST', {}, '{}', '/api'), seen: false },
  ];

  test.each(cases)('$name: $seen', async ({ text, seen }) => {
    const recording = await send(text);
    if (seen) await recording.first();
    else await delay(10);
    expect(recording.exchanges).toHaveLength(seen ? 1 : 0);
  });

  test('with `paths`, exactly those', async () => {
    const paths = ['/sessions'];
    const inside = await send(requestText('GET', {}, '', '/sessions?x'), answerEmpty, { paths });
    const outside = await send(requestText('GET', { 'mcp-session-id': 'one' }), answerEmpty, { paths });
    await inside.first();
    expect([inside.exchanges.length, outside.exchanges.length]).toEqual([1, 0]);
  });

  test('without what `ignore` names, under the target that `target` names', async () => {
    const ignored = await send(requestText('GET'), answerEmpty, { ignore: ({ url }) => url === '/mcp' });
    const named = await send(requestText('GET'), answerEmpty, { target: ({ url }) => `at ${url}` });
    expect((await named.first()).target).toBe('at /mcp');
    expect(ignored.exchanges).toEqual([]);
  });
});
