import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { H2CClient, Pool, ProxyAgent, request, WebSocket } from 'undici';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { watchUndici, type UndiciOptions } from '../../../src/hooks/undici/index.ts';
import { record, type Recording } from '../node-http/recording.ts';
import { rpc, serve } from '../node-http/wire.ts';
import { CALL } from '../fetch/untouched.ts';

/** A recording of what this process sends, until the test is over. */
function watching(options?: UndiciOptions): Recording {
  const recording = record();
  onTestFinished(watchUndici(recording, options));
  return recording;
}

async function urlOf(answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await serve(answer)}/mcp`;
}

const fine: RequestListener = (asked, response) => void asked.resume().on('end', () => response.end('{}'));

function posting(method: string, headers: Record<string, string> = {}, params: unknown = {}): RequestInit {
  return { method: 'POST', headers: { ...CALL.headers, ...headers }, body: rpc(method, params) };
}

const HANDSHAKE = posting(
  'initialize',
  {},
  { protocolVersion: '2025-06-18', clientInfo: { name: 'claude-code', version: '1' } },
);

async function send(url: string, init: RequestInit): Promise<void> {
  await (await fetch(url, init)).text();
}

describe('a request', () => {
  test('its methods, session, revision and credential', async () => {
    const recording = watching();
    const url = await urlOf(fine);
    const headers = {
      'Mcp-Session-Id': 'one',
      'MCP-Protocol-Version': '2025-11-25',
      Authorization: 'Bearer a',
    };
    await send(url, posting('resources/read', headers));
    expect(await recording.first()).toMatchObject({
      vantage: 'client',
      target: new URL(url).host,
      httpMethod: 'POST',
      rpcMethods: ['resources/read'],
      sessionSent: recording.references.of('one'),
      sessionOdd: false,
      protocolVersion: '2025-11-25',
      principal: recording.references.of('principal Bearer a'),
      family: 'sdk-typescript',
      status: 200,
      ending: 'complete',
    });
  });

  test('its methods, from a body that is a stream, which no other hook can read', async () => {
    const recording = watching();
    const body = new Blob([rpc('tools/list')]).stream();
    await send(await urlOf(fine), { ...CALL, body, duplex: 'half' } as RequestInit);
    expect((await recording.first()).rpcMethods).toEqual(['tools/list']);
  });

  test('of which no more than the first 8 KiB are read', async () => {
    const recording = watching();
    const far = `{"padding":"${'x'.repeat(8192)}","method":"tools/list"}`;
    await send(await urlOf(fine), { ...CALL, body: far });
    expect((await recording.first()).rpcMethods).toEqual([]);
  });

  test('its handshake: who speaks, and what was settled on', async () => {
    const recording = watching();
    const result = { protocolVersion: '2025-03-26', capabilities: {} };
    const url = await urlOf((asked, response) => {
      asked.resume().on('end', () => {
        response.writeHead(200, { 'Mcp-Session-Id': 'given', 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
      });
    });
    await send(url, HANDSHAKE);
    expect(await recording.first()).toMatchObject({
      family: 'claude-code',
      protocolVersion: '2025-03-26',
      sessionGiven: recording.references.of('given'),
      bodyClass: 'none',
    });
  });

  test('of the package, without a User-Agent', async () => {
    const recording = watching();
    const { body } = await request(await urlOf(fine), { method: 'POST', body: rpc('ping') });
    await body.text();
    expect(await recording.first()).toMatchObject({ rpcMethods: ['ping'], family: 'other' });
  });

  test('is one of the named target, the named client, on the named paths', async () => {
    const recording = watching({ paths: ['/rpc'], target: ({ pathname }) => pathname, client: 'anna' });
    const other = watching({ paths: ['/rpc'], client: () => 'ben' });
    const url = await urlOf(fine);
    await send(url, CALL);
    await send(url.replace('/mcp', '/rpc?x=1'), CALL);
    const [one, another] = [await recording.first(), await other.first()];
    expect(recording.exchanges).toHaveLength(1);
    expect(one.target).toBe('/rpc');
    expect(one.client).not.toBe(another.client);
  });

  test('is left alone when it is none of Streamable HTTP', async () => {
    const recording = watching();
    const url = await urlOf(fine);
    await send(url.replace('/mcp', '/token'), { method: 'POST', body: 'grant_type=x' });
    await send(url.replace('/mcp', '/messages?sessionId=1'), CALL);
    const socket = new WebSocket(url.replace('http', 'ws'));
    await once(socket, 'error');
    await send(url, posting('ping'));
    await recording.first();
    await delay(20);
    expect(recording.exchanges.map(({ rpcMethods }) => rpcMethods)).toEqual([['ping']]);
    expect(recording.connections).toEqual([
      { vantage: 'client', target: new URL(url).host, change: 'opened' },
    ]);
  });

  test('through a proxy that is asked for the whole address', async () => {
    const recording = watching();
    const proxy = await serve((asked, response) => {
      asked.resume().on('end', () => response.end(`{"asked":"${asked.url}"}`));
    });
    const dispatcher = new ProxyAgent({ uri: `http://127.0.0.1:${proxy}`, proxyTunnel: false });
    const { body } = await request('http://tools.example/mcp?x=1', { ...CALL, method: 'POST', dispatcher });
    expect(await body.json()).toEqual({ asked: 'http://tools.example/mcp?x=1' });
    expect(await recording.first()).toMatchObject({ target: 'tools.example', rpcMethods: ['tools/call'] });
    await dispatcher.close();
  });
});

describe('an answer', () => {
  test('an error, by its first words', async () => {
    const recording = watching();
    const error = '{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}';
    const url = await urlOf(
      (_asked, response) => void response.writeHead(404, { 'retry-after': '1' }).end(error),
    );
    await fetch(url, posting('tools/call', { 'mcp-session-id': 'one' }));
    expect(await recording.first()).toMatchObject({
      status: 404,
      bodyClass: 'session-dead',
      errorUnaddressed: true,
      retryAfter: true,
    });
  });

  test('a stream: told when it opens, and what its events carried when it is over', async () => {
    const recording = watching();
    const events = ': hello\n\nid: 1\nretry: 500\ndata:\n\nid: 2\ndata: {"a":1}\n\n';
    const url = await urlOf((_asked, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(events);
    });
    const { body } = await fetch(url, { headers: { 'mcp-session-id': 'one' } });
    await vi.waitFor(() => expect(recording.streams).toHaveLength(1));
    expect(recording.exchanges).toEqual([]);
    const reader = body?.getReader();
    await reader?.read();
    await reader?.cancel();
    const exchange = await recording.first();
    expect(exchange).toMatchObject({
      ending: 'aborted',
      stream: { kind: 'get', carriedData: true, retryHint: true, eventIds: true },
    });
    expect(recording.streams).toEqual([
      {
        vantage: 'client',
        target: exchange.target,
        kind: 'get',
        session: exchange.sessionSent,
        at: exchange.stream?.openedAt,
      },
    ]);
    expect(exchange.endedAt - (exchange.stream?.lastWriteAt ?? 0)).toBeGreaterThan(10);
  });

  test('a plain one whose rest nobody wants: its end, and no error', async () => {
    const recording = watching();
    const url = await urlOf((_asked, response) => void response.writeHead(200).write('x'.repeat(100_000)));
    await (await fetch(url, CALL)).body?.cancel();
    await expect(
      fetch(url, { ...CALL, signal: AbortSignal.timeout(50) }).then((one) => one.text()),
    ).rejects.toThrow('timeout');
    await recording.until(2);
    expect(recording.exchanges.map(({ ending }) => ending)).toEqual(['complete', 'aborted']);
  });

  test('that never came, though a hint did', async () => {
    const recording = watching();
    const url = await urlOf((_asked, response) => response.writeEarlyHints({ link: '</a>; rel=preload' }));
    await expect(request(url, { signal: AbortSignal.timeout(100) })).rejects.toThrow('timeout');
    expect(await recording.first()).toMatchObject({ status: 0, ending: 'aborted' });
  });

  test('by HTTP/2', async () => {
    const recording = watching();
    const sessions = new Set<ServerHttp2Session>();
    const server = createHttp2Server((asked, response) => {
      let body = '';
      asked.on('data', (chunk) => (body += String(chunk)));
      asked.on('end', () => {
        response.writeHead(200, { 'mcp-session-id': 'given', 'content-type': 'text/event-stream' });
        response.end(`data: ${body}\n\n`);
      });
    }).on('session', (session) => sessions.add(session));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = new H2CClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const answer = await client.request({ ...CALL, method: 'POST', path: '/mcp' });
    expect(await answer.body.text()).toBe(`data: ${CALL.body}\n\n`);
    expect(await recording.first()).toMatchObject({
      status: 200,
      rpcMethods: ['tools/call'],
      sessionGiven: recording.references.of('given'),
      ending: 'complete',
      stream: { kind: 'post', carriedData: true },
    });
    expect(recording.connections.map(({ change }) => change)).toEqual(['opened']);
    await client.close();
    for (const session of sessions) session.destroy();
    server.close();
    await vi.waitFor(() =>
      expect(recording.connections.map(({ change }) => change)).toEqual(['opened', 'closed']),
    );
  });
});

describe('a connection', () => {
  test('is told when it carries its first request of the protocol, and when it closes', async () => {
    const recording = watching();
    const url = await urlOf(fine);
    const { host, origin } = new URL(url);
    const pool = new Pool(origin, { connections: 1 });
    await (await pool.request({ method: 'GET', path: '/health' })).body.dump();
    expect(recording.connections).toEqual([]);
    for (let i = 0; i < 2; i++)
      await (await pool.request({ ...CALL, method: 'POST', path: '/mcp' })).body.dump();
    const opened = { vantage: 'client', target: host, change: 'opened' };
    expect(recording.connections).toEqual([opened]);
    await pool.close();
    await vi.waitFor(() => expect(recording.connections).toEqual([opened, { ...opened, change: 'closed' }]));
  });

  test('that never came about is none', async () => {
    const recording = watching();
    const port = await serve(() => {});
    await expect(
      request(`http://127.0.0.1:${port}/mcp`, {
        dispatcher: new Pool(`http://127.0.0.1:${port}`, {
          connect: (_options, done) => {
            connect(1, '127.0.0.1').on('error', (error) => done(error, null));
          },
        }),
      }),
    ).rejects.toThrow('ECONNREFUSED');
    expect(await recording.first()).toMatchObject({ status: 0, ending: 'reset' });
    expect(recording.connections).toEqual([]);
  });
});

test('what another tool adds to a request goes out, and neither is in the way of the other', async () => {
  const recording = watching();
  const add = (message: unknown): void => {
    (message as { request: { addHeader: (name: string, value: string) => void } }).request.addHeader(
      'x-added',
      'yes',
    );
  };
  channel('undici:request:create').subscribe(add);
  onTestFinished(() => {
    channel('undici:request:create').unsubscribe(add);
  });
  const seen: unknown[] = [];
  const url = await urlOf((asked, response) => {
    seen.push(asked.headers['x-added']);
    fine(asked, response);
  });
  await send(url, CALL);
  await recording.first();
  expect(seen).toEqual(['yes']);
});
