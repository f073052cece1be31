import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rpc } from '../../hooks/node-http/wire.ts';
import { MESSAGE, nobodyAt, proxyFor, upstreamOf } from './standing.ts';

const INITIALIZE = rpc('initialize', {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'claude-code', version: '1' },
});
const INITIALIZED = { jsonrpc: '2.0', id: 1, result: { protocolVersion: '2025-06-18' } };

describe('what passes is told', () => {
  it('with vantage proxy and the name of the upstream', async () => {
    const { url } = await upstreamOf((request, response) => {
      request.resume();
      response.setHeader('mcp-session-id', 'a-session');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(INITIALIZED));
    });
    const { url: at, recording } = await proxyFor([url]);
    await fetch(`${at}mcp`, { method: 'POST', headers: MESSAGE, body: INITIALIZE }).then((r) => r.text());
    expect(await recording.first()).toMatchObject({
      vantage: 'proxy',
      target: 'behind',
      rpcMethods: ['initialize'],
      protocolVersion: '2025-06-18',
      sessionGiven: recording.references.of('a-session'),
      status: 200,
      ending: 'complete',
      family: 'claude-code',
    });
    expect(recording.connections).toEqual([{ vantage: 'proxy', target: 'behind', change: 'opened' }]);
  });

  it('as a stream when its head came, and as left when the client leaves', async () => {
    const { url } = await upstreamOf((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    });
    const { url: at, recording } = await proxyFor([url]);
    const leave = new AbortController();
    await fetch(`${at}mcp`, { headers: { 'mcp-session-id': 's' }, signal: leave.signal });
    await expect.poll(() => recording.streams.length).toBe(1);
    leave.abort();
    expect(await recording.first()).toMatchObject({ ending: 'aborted', stream: { kind: 'get' } });
    await expect.poll(() => recording.connections.at(-1)?.change).toBe('closed');
  });

  it('as broken when the upstream breaks off, and the upstream is told of', async () => {
    const { url } = await upstreamOf((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {}\n\n', () => response.destroy());
    });
    const { url: at, recording, upstreams } = await proxyFor([url]);
    const answer = await fetch(`${at}mcp`, { headers: { 'mcp-session-id': 's' } });
    await expect(answer.text()).rejects.toThrow();
    expect(await recording.first()).toMatchObject({ status: 200, ending: 'reset' });
    expect(upstreams.at(-1)?.error).toBe('http_response_incomplete');
  });

  it('with the words of an error', async () => {
    const { url } = await upstreamOf((request, response) => {
      request.resume();
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}');
    });
    const { url: at, recording } = await proxyFor([url]);
    const headers = { ...MESSAGE, 'mcp-session-id': 's' };
    await fetch(`${at}mcp`, { method: 'POST', headers, body: rpc('tools/list') }).then((r) => r.text());
    expect(await recording.first()).toMatchObject({ status: 404, bodyClass: 'session-dead' });
  });

  it('but not unpacked: of what is compressed the bytes pass', async () => {
    const packed = gzipSync(JSON.stringify(INITIALIZED));
    const { url } = await upstreamOf((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(packed);
    });
    const { url: at, recording } = await proxyFor([url]);
    const answer = await fetch(`${at}mcp`, { method: 'POST', headers: MESSAGE, body: INITIALIZE });
    expect(await answer.json()).toEqual(INITIALIZED);
    expect(await recording.first()).toMatchObject({ rpcMethods: ['initialize'], bodyClass: 'none' });
  });

  it('by its status alone where its words are coded', async () => {
    const { url } = await upstreamOf((request, response) => {
      request.resume();
      response.writeHead(404, { 'content-encoding': 'x-unknown' });
      response.end('{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}');
    });
    const { url: at, recording } = await proxyFor([url]);
    const headers = { ...MESSAGE, 'mcp-session-id': 's' };
    await fetch(`${at}mcp`, { method: 'POST', headers, body: rpc('tools/list') }).then((r) => r.text());
    expect(await recording.first()).toMatchObject({ status: 404, bodyClass: 'none' });
  });

  it('as unanswered by an upstream that is not there', async () => {
    const { url: at, recording, upstreams } = await proxyFor([await nobodyAt()]);
    const headers = { ...MESSAGE, 'mcp-session-id': 's' };
    await fetch(`${at}mcp`, { method: 'POST', headers, body: rpc('tools/list') });
    expect(await recording.first()).toMatchObject({ status: 503, bodyClass: 'other', retryAfter: true });
    expect(upstreams.at(-1)).toEqual({
      target: 'behind',
      error: 'connection_refused',
      addresses: { up: 0, down: 1 },
    });
  });

  it('and what is none of the protocol passes untold', async () => {
    const { url } = await upstreamOf((request, response) => response.end(request.url));
    const { url: at, recording } = await proxyFor([url]);
    const answer = await fetch(`${at}.well-known/oauth-protected-resource`);
    expect(await answer.text()).toBe('/.well-known/oauth-protected-resource');
    await fetch(`${at}mcp`, { method: 'DELETE' });
    expect((await recording.first()).httpMethod).toBe('DELETE');
    expect(recording.exchanges).toHaveLength(1);
  });
});

describe('HTTP+SSE passes too', () => {
  it('its stream names the session, its messages belong to it', async () => {
    const { url } = await upstreamOf((request, response) => {
      request.resume();
      if (request.method === 'POST') return void response.writeHead(202).end();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: endpoint\ndata: /messages?sessionId=abc\n\n');
    });
    const { url: at, recording } = await proxyFor([url]);
    const leave = new AbortController();
    const stream = await fetch(`${at}sse`, { signal: leave.signal });
    await stream.body?.getReader().read();
    await fetch(`${at}messages?sessionId=abc`, { method: 'POST', headers: MESSAGE, body: rpc('tools/list') });
    leave.abort();
    const [message, life] = await recording.until(2);
    const session = recording.references.of('abc');
    expect(message).toMatchObject({
      transport: 'http-sse',
      sessionSent: session,
      rpcMethods: ['tools/list'],
    });
    expect(life).toMatchObject({ transport: 'http-sse', sessionGiven: session, httpMethod: 'GET' });
  });

  it('and a stream that is none of it is not told', async () => {
    const { url } = await upstreamOf((request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`data: ${request.url}\n\n`);
    });
    const { url: at, recording } = await proxyFor([url]);
    await fetch(`${at}sse`).then((answer) => answer.text());
    await fetch(`${at}mcp`).then((answer) => answer.text());
    await recording.first();
    await new Promise(setImmediate);
    expect(recording.exchanges.map(({ transport }) => transport)).toEqual(['streamable-http']);
  });
});

it('a listener that throws hurts nobody', async () => {
  const { url } = await upstreamOf((_request, response) => response.end('ok'));
  const { url: at, recording } = await proxyFor([url]);
  Object.assign(recording.references, {
    of: () => {
      throw new Error('broken');
    },
  });
  const answer = await fetch(`${at}mcp`, { headers: { 'mcp-session-id': 's' } });
  expect(await answer.text()).toBe('ok');
  expect(recording.failures[0]?.stage).toBe('hook');
});
