import { once } from 'node:events';
import { request as ask } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { classifyError } from '../../../src/exchange/index.ts';
import { open, read, requestText, rpc } from '../../hooks/node-http/wire.ts';
import { MESSAGE, nobodyAt, proxyFor, upstreamOf } from './standing.ts';

const post = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { ...MESSAGE, ...headers }, body: rpc('tools/list') });

describe('a dead upstream', () => {
  it('is told as 503 when nothing was sent, and never as a word about the session', async () => {
    const { url } = await proxyFor([await nobodyAt()]);
    const answer = await post(`${url}mcp`, { 'mcp-session-id': 's' });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.headers.get('proxy-status')).toBe('mcp-session-exporter; error=connection_refused');
    const body = await answer.text();
    expect(JSON.parse(body)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32603 } });
    expect(classifyError(body).class).toBe('other');
  });

  it('is told as 502 when it may have received the request, which is not sent again', async () => {
    let received = 0;
    const { url } = await upstreamOf((request) => {
      received++;
      request.socket.destroy();
    });
    const { url: at } = await proxyFor([url]);
    const answer = await post(`${at}mcp`);
    expect([answer.status, answer.headers.get('retry-after'), received]).toEqual([502, '5', 1]);
    expect(answer.headers.get('proxy-status')).toContain('error=connection_terminated');
  });

  it('is told in time when it takes no connection', async () => {
    // It accepts, and never says a word of the TLS that is asked of it.
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const { url, upstreams } = await proxyFor([new URL(`https://127.0.0.1:${port}`)], {
      connectTimeout: 200,
    });
    const answer = await post(`${url}mcp`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('proxy-status')).toContain('error=connection_timeout');
    expect(upstreams.at(-1)).toMatchObject({ error: 'connection_timeout', addresses: { up: 0, down: 1 } });
  });
});

describe('a stale connection of the pool', () => {
  /** Answers the first request of a connection, and closes the connection at the second. */
  async function closesAtSecond(): Promise<{ url: URL; seen: string[] }> {
    const seen: string[] = [];
    const used = new WeakSet<object>();
    const { url } = await upstreamOf((request, response) => {
      seen.push(request.method ?? '');
      if (used.has(request.socket)) return void request.socket.destroy();
      used.add(request.socket);
      request.resume();
      response.end('ok');
    });
    return { url, seen };
  }

  it('lets a GET be asked once more', async () => {
    const { url, seen } = await closesAtSecond();
    const { url: at } = await proxyFor([url]);
    await fetch(`${at}mcp`).then((answer) => answer.text());
    const answer = await fetch(`${at}mcp`);
    expect([answer.status, seen]).toEqual([200, ['GET', 'GET', 'GET']]);
  });

  it('does not let a POST', async () => {
    const { url, seen } = await closesAtSecond();
    const { url: at } = await proxyFor([url]);
    await post(`${at}mcp`).then((answer) => answer.text());
    const answer = await post(`${at}mcp`);
    expect([answer.status, seen]).toEqual([502, ['POST', 'POST']]);
  });

  it('does not let a DELETE: the second would find nothing', async () => {
    const { url, seen } = await closesAtSecond();
    const { url: at } = await proxyFor([url]);
    await fetch(`${at}mcp`).then((answer) => answer.text());
    const answer = await fetch(`${at}mcp`, { method: 'DELETE' });
    expect([answer.status, seen]).toEqual([502, ['GET', 'DELETE']]);
  });
});

describe('several addresses', () => {
  const named =
    (name: string): Parameters<typeof upstreamOf>[0] =>
    (request, response) => {
      request.resume();
      response.setHeader('mcp-session-id', request.headers['mcp-session-id'] ?? `of-${name}`);
      request.on('end', () => response.end(name));
    };

  it('keep each session at its own', async () => {
    const [a, b] = [await upstreamOf(named('a')), await upstreamOf(named('b'))];
    const { url } = await proxyFor([a.url, b.url]);
    const given = [await post(`${url}mcp`), await post(`${url}mcp`)].map(
      (answer) => answer.headers.get('mcp-session-id') as string,
    );
    expect(given.toSorted()).toEqual(['of-a', 'of-b']);
    for (let i = 0; i < 3; i++) {
      const at = await post(`${url}mcp`, { 'mcp-session-id': 'of-a' });
      expect(await at.text()).toBe('a');
    }
  });

  it('let another answer when one is gone, with nothing of the body lost', async () => {
    const { url } = await upstreamOf((request, response) => void request.pipe(response));
    const { url: at, upstreams } = await proxyFor([await nobodyAt(), url]);
    for (let i = 0; i < 3; i++) {
      const answer = await post(`${at}mcp`);
      expect([answer.status, await answer.text()]).toEqual([200, rpc('tools/list')]);
    }
    expect(upstreams.filter(({ error }) => error !== undefined)).toHaveLength(1);
  });

  it('let another answer for a session whose own is gone: 404 is its word, not ours', async () => {
    const [home, other] = [
      await upstreamOf(named('home')),
      await upstreamOf((request, response) => {
        request.resume();
        response.writeHead(404).end('not mine');
      }),
    ];
    const { url } = await proxyFor([home.url, other.url]);
    const begun = await post(`${url}mcp`);
    expect(begun.headers.get('mcp-session-id')).toBe('of-home');
    home.server.closeAllConnections();
    home.server.close();
    await once(home.server, 'close');
    await expect
      .poll(async () => (await post(`${url}mcp`, { 'mcp-session-id': 'of-home' })).text())
      .toBe('not mine');
  });
});

describe('an address that is not served', () => {
  const only = {
    upstreams: [{ name: 'github', path: '/github', addresses: [new URL('http://127.0.0.1:9/mcp')] }],
  };

  it('is 404 in the name of the proxy', async () => {
    const { url, refusals } = await proxyFor([], only);
    const answer = await post(`${url}mcp`);
    expect(answer.status).toBe(404);
    expect(refusals).toEqual(['no-upstream']);
    expect(answer.headers.get('proxy-status')).toBe('mcp-session-exporter; error=destination_not_found');
    expect(await answer.text()).toContain('mcp-session-exporter proxy');
  });

  it.each(['POST', 'GET', 'DELETE'])('is never 404 to %s of a session', async (method) => {
    const { url } = await proxyFor([], only);
    const answer = await fetch(`${url}mcp`, { method, headers: { 'mcp-session-id': 's' } });
    expect(answer.status).toBe(421);
  });

  it('nor to a message of HTTP+SSE', async () => {
    const { url } = await proxyFor([], only);
    expect((await post(`${url}messages?sessionId=s`)).status).toBe(421);
  });
});

describe('the Host', () => {
  const host: Parameters<typeof upstreamOf>[0] = (request, response) => response.end(request.headers.host);
  const askAs = async (port: number, name: string): Promise<string> => {
    const asked = ask({ port, host: '127.0.0.1', path: '/mcp', headers: { host: name } }).end();
    const [answer] = await once(asked, 'response');
    let text = `${answer.statusCode} `;
    for await (const chunk of answer) text += String(chunk);
    return text;
  };

  it('goes on as the client asked, so that the upstream can refuse a foreign one', async () => {
    const { url } = await upstreamOf(host);
    const { port } = await proxyFor([url]);
    expect(await askAs(port, 'evil.example')).toBe('200 evil.example');
  });

  it('may be that of the upstream, and then the proxy refuses a foreign one', async () => {
    const { url } = await upstreamOf(host);
    const { port, refusals } = await proxyFor([url], {
      hostHeader: 'upstream',
      allowedHosts: ['mcp.example'],
    });
    expect(await askAs(port, 'mcp.example')).toBe(`200 ${url.host}`);
    expect(await askAs(port, 'localhost:8080')).toBe(`200 ${url.host}`);
    expect(refusals).toEqual([]);
    expect(await askAs(port, 'evil.example')).toMatch(/^421 /);
    expect(refusals).toEqual(['foreign-host']);
  });
});

describe('what is refused', () => {
  const refused = async (text: string): Promise<{ startLine: string; refusals: readonly string[] }> => {
    const { url } = await upstreamOf((_request, response) => response.end('passed'));
    const { port, refusals } = await proxyFor([url]);
    const socket = await open(port);
    socket.write(text);
    const said = await read(socket, (so) => so.includes('\r\n\r\n'));
    return { startLine: said.split('\r\n', 1)[0] as string, refusals };
  };

  it.each([
    [
      'another protocol',
      requestText('GET', { connection: 'upgrade', upgrade: 'websocket' }),
      501,
      'malformed',
    ],
    [
      'an address that is no path',
      requestText('GET', {}, '', 'http://elsewhere.example/mcp'),
      400,
      'malformed',
    ],
    ['two hosts', 'GET /mcp HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n', 400, 'malformed'],
    ['two lengths', requestText('POST', { 'content-length': '2', 'Content-Length': '3' }), 400, 'malformed'],
    [
      'a head that is too large',
      requestText('GET', { 'x-large': 'x'.repeat(20_000) }),
      431,
      'head-too-large',
    ],
  ])('%s', async (_, text, status, refusal) => {
    const { startLine, refusals } = await refused(text);
    expect(startLine).toContain(` ${status} `);
    await expect.poll(() => refusals).toEqual([refusal]);
  });

  it('is no host, by node itself', async () => {
    expect((await refused('GET /mcp HTTP/1.1\r\n\r\n')).startLine).toContain(' 400 ');
  });

  it('but not an upgrade that may be left out', async () => {
    const { startLine, refusals } = await refused(
      requestText('GET', { connection: 'upgrade', upgrade: 'h2c' }),
    );
    expect(startLine).toContain(' 200 ');
    expect(refusals).toEqual([]);
  });
});
