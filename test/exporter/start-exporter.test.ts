import { once } from 'node:events';
import { channel } from 'node:diagnostics_channel';
import { createServer, request, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createObserver } from '../../src/observer.ts';
import { startExporter, type Exporter, type ExporterOptions } from '../../src/exporter/index.ts';
import { createStatusServer } from '../../src/exporter/status-server.ts';
import { metrics } from '../../src/signals/index.ts';
import type { Status } from '../../src/exporter/status-model.ts';
import { post, startMcpServer } from './support/mcp-server.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function started(options: ExporterOptions = {}): Promise<Exporter> {
  const exporter = await startExporter({ port: 0, ...options });
  closing.push(() => exporter.close());
  return exporter;
}

async function mcpServer(refusal: number): Promise<Awaited<ReturnType<typeof startMcpServer>>> {
  const server = await startMcpServer(refusal);
  closing.push(() => server.close());
  return server;
}

/** The status of a request with a Host header of our choice, which fetch does not allow. */
function statusFor(url: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { host } }, (response) => resolve(response.resume().statusCode ?? 0))
      .on('error', reject)
      .end();
  });
}

const CHANNELS = [
  'http.server.request.start',
  'http.server.response.finish',
  'undici:client:sendHeaders',
  'undici:request:create',
  'undici:request:bodyChunkSent',
  'undici:request:headers',
  'undici:request:bodyChunkReceived',
  'undici:request:trailers',
  'undici:request:error',
];

function isHandle(kind: string): boolean {
  return kind !== 'Immediate' && kind !== 'Timeout';
}

function totalsOf({ observer }: Exporter): { readonly exchanges: number } {
  const samples = observer.counts.samples(metrics.observerExchanges);
  return { exchanges: samples.reduce((sum, { value }) => sum + value, 0) };
}

describe('the exporter', () => {
  it('answers every path', async () => {
    const { url } = await started();
    const types: Record<string, string> = {};
    for (const path of [
      '',
      'page.css',
      'page.js',
      'uplot.js',
      'uplot.css',
      'icon.svg',
      'healthz',
      'readyz',
      'metrics',
      'api/v1/status',
    ]) {
      const response = await fetch(url + path);
      expect(response.status, path).toBe(200);
      expect((await response.text()).length, path).toBeGreaterThan(0);
      types[path] = response.headers.get('content-type')?.split(';')[0] ?? '';
    }
    expect(types).toMatchObject({
      '': 'text/html',
      'page.js': 'text/javascript',
      'uplot.css': 'text/css',
      'api/v1/status': 'application/json',
    });
  });

  it('serves every module that the page imports', async () => {
    const { url } = await started();
    const seen = new Set(['page.js']);
    for (const name of seen) {
      const response = await fetch(url + name);
      expect(response.status, name).toBe(200);
      for (const [, imported] of (await response.text()).matchAll(/from '\.\/([^']+)'/g))
        seen.add(imported ?? '');
    }
    expect(seen.size).toBeGreaterThan(5);
  });

  it('refuses other paths, other methods and other names', async () => {
    const { url } = await started({ allowedHosts: ['metrics.internal'] });
    const missing = await fetch(`${url}package.json`);
    expect([missing.status, await missing.json()]).toEqual([
      404,
      { error: 'There is nothing at this path.' },
    ]);
    for (const path of ['', 'metrics', 'nowhere']) {
      const posted = await fetch(url + path, { method: 'POST', body: '{}' });
      expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
    for (const path of ['', 'metrics', 'events', 'nowhere'])
      expect(await statusFor(url + path, 'evil.example')).toBe(403);
    expect(await statusFor(`${url}metrics`, 'metrics.internal:80')).toBe(200);
  });

  it('sends the security headers with every answer', async () => {
    const { url } = await started();
    const events = new AbortController();
    for (const path of ['', 'page.js', 'metrics', 'nowhere', 'events']) {
      const { headers } = await fetch(url + path, { signal: events.signal });
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, path).toContain("default-src 'none'");
      expect(policy, path).not.toContain('unsafe');
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('no-referrer');
      expect(headers.get('cache-control'), path).toBe('no-store');
    }
    events.abort();
  });

  it('does not watch its own listener, whatever is sent there', async () => {
    const { url } = await started({ paths: ['/mcp', '/metrics'] });
    await post(`${url}mcp`, 'initialize');
    await (await fetch(`${url}metrics`, { headers: { 'mcp-session-id': 'x' } })).text();
    const server = await mcpServer(404);
    await post(server.url, 'initialize');
    const status = (await (await fetch(`${url}api/v1/status`)).json()) as Status;
    expect(status.totals.exchanges).toBe(1);
  });

  it('adds no handler to the process, and leaves the program as it was', async () => {
    /** All that a program could notice. */
    const traces = (): Readonly<Record<string, unknown>> & { readonly held: string[] } => ({
      handlers: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
      heard: CHANNELS.filter((name) => channel(name).hasSubscribers),
      // Timers come and go with fetch and the test run; that none of ours holds a process, test/register.test.ts shows.
      held: process.getActiveResourcesInfo().filter(isHandle).toSorted(),
      functions: [
        fetch,
        setTimeout,
        Reflect.get(Server.prototype, 'emit'),
        Reflect.get(ServerResponse.prototype, 'writeHead'),
      ],
    });
    const program = await mcpServer(404);
    await post(program.url, 'initialize');
    // What earlier requests left is still being closed.
    await expect.poll(() => traces().held, { timeout: 10_000 }).not.toContain('TCPSocketWrap');
    const before = traces();
    const exporter = await startExporter({ port: 0, vantages: ['server', 'client'] });
    await post(program.url, 'initialize');
    await (await fetch(`${exporter.url}metrics`, { headers: { connection: 'close' } })).text();
    expect(traces()).not.toEqual(before);
    await exporter.close();
    await expect.poll(traces, { timeout: 10_000 }).toEqual(before);
    const { exchanges } = totalsOf(exporter);
    expect(exchanges).toBe(2);
    await post(program.url, 'initialize');
    expect(totalsOf(exporter)).toEqual({ exchanges });
  });

  it('watches the halves it is told, under the names it is told', async () => {
    const server = await mcpServer(404);
    const { host } = new URL(server.url);
    const both = await started({ vantages: ['server', 'client'], target: 'shop', targets: [host] });
    const client = await started({ vantages: ['client'], targets: ['elsewhere.example'] });
    const named = await started({ vantages: ['client'], target: 'tools' });
    await post(server.url, 'initialize');
    const told = async ({ url }: Exporter): Promise<string[]> => {
      const text = await (await fetch(`${url}metrics`)).text();
      const counted = new RegExp(
        `^${metrics.sessionsCreated.name}\\{(vantage="\\w+",target="[^"]+").*\\} [1-9]`,
        'gm',
      );
      return [...text.matchAll(counted)].map(([, labels]) => labels ?? '').toSorted();
    };
    await expect.poll(() => told(client)).toEqual(['vantage="client",target="other"']);
    await expect.poll(() => told(named)).toEqual(['vantage="client",target="tools"']);
    await expect.poll(() => told(both)).toContain('vantage="server",target="shop"');
  });

  it('rejects when its port is taken, and watches nothing then', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    closing.push(() => new Promise((resolve) => blocker.close(resolve)));
    let named = 0;
    const target = (): string => (named++, 'default');
    const { port } = blocker.address() as AddressInfo;
    await expect(startExporter({ port, target })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const server = await mcpServer(404);
    await post(server.url, 'initialize');
    expect(named).toBe(0);
  });
});

describe('being ready', () => {
  it('is another question than being alive', async () => {
    const app = createStatusServer(createObserver(), { isReady: () => false });
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    expect((await app.inject('/readyz')).statusCode).toBe(503);
    await app.close();
  });
});

/** Reads server-sent events until one satisfies. */
async function eventWhere(
  url: string,
  satisfies: (status: Status) => boolean,
  act?: () => Promise<unknown>,
): Promise<Status[]> {
  const stop = new AbortController();
  const response = await fetch(`${url}events`, { signal: stop.signal });
  const seen: Status[] = [];
  let text = '';
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      const events = text.split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (data !== undefined) seen.push(JSON.parse(data) as Status);
      }
      if (seen.length > 0 && satisfies(seen.at(-1) as Status)) return seen;
      if (seen.length === 1) await act?.();
    }
    throw new Error('the stream ended');
  } finally {
    stop.abort();
  }
}

describe('the events', () => {
  it('tell the state at once, and each change of it', async () => {
    const { url } = await started();
    const server = await mcpServer(400);
    const seen = await eventWhere(
      url,
      ({ state }) => state === 'broken',
      async () => {
        const { session } = await post(server.url, 'initialize');
        server.forget();
        await post(server.url, 'tools/call', { session });
      },
    );
    expect(seen[0]).toMatchObject({ state: 'healthy' });
    expect(seen.at(-1)?.faults).toMatchObject([{ fault: 'dead-session-wrong-status', family: 'cursor' }]);
    expect(new Set(seen.map((state) => JSON.stringify(state))).size).toBe(seen.length);
  });

  it('come to a heartbeat of five seconds when nothing happens', async () => {
    const { url } = await started();
    const begun = performance.now();
    const samples = ({ history }: Status): number => history.at.length;
    const seen = await eventWhere(url, (status) => samples(status) >= 2);
    expect(seen).toHaveLength(2);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('are told to 32 readers, no more, and to a new one when another has left', async () => {
    const { url } = await started();
    const readers = Array.from({ length: 32 }, () => new AbortController());
    const answers = await Promise.all(readers.map(({ signal }) => fetch(`${url}events`, { signal })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await fetch(`${url}events`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10']);
    await refused.text();
    readers[0]?.abort();
    const stop = new AbortController();
    await expect.poll(async () => (await fetch(`${url}events`, { signal: stop.signal })).status).toBe(200);
    for (const reader of [...readers, stop]) reader.abort();
  });

  it('end when the exporter closes', async () => {
    const exporter = await startExporter({ port: 0 });
    const response = await fetch(`${exporter.url}events`);
    await exporter.close();
    await expect(response.text()).resolves.toContain('data: {');
  });
});
