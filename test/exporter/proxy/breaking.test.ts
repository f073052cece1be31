import { once } from 'node:events';
import { request as ask, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { open, read, requestText } from '../../hooks/node-http/wire.ts';
import { proxyFor, upstreamOf } from './standing.ts';

const EVENTS = { 'content-type': 'text/event-stream' };

describe('a client that leaves', () => {
  it('is gone at the upstream at once, before any answer', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    const { url } = await upstreamOf((request) => arrived.resolve(request));
    const { url: at } = await proxyFor([url]);
    const leave = new AbortController();
    const asked = fetch(`${at}mcp`, { signal: leave.signal }).catch(() => {});
    const { socket } = await arrived.promise;
    leave.abort();
    await once(socket, 'close');
    await asked;
  });

  it('is gone in the middle of an upload, which is no whole one', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    const { url } = await upstreamOf((request) => arrived.resolve(request.resume()));
    const { port } = await proxyFor([url]);
    const socket = await open(port);
    socket.write(requestText('POST', { 'content-length': '1000' }, '') + 'half');
    const request = await arrived.promise;
    socket.destroy();
    await expect(once(request, 'close')).rejects.toThrow('aborted');
    expect(request.complete).toBe(false);
  });
});

describe('an upstream that breaks off', () => {
  it('is broken for the client, with all that came before', async () => {
    const { url } = await upstreamOf((_request, response) => {
      response.writeHead(200, EVENTS);
      response.write('data: 1\n\n', () => response.destroy());
    });
    const { port } = await proxyFor([url]);
    const socket = await open(port);
    socket.write(requestText('GET'));
    const said = await read(socket);
    expect(said).toContain('data: 1\n\n');
    expect(said).not.toContain('\r\n0\r\n');
  });

  it('is broken for a client of HTTP/1.0 too, to which the end of the connection is the end of the body', async () => {
    const { url } = await upstreamOf((_request, response) => {
      response.writeHead(200, EVENTS);
      response.write('data: 1\n\n', () => setTimeout(() => response.destroy(), 50));
    });
    const { port } = await proxyFor([url]);
    const socket = await open(port);
    const broken = new Promise((resolve) => socket.once('error', resolve));
    socket.write('GET /mcp HTTP/1.0\r\nHost: localhost\r\n\r\n');
    socket.resume();
    expect(await broken).toMatchObject({ code: 'ECONNRESET' });
  });

  it('that ends its stream ends it for the client, and the connection stays', async () => {
    const { url } = await upstreamOf((_request, response) => {
      response.writeHead(200, EVENTS).end('data: 1\n\n');
    });
    const { port } = await proxyFor([url]);
    const socket = await open(port);
    socket.write(requestText('GET') + requestText('GET'));
    const said = await read(socket, (text) => text.split('\r\n0\r\n\r\n').length === 3);
    expect(said.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
  });
});

describe('what is slow', () => {
  it('a stream may be silent for longer than an unused connection is kept', { timeout: 15_000 }, async () => {
    const { url } = await upstreamOf((_request, response) => {
      response.writeHead(200, EVENTS).flushHeaders();
      setTimeout(() => response.end('data: late\n\n'), 6000);
    });
    const { url: at } = await proxyFor([url], { headersTimeout: 500, requestTimeout: 1000 });
    const answer = await fetch(`${at}mcp`);
    expect(await answer.text()).toBe('data: late\n\n');
  });

  it('the head of a stream does not wait for its first event', async () => {
    const { url } = await upstreamOf((_request, response) => response.writeHead(200, EVENTS).flushHeaders());
    const { url: at } = await proxyFor([url]);
    const answer = await fetch(`${at}mcp`);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    await answer.body?.cancel();
  });

  it('the head of an upload does not wait for its body', async () => {
    const { url } = await upstreamOf((request, response) => response.end(request.headers['x-name']));
    const { port } = await proxyFor([url]);
    const asked = ask({ port, method: 'POST', path: '/mcp', headers: { 'x-name': 'early' } });
    asked.flushHeaders();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect(String(await answer.toArray())).toBe('early');
    asked.destroy();
  });

  it('a client that reads nothing holds its upstream back', async () => {
    let written = 0;
    const { url } = await upstreamOf((_request, response) => {
      const part = Buffer.alloc(65_536);
      const more = (): void => {
        do written += part.length;
        while (written < 1e9 && response.write(part));
      };
      response.on('drain', more);
      more();
    });
    const { port } = await proxyFor([url]);
    const socket = await open(port);
    socket.pause();
    socket.write(requestText('GET'));
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = before === written;
          before = written;
          return isStill && written > 0;
        },
        { interval: 300, timeout: 10_000 },
      )
      .toBe(true);
    expect(written).toBeLessThan(50e6);
  });

  it('a client that is slow with its head is let go', async () => {
    const { url } = await upstreamOf((_request, response) => response.end());
    const { port } = await proxyFor([url], { headersTimeout: 300 });
    const socket = await open(port);
    socket.write('GET /mcp HTTP/1.1\r\nHost: loc');
    expect(await read(socket)).toContain(' 408 ');
  });

  it('a client that is slow with its body is let go, and is gone at the upstream', async () => {
    const arrived = Promise.withResolvers<IncomingMessage>();
    const { url } = await upstreamOf((request) => arrived.resolve(request.resume()));
    const { port } = await proxyFor([url], { headersTimeout: 300, requestTimeout: 500 });
    const socket = await open(port);
    socket.write(requestText('POST', { 'content-length': '1000' }, '') + 'half');
    const request = await arrived.promise;
    await expect(once(request, 'close')).rejects.toThrow('aborted');
    expect(request.complete).toBe(false);
  });
});

describe('an upload that is answered early', () => {
  it('is read to its end, and the next request of its connection is answered', async () => {
    // It takes no more of an upload than its beginning, so that the rest waits in the proxy.
    const { url } = await upstreamOf((request, response) => {
      if (request.method === 'GET') return void response.end('next');
      request.once('data', () => request.pause());
      setTimeout(() => response.end('too large'), 500);
    });
    const { port } = await proxyFor([url]);
    const socket = await open(port);
    const part = 'x'.repeat(10_000_000);
    socket.write(requestText('POST', { 'content-length': '20000000' }, '') + part);
    expect(await read(socket, (text) => text.includes('too large'))).toContain(' 200 ');
    socket.write(part + requestText('GET'));
    expect(await read(socket, (text) => text.includes('next'))).toContain(' 200 ');
  });
});

describe('what is too much', () => {
  it('a connection beyond the limit is closed', async () => {
    const { url } = await upstreamOf((_request, response) => response.end('ok'));
    const { port } = await proxyFor([url], { maxConnections: 1 });
    const first = await open(port);
    first.write(requestText('GET'));
    expect(await read(first, (text) => text.includes('ok'))).toContain(' 200 ');
    const second = await open(port);
    second.write(requestText('GET'));
    expect(await read(second)).toBe('');
  });
});

describe('an upstream that says what it should not', () => {
  it.each([
    ['a status that is none', 'HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'],
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n'],
    [
      'a length beside chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['another protocol, unasked', 'HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`],
  ])('is 502 for %s, and the proxy lives', async (_, said) => {
    const { url } = await upstreamOf((request) => void request.socket.write(said));
    const { url: at } = await proxyFor([url]);
    for (let i = 0; i < 2; i++) expect((await fetch(`${at}mcp`)).status).toBe(502);
  });

  it('is heard after interim answers of any kind', async () => {
    const interim = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 199 Odd\r\n\r\n';
    const { url } = await upstreamOf((request) => {
      request.socket.write(`${interim}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`);
    });
    const { port } = await proxyFor([url]);
    const socket = await open(port);
    socket.write(requestText('GET'));
    const said = await read(socket, (text) => text.endsWith('ok'));
    expect(said).toMatch(/^HTTP\/1.1 103 Early Hints\r\nLink: <\/a>\r\n\r\n/i);
    expect(said).toContain('HTTP/1.1 200 OK');
  });
});
