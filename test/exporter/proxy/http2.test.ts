import { once } from 'node:events';
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { createServer as createSecureServer, request as askSecurely } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { rpc } from '../../hooks/node-http/wire.ts';
import { CERT, KEY } from './certificate.ts';
import { MESSAGE, proxyFor, upstreamOf, type Standing } from './standing.ts';

const TLS = { key: KEY, cert: CERT };

async function session({ url }: Standing): Promise<ClientHttp2Session> {
  const client = connect(url, { ca: CERT });
  onTestFinished(() => client.destroy());
  await once(client, 'connect');
  return client;
}

async function answerOf(stream: ClientHttp2Stream): Promise<{ head: Record<string, unknown>; body: string }> {
  const [head] = (await once(stream, 'response')) as [Record<string, unknown>];
  return { head, body: String(Buffer.concat(await stream.toArray())) };
}

describe('HTTP/2 of a client', () => {
  it('goes on as HTTP/1.1, with one Host, one Cookie, and its body as it is', async () => {
    const { url } = await upstreamOf((request, response) => {
      let body = '';
      request.on('data', (part) => (body += String(part)));
      request.on('end', () => response.end(JSON.stringify({ raw: request.rawHeaders, body })));
    });
    const standing = await proxyFor([url], { tls: TLS });
    const client = await session(standing);
    const stream = client.request({
      ':method': 'POST',
      ':path': '/mcp',
      ':authority': 'mcp.example',
      cookie: ['a=1', 'b=2'],
      'mcp-session-id': 's',
      ...MESSAGE,
    });
    stream.end(rpc('tools/list'));
    const { raw, body } = JSON.parse((await answerOf(stream)).body) as { raw: string[]; body: string };
    const valuesOf = (name: string): string[] =>
      raw.filter((_, i) => i % 2 === 1 && raw[i - 1]?.toLowerCase() === name);
    expect(body).toBe(rpc('tools/list'));
    expect(valuesOf('host')).toEqual(['mcp.example']);
    expect(valuesOf('cookie')).toEqual(['a=1; b=2']);
    expect(valuesOf('x-forwarded-proto')).toEqual(['https']);
    expect(valuesOf('transfer-encoding')).toEqual(['chunked']);
    expect(raw.some((text) => text.startsWith(':'))).toBe(false);
    expect(await standing.recording.first()).toMatchObject({
      vantage: 'proxy',
      rpcMethods: ['tools/list'],
      sessionSent: standing.recording.references.of('s'),
      ending: 'complete',
    });
  });

  it('gets fields that stand twice, and trailers', async () => {
    const { url } = await upstreamOf((_request, response) => {
      response.writeHead(200, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Trailer', 'x-sum']);
      response.write('body');
      response.addTrailers({ 'x-sum': '4' });
      response.end();
    });
    const client = await session(await proxyFor([url], { tls: TLS }));
    const stream = client.request({ ':path': '/mcp' });
    const trailers = once(stream, 'trailers');
    const { head, body } = await answerOf(stream);
    expect(head['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(head['connection']).toBeUndefined();
    expect(body).toBe('body');
    expect((await trailers)[0]).toMatchObject({ 'x-sum': '4' });
  });

  it('gets interim answers', async () => {
    const { url } = await upstreamOf((_request, response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.end('ok');
    });
    const client = await session(await proxyFor([url], { tls: TLS }));
    const stream = client.request({ ':path': '/mcp' });
    const interim = once(stream, 'headers');
    expect((await answerOf(stream)).body).toBe('ok');
    expect((await interim)[0]).toMatchObject({ ':status': 103, link: '</a>; rel=preload' });
  });

  it('gets a stream at once; one that it cancels is cancelled upstream, and its connection lives', async () => {
    const left = Promise.withResolvers<void>();
    const { url } = await upstreamOf((request, response) => {
      if (request.method === 'HEAD') return void response.end();
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      response.on('close', left.resolve);
    });
    const standing = await proxyFor([url], { tls: TLS });
    const client = await session(standing);
    const stream = client.request({ ':path': '/mcp', 'mcp-session-id': 's' });
    await once(stream, 'response');
    stream.close(constants.NGHTTP2_CANCEL);
    await left.promise;
    const head = client.request({ ':path': '/mcp', ':method': 'HEAD' });
    expect((await answerOf(head)).head[':status']).toBe(200);
    const [first] = await standing.recording.until(2);
    expect(first).toMatchObject({ ending: 'aborted', stream: { kind: 'get' } });
    expect(standing.recording.connections).toHaveLength(1);
  });

  it('is told when the upstream breaks off', async () => {
    const { url } = await upstreamOf((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n', () => response.destroy());
    });
    const client = await session(await proxyFor([url], { tls: TLS }));
    const stream = client.request({ ':path': '/mcp' });
    await expect(stream.toArray()).rejects.toThrow('NGHTTP2_INTERNAL_ERROR');
  });
});

describe('TLS', () => {
  it('speaks HTTP/1.1 too', async () => {
    const { url } = await upstreamOf((_request, response) => response.end('ok'));
    const { port } = await proxyFor([url], { tls: TLS });
    const asked = askSecurely({ port, host: '127.0.0.1', path: '/mcp', ca: CERT }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect([answer.httpVersion, String(Buffer.concat(await answer.toArray()))]).toEqual(['1.1', 'ok']);
    asked.destroy();
  });

  it('of an upstream is checked: who cannot prove its name gets nothing', async () => {
    const server = createSecureServer(TLS, (_request, response) => response.end('ok')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { url } = await proxyFor([new URL(`https://127.0.0.1:${port}/mcp`)]);
    expect((await fetch(`${url}mcp`)).status).toBe(503);
  });
});
