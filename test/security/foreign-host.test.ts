import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createStatusServer } from '../../src/exporter/index.ts';
import { createObserver } from '../../src/observer.ts';
import { exchangeBytes, statusesIn } from './support/raw.ts';
import { routesOf, type Route } from './support/routes.ts';

let app: FastifyInstance;
let port: number;
let routes: readonly Route[];
const reached = new Set<string>();

beforeAll(async () => {
  app = createStatusServer(createObserver(), { allowedHosts: ['metrics.internal'] });
  // Runs after the guards: whoever gets here was let in.
  app.addHook('preHandler', async (request) => void reached.add(String(request.headers['x-test'])));
  routes = await routesOf(app);
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = (app.server.address() as AddressInfo).port;
});
afterAll(() => app.close());
beforeEach(() => reached.clear());

/** The bytes of a request without a body. */
function asked({ method, path }: Route, headers: readonly string[]): string {
  const lines = [`${method} ${path} HTTP/1.1`, ...headers, 'content-length: 0', 'connection: close'];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

const FOREIGN = [
  'evil.example',
  'evil.example:9464',
  'metrics.internal.evil.example',
  'localhost.evil.example',
  '127.0.0.1.nip.io',
  '2130706433',
  '0x7f.1',
  'localhost@evil.example',
  '',
];

describe('a page that was opened under a foreign name', () => {
  it('reads no route at all', async () => {
    expect(routes.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/', '/metrics', '/events', '/mcp']),
    );
    for (const route of routes) {
      for (const host of FOREIGN) {
        const told = `${route.method} ${route.path} under ${JSON.stringify(host)}`;
        const answer = await exchangeBytes(port, asked(route, [`host: ${host}`, `x-test: ${told}`]));
        expect(statusesIn(answer), told).toEqual([403]);
      }
    }
    expect(reached.size).toBe(0);
  });

  it('is not let in by a second name, nor by the names of headers for proxies', async () => {
    for (const path of ['/api/v1/status', '/mcp']) {
      const route = { method: 'GET', path };
      const two = await exchangeBytes(
        port,
        asked(route, ['host: localhost', 'host: evil.example', 'x-test: two']),
      );
      expect(statusesIn(two), path).toEqual([403]);
      for (const header of [
        'x-forwarded-host: localhost',
        'forwarded: host=localhost',
        'x-host: localhost',
      ]) {
        const answer = await exchangeBytes(
          port,
          asked(route, ['host: evil.example', header, 'x-test: header']),
        );
        expect(statusesIn(answer), header).toEqual([403]);
      }
      const absolute = { method: 'GET', path: `http://localhost${path}` };
      expect(statusesIn(await exchangeBytes(port, asked(absolute, ['host: evil.example'])))).toEqual([403]);
    }
    expect(reached.size).toBe(0);
  });

  it('is told nothing but why', async () => {
    const answer = await exchangeBytes(
      port,
      asked({ method: 'GET', path: '/metrics' }, ['host: evil.example']),
    );
    expect(answer).toContain('This host name is not allowed here.');
    expect(answer).not.toContain('mcp_');
    expect(answer.toLowerCase()).not.toContain('access-control-');
  });
});

describe('a page of another origin', () => {
  it('may not ask the MCP server, even by its right name', async () => {
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null', 'file://']) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        const headers = ['host: 127.0.0.1', `origin: ${origin}`, `x-test: ${origin}`];
        const answer = await exchangeBytes(port, asked({ method, path: '/mcp' }, headers));
        expect(statusesIn(answer), `${method} from ${origin}`).toEqual([403]);
      }
    }
    expect(reached.size).toBe(0);
  });

  it('may read no answer of any route', async () => {
    for (const route of routes.filter(({ path }) => path !== '/events')) {
      const headers = ['host: 127.0.0.1', 'origin: https://evil.example', 'x-test: cors'];
      const answer = (await exchangeBytes(port, asked(route, headers))).toLowerCase();
      expect(answer, route.path).not.toContain('access-control-');
      expect(answer, route.path).toContain('cross-origin-resource-policy: same-origin');
      expect(answer, route.path).toContain("content-security-policy: default-src 'none'");
    }
  });

  it('may not ask beforehand either', async () => {
    for (const path of new Set(routes.map((route) => route.path))) {
      const headers = [
        'host: 127.0.0.1',
        'origin: https://evil.example',
        'access-control-request-method: POST',
      ];
      const answer = await exchangeBytes(port, asked({ method: 'OPTIONS', path }, headers));
      expect(statusesIn(answer), path).toEqual([405]);
      expect(answer.toLowerCase(), path).not.toContain('access-control-');
    }
  });
});

describe('a method that has no route', () => {
  it('is refused everywhere, and POST is let in at /mcp alone', async () => {
    const posted = new Set(routes.filter(({ method }) => method === 'POST').map(({ path }) => path));
    expect([...posted]).toEqual(['/mcp']);
    for (const path of new Set(routes.map((route) => route.path))) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND']) {
        if (routes.some((route) => route.path === path && route.method === method)) continue;
        const answer = await exchangeBytes(port, asked({ method, path }, ['host: 127.0.0.1']));
        expect(statusesIn(answer), `${method} ${path}`).toEqual([405]);
      }
    }
  });
});
