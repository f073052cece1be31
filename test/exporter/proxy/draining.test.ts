import { describe, expect, it } from 'vitest';
import { open, read, requestText } from '../../hooks/node-http/wire.ts';
import { proxyFor, upstreamOf } from './standing.ts';

describe('a proxy that is stopped', () => {
  it('lets an answer under way come to its end, and takes no more', async () => {
    const release = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const { url } = await upstreamOf((_request, response) => {
      arrived.resolve();
      void release.promise.then(() => response.end('whole'));
    });
    const { proxy, port, url: at } = await proxyFor([url], { drainTimeout: 5000 });
    const socket = await open(port);
    socket.write(requestText('GET'));
    await arrived.promise;
    const drained = proxy.drain();
    await expect(fetch(`${at}mcp`)).rejects.toThrow();
    release.resolve();
    const said = await read(socket);
    expect(said).toContain('whole');
    expect(said).toContain('Connection: close');
    await drained;
  });

  it('does not wait for connections that are not used', async () => {
    const { url } = await upstreamOf((_request, response) => response.end('ok'));
    const { proxy, port } = await proxyFor([url], { drainTimeout: 60_000 });
    const socket = await open(port);
    socket.write(requestText('GET'));
    await read(socket, (text) => text.includes('ok'));
    await proxy.drain();
  });

  it('ends a stream in the end, as streams end, and breaks any other answer', async () => {
    const { url } = await upstreamOf((request, response) => {
      const type = request.url === '/mcp' ? 'text/event-stream' : 'application/json';
      response.writeHead(200, { 'content-type': type }).write('{');
    });
    const { proxy, port, recording } = await proxyFor([url], { drainTimeout: 200 });
    const [stream, other] = [await open(port), await open(port)];
    stream.write(requestText('GET', { 'mcp-session-id': 's' }));
    other.write(requestText('GET', {}, '', '/other'));
    // The first part of each is here, and nothing behind it.
    for (const socket of [stream, other])
      expect(await read(socket, (text) => text.includes('{'))).toMatch(/ 200 [^]*\{\r\n$/);
    const rest = Promise.all([read(stream), read(other)]);
    await proxy.drain();
    const [ended, broken] = await rest;
    expect(ended).toBe('0\r\n\r\n');
    expect(broken).toBe('');
    expect(await recording.first()).toMatchObject({ ending: 'complete', stream: { kind: 'get' } });
  });
});

describe('a proxy that is told of other upstreams', () => {
  it('asks them from then on, and keeps what it knows of those that stay', async () => {
    const named =
      (name: string): Parameters<typeof upstreamOf>[0] =>
      (request, response) => {
        request.resume();
        response.end(name);
      };
    const servers = await Promise.all(['a', 'b', 'c'].map((name) => upstreamOf(named(name))));
    const [a, b, c] = servers.map(({ url }) => url) as [URL, URL, URL];
    const { proxy, url, upstreams } = await proxyFor([a, b]);
    const answerTo = (session: string): Promise<string> =>
      fetch(`${url}mcp`, { headers: { 'mcp-session-id': session } }).then((answer) => answer.text());
    const home = await answerTo('s');
    proxy.reload([
      { name: 'behind', addresses: [a, b] },
      { name: 'new', addresses: [c], path: '/new' },
    ]);
    expect([await answerTo('s'), await answerTo('s')]).toEqual([home, home]);
    expect(await fetch(`${url}new/mcp`).then((answer) => answer.text())).toBe('c');
    proxy.reload([{ name: 'new', addresses: [c] }]);
    const latest = new Map(upstreams.map(({ target, addresses }) => [target, addresses]));
    expect(Object.fromEntries(latest)).toEqual({ behind: { up: 0, down: 0 }, new: { up: 1, down: 0 } });
  });
});
