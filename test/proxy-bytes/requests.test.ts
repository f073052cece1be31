import { describe, expect, onTestFinished, test } from 'vitest';
import { endToEnd, FORWARDING } from './support/end-to-end.ts';
import { exchangesIn, valueOf, type HttpMessage } from './support/http-messages.ts';
import { proxyTo } from './support/proxies.ts';
import { exchangeRaw, rawClient, rawServer, type RawServer } from './support/raw-peers.ts';

const lines = (...all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('');

const HOST = 'Host: mcp.example:1234';
const TYPE = 'Content-Type: application/json';
const BODY = '{"jsonrpc":"2.0",  "id":1,"method":"tools/list" }\n';
const OK = lines('HTTP/1.1 200 OK', 'Content-Length: 2', '') + 'ok';

/** Requests as clients write them, and some as only strange ones do. */
const REQUESTS: Readonly<Record<string, string>> = {
  'a call': lines('POST /mcp HTTP/1.1', HOST, TYPE, `Content-Length: ${BODY.length}`, '') + BODY,
  'names of headers in any case, in their order': lines(
    'GET /mcp HTTP/1.1',
    'zULU: 1',
    HOST,
    'MCP-SESSION-ID: s1',
    'aLPHA: 2',
    '',
  ),
  'a header that stands twice': lines(
    'GET /mcp HTTP/1.1',
    HOST,
    'X-Two: 1',
    'Accept: a/b',
    'x-two: 2',
    'Accept: c/d',
    '',
  ),
  'no header but the host': lines('GET /mcp HTTP/1.1', HOST, ''),
  'an address that is not tidy': lines(
    'GET //mcp/..%2Fa/./b/;x?q=a+b%20c&&=%7e# HTTP/1.1'.replace('#', ''),
    HOST,
    '',
  ),
  'a value in Latin-1': lines('GET /mcp HTTP/1.1', HOST, 'X-Name: caf\u00e9', ''),
  'a credential and a cookie': lines(
    'GET /mcp HTTP/1.1',
    HOST,
    'Authorization: Bearer abc',
    'Cookie: a=1; b=2',
    '',
  ),
  'a POST without a body': lines('POST /mcp HTTP/1.1', HOST, TYPE, 'Content-Length: 0', ''),
  'a DELETE': lines('DELETE /mcp HTTP/1.1', HOST, 'Mcp-Session-Id: s1', ''),
  'a DELETE with a body': lines('DELETE /mcp HTTP/1.1', HOST, 'Content-Length: 2', '') + '{}',
  'a DELETE with a type and no body': lines('DELETE /mcp HTTP/1.1', HOST, TYPE, ''),
  'a GET with a body': lines('GET /mcp HTTP/1.1', HOST, 'Content-Length: 2', '') + '{}',
  HEAD: lines('HEAD /mcp HTTP/1.1', HOST, ''),
  OPTIONS: lines(
    'OPTIONS /mcp HTTP/1.1',
    HOST,
    'Origin: https://page.example',
    'Access-Control-Request-Method: POST',
    '',
  ),
  'a method nobody knows, as far as node does':
    lines('PROPFIND /mcp HTTP/1.1', HOST, 'Content-Length: 2', '') + '{}',
  'a body in chunks': lines(
    'POST /mcp HTTP/1.1',
    HOST,
    TYPE,
    'Transfer-Encoding: chunked',
    '',
    '5',
    '{"a":',
    '2',
    '1}',
    '0',
    '',
  ),
  'chunks and trailers': lines(
    'POST /mcp HTTP/1.1',
    HOST,
    'Trailer: X-Sum',
    'Transfer-Encoding: chunked',
    '',
    '2',
    '{}',
    '0',
    'X-Sum: abc',
    '',
  ),
  'a resumption': lines('GET /mcp HTTP/1.1', HOST, 'Last-Event-ID: 3_x', 'Accept: text/event-stream', ''),
};

async function serverThatAnswers(answer: string): Promise<RawServer> {
  const server = await rawServer(answer);
  onTestFinished(() => server.close());
  return server;
}

function requestIn(bytes: Buffer = Buffer.alloc(0)): HttpMessage {
  const [exchange] = exchangesIn(bytes, Buffer.alloc(0));
  if (exchange === undefined) throw new Error('no request came');
  return exchange.request;
}

/** Sends a request through the proxy; answers it as it was sent and as it came. */
async function forwarded(...parts: readonly string[]): Promise<{ sent: HttpMessage; came: HttpMessage }> {
  const request = parts.join('');
  // A HEAD is answered without the body.
  const server = await serverThatAnswers(request.startsWith('HEAD') ? OK.slice(0, -2) : OK);
  const bytes = parts.map((part) => Buffer.from(part, 'latin1'));
  const { answer } = await exchangeRaw(await proxyTo(server.url), ...bytes);
  expect(answer?.startLine).toBe('HTTP/1.1 200 OK');
  return { sent: requestIn(Buffer.from(request, 'latin1')), came: requestIn(server.asked[0]) };
}

describe('a request comes as it was sent', () => {
  test.each(Object.entries(REQUESTS))('%s', async (_name, request) => {
    const { sent, came } = await forwarded(request);
    expect(endToEnd(came, FORWARDING)).toEqual(endToEnd(sent));
    expect(came.framing).toBe(sent.framing);
  });

  test.each(Object.entries(REQUESTS))('%s, in three parts', async (_name, request) => {
    const [head, end] = [request.indexOf('\r\n\r\n') + 4, request.length - 1];
    const parts = [request.slice(0, head), request.slice(head, end), request.slice(end)];
    const { sent, came } = await forwarded(
      ...(head < end ? parts : [request.slice(0, 20), request.slice(20)]),
    );
    expect(endToEnd(came, FORWARDING)).toEqual(endToEnd(sent));
    expect(came.framing).toBe(sent.framing);
  });

  test('but for what belongs to its connection', async () => {
    const request = lines(
      'GET /mcp HTTP/1.1',
      HOST,
      'Connection: close, X-Private',
      'X-Private: 1',
      'Keep-Alive: timeout=9',
      'TE: trailers',
      'Proxy-Connection: keep-alive',
      'Upgrade: h2c',
      'X-Public: 1',
      '',
    );
    const { came } = await forwarded(request);
    const names = came.headers.map((line) => line.slice(0, line.indexOf(':')));
    expect(names).toEqual([
      'Host',
      'X-Public',
      'X-Forwarded-For',
      'X-Forwarded-Proto',
      'X-Forwarded-Host',
      'Connection',
    ]);
    expect(valueOf(came.headers, 'connection')).toBe('keep-alive');
  });

  test('and says for whom it was forwarded', async () => {
    const { came } = await forwarded(REQUESTS['a call'] as string);
    expect(valueOf(came.headers, 'x-forwarded-for')).toBe('127.0.0.1');
    expect(valueOf(came.headers, 'x-forwarded-proto')).toBe('http');
    expect(valueOf(came.headers, 'x-forwarded-host')).toBe('mcp.example:1234');
  });

  test('and what proxies before it said stays', async () => {
    const request = lines(
      'GET /mcp HTTP/1.1',
      HOST,
      'X-Forwarded-For: 10.0.0.1',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: outer.example',
      '',
    );
    const { came } = await forwarded(request);
    expect(valueOf(came.headers, 'x-forwarded-for')).toBe('10.0.0.1, 127.0.0.1');
    expect(valueOf(came.headers, 'x-forwarded-proto')).toBe('https');
    expect(valueOf(came.headers, 'x-forwarded-host')).toBe('outer.example');
  });
});

describe('Expect: 100-continue', () => {
  const HEAD = lines('POST /mcp HTTP/1.1', HOST, 'Expect: 100-continue', 'Content-Length: 4', '');

  async function clientOf(server: RawServer) {
    const client = await rawClient(await proxyTo(server.url));
    onTestFinished(() => void client.socket.destroy());
    client.socket.write(HEAD);
    return client;
  }

  test('waits for what the server says', async () => {
    let bodyCameFirst = false;
    const server = await rawServer((socket, request) => {
      if (request.complete) return void socket.write(OK);
      bodyCameFirst ||= request.body.length > 0;
      if (request.body.length === 0) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    });
    onTestFinished(() => server.close());
    const client = await clientOf(server);
    await client.until((received) => received.includes('100 Continue'));
    client.socket.write('body');
    await client.until((received) => received.includes('200 OK'));
    expect(bodyCameFirst).toBe(false);
    expect(requestIn(server.asked[0]).body.toString()).toBe('body');
    const [exchange] = exchangesIn(Buffer.from(`${HEAD}body`), client.received());
    expect(exchange?.interim.map(({ startLine }) => startLine)).toEqual(['HTTP/1.1 100 Continue']);
    expect(exchange?.answer?.body.toString()).toBe('ok');
  });

  test('and passes on a refusal without having asked for the body', async () => {
    const refusal = lines('HTTP/1.1 413 Content Too Large', 'Content-Length: 0', '');
    const server = await rawServer((socket) => void socket.write(refusal));
    onTestFinished(() => server.close());
    const client = await clientOf(server);
    await client.until((received) => received.includes('\r\n\r\n'));
    expect(client.received().toString('latin1')).toMatch(/^HTTP\/1\.1 413 Content Too Large\r\n/);
    expect(requestIn(server.asked[0]).body.length).toBe(0);
  });
});
