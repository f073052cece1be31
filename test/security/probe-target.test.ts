import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createStatusServer } from '../../src/exporter/index.ts';
import { createObserver } from '../../src/observer.ts';
import { AGENTS, type Told } from '../exporter/mcp/support/clients.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Counted {
  readonly port: number;
  readonly url: string;
  readonly asked: () => number;
}

/** A server that counts who asks it anything at all, a connection included. */
async function counting(answer: Answer): Promise<Counted> {
  let asked = 0;
  const server: Server = createServer((request, response) => answer(request.resume(), response));
  server.on('connection', () => asked++).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await once(server.close(), 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/mcp`, asked: () => asked };
}

interface Asking {
  readonly origin: string;
  readonly byHttp: (target: string) => Promise<Response>;
  readonly byTool: (target: string) => Promise<Told>;
}

async function allowing(...targets: readonly string[]): Promise<Asking> {
  const modules = new Map([['default', { holdMs: 100, timeoutMs: 500, totalMs: 3000 }]]);
  const app = createStatusServer(createObserver(), { probing: () => ({ targets, modules }) });
  onTestFinished(() => app.close());
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  const connect = AGENTS['SDK 2, without sessions'] ?? AGENTS['SDK 1'];
  const agent = await connect?.(new URL('/mcp', origin));
  if (agent === undefined) throw new Error('there is no client');
  onTestFinished(() => agent.close());
  return {
    origin,
    byHttp: (target) => fetch(`${origin}/probe?target=${encodeURIComponent(target)}`),
    byTool: (target) => agent.ask('probe_target', { target }),
  };
}

const works: Answer = (_request, response) => void response.writeHead(404).end();

describe('a target that the operator does not allow', () => {
  it('is not asked, by default none is', async () => {
    const inside = await counting(works);
    const { byHttp, byTool } = await allowing();
    expect((await byHttp(inside.url)).status).toBe(403);
    expect(await byTool(inside.url)).toMatchObject({ isError: true });
    expect(inside.asked()).toBe(0);
  });

  it('is not reached by another way of writing one that is allowed', async () => {
    const [inside, allowed] = [await counting(works), await counting(works)];
    const { byHttp, byTool } = await allowing(allowed.url);
    const { port } = inside;
    for (const target of [
      inside.url,
      `http://127.0.0.1:${allowed.port}@127.0.0.1:${port}/mcp`,
      `http://127.0.0.1:${allowed.port}%2F@127.0.0.1:${port}/mcp`,
      `http://127.0.0.1:${port}/mcp#${allowed.url}`,
      `http://127.0.0.1:${port}/mcp?${allowed.url}`,
      `http://127.0.0.1:${port}/${allowed.url}`,
      `http://127.1:${port}/mcp`,
      `http://2130706433:${port}/mcp`,
      `http://[::ffff:127.0.0.1]:${port}/mcp`,
      `http://localhost:${port}/mcp`,
      `${allowed.url}/../admin`,
      `${allowed.url}/../../mcp2`,
      `${allowed.url}?more=1`,
      allowed.url.replace('http:', 'https:'),
      allowed.url.replace('http:', 'file:'),
      allowed.url.replace('/mcp', '/%6dcp'),
      `${allowed.url}\r\nHost: elsewhere`,
      `${allowed.url}\n${inside.url}`,
      '',
      'mcp',
      'data:text/plain,x',
    ]) {
      expect([400, 403], target).toContain((await byHttp(target)).status);
      expect(await byTool(target), target).toMatchObject({ isError: true });
    }
    expect([inside.asked(), allowed.asked()]).toEqual([0, 0]);
  });

  it('is not reached by two targets in one question', async () => {
    const [inside, allowed] = [await counting(works), await counting(works)];
    const { origin } = await allowing(allowed.url);
    for (const [first, second] of [
      [allowed.url, inside.url],
      [inside.url, allowed.url],
    ])
      expect((await fetch(`${origin}/probe?target=${first}&target=${second}`)).status).toBe(400);
    expect(allowed.asked()).toBe(0);
    expect(inside.asked()).toBe(0);
  });

  it.each([301, 302, 303, 307, 308])('is not reached by a redirect with %i', async (status) => {
    const inside = await counting(works);
    const allowed = await counting(
      (_request, response) => void response.writeHead(status, { location: inside.url }).end(),
    );
    const { byHttp, byTool } = await allowing(allowed.url);
    const { status: answered } = await byHttp(allowed.url);
    expect(answered).toBe(200);
    await byTool(allowed.url);
    expect(allowed.asked()).toBeGreaterThan(0);
    expect(inside.asked()).toBe(0);
  });

  it('is not reached by what the server it asks names in its answers', async () => {
    const inside = await counting(works);
    const allowed = await counting((_request, response) => {
      const head = {
        'content-type': 'text/event-stream',
        link: `<${inside.url}>; rel="preload"`,
        refresh: `0; url=${inside.url}`,
        'www-authenticate': `Bearer resource_metadata="${inside.url}"`,
        'alt-svc': `h2="127.0.0.1:${inside.port}"`,
      };
      response.writeHead(401, head).end(`event: endpoint\ndata: ${inside.url}\n\n`);
    });
    const { byHttp } = await allowing(allowed.url);
    expect((await byHttp(allowed.url)).status).toBe(200);
    expect(allowed.asked()).toBeGreaterThan(0);
    expect(inside.asked()).toBe(0);
  });
});
