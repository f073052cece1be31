import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createStatusServer, startExporter } from '../../../src/exporter/index.ts';
import { startProxy } from '../../../src/exporter/proxy/index.ts';
import { createObserver, type Observer } from '../../../src/observer.ts';
import { metrics } from '../../../src/signals/index.ts';
import { AGENTS } from './support/clients.ts';

const ROOT = join(import.meta.dirname, '../../..');
const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

async function served(observer: Observer = createObserver()): Promise<string> {
  const app = createStatusServer(observer);
  onTestFinished(() => app.close());
  return `${await app.listen({ host: '127.0.0.1', port: 0 })}/mcp`;
}

function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { ...JSON_HEADERS, ...headers }, body });
}

function call(name: string, args: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } });
}

/** Opens a stream of the sessionless era. */
function listening(url: string, signal?: AbortSignal): Promise<Response> {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'a', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const params = { notifications: { toolsListChanged: true }, _meta };
  return fetch(url, {
    method: 'POST',
    headers: { ...JSON_HEADERS, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params }),
    ...(signal !== undefined && { signal }),
  });
}

function textOf({ value }: { readonly value?: Uint8Array | undefined }): string {
  return new TextDecoder().decode(value);
}

function errorsOf({ counts }: Observer): number {
  return counts.samples(metrics.observerErrors).reduce((sum, { value }) => sum + value, 0);
}

describe('/mcp', () => {
  it('gives no session, whoever asks', async () => {
    const url = await served();
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'a', version: '1' },
    };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    const answer = await post(url, body, { 'mcp-session-id': 'made-up' });
    expect([answer.status, answer.headers.get('mcp-session-id')]).toEqual([200, null]);
    expect(await answer.text()).toContain('"mcp-session-exporter"');
  });

  it('opens no stream, and has nothing to delete', async () => {
    const url = await served();
    for (const method of ['GET', 'DELETE']) {
      const answer = await fetch(url, { method, headers: { accept: 'text/event-stream' } });
      expect([answer.status, answer.headers.get('allow')], method).toEqual([405, 'POST']);
    }
  });

  it('takes questions of 64 KiB in JSON, and nothing else', async () => {
    const observer = createObserver();
    const url = await served(observer);
    const long = await post(url, call('list_faults', { q: 'a'.repeat(70_000) }));
    expect(long.status).toBe(413);
    expect((await post(url, call('list_faults', {}), { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(url, '{"jsonrpc":"2.0",')).status).toBe(400);
    expect((await post(url, '')).status).toBe(400);
    expect((await post(url, call('list_faults', {}))).status).toBe(200);
    expect(errorsOf(observer)).toBe(0);
  });

  it('counts what breaks in it, and keeps its words to itself', async () => {
    const observer = createObserver();
    const told: unknown[] = [];
    const broken: Observer = {
      ...observer,
      cases: {
        ...observer.cases,
        open: () => {
          throw new Error('something private');
        },
      },
      failed: (stage, error) => void told.push([stage, String(error)]),
    };
    const answer = await (await post(await served(broken), call('list_faults', {}))).text();
    expect(answer).toContain('This could not be answered.');
    expect(answer).not.toContain('private');
    expect(told).toContainEqual(['signal', 'Error: something private']);
  });

  it('says farewell to those who listen when the server ends', async () => {
    const app = createStatusServer(createObserver());
    const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/mcp`;
    const { body } = await listening(url);
    const events = (body as ReadableStream<Uint8Array>).getReader();
    expect(textOf(await events.read())).toContain('notifications/subscriptions/acknowledged');
    await app.close();
    expect(textOf(await events.read())).toContain('"result"');
    expect(await events.read()).toMatchObject({ done: true });
  });

  it('lets 32 listen, and no more', async () => {
    const url = await served();
    const stop = new AbortController();
    const firstWords = async (): Promise<string> => {
      const { body } = await listening(url, stop.signal);
      return textOf(await (body as ReadableStream<Uint8Array>).getReader().read());
    };
    for (let i = 0; i < 32; i++) expect(await firstWords()).toContain('acknowledged');
    expect(await firstWords()).toContain('Subscription limit reached');
    stop.abort();
  });
});

describe('what is asked at /mcp', () => {
  it('is no traffic of the proxy beside which it stands', async () => {
    const upstreams = [{ name: 'behind', addresses: [new URL('http://127.0.0.1:9/mcp')] }];
    const proxy = await startProxy({ upstreams, port: 0, status: { port: 0 } });
    onTestFinished(() => proxy.close());
    for (const connect of Object.values(AGENTS)) {
      const agent = await connect(new URL('mcp', proxy.statusUrl));
      await agent.ask('list_clients');
      await agent.close();
    }
    await fetch(`${proxy.url}mcp`, { method: 'POST', headers: JSON_HEADERS, body: call('list_clients', {}) });
    const seen = (): number =>
      proxy.observer.counts.samples(metrics.observerExchanges).reduce((sum, { value }) => sum + value, 0);
    await expect.poll(seen).toBe(1);
  });

  it('loads the SDK when somebody asks, and not before', async () => {
    const script = `
      import { startExporter } from './src/exporter/index.ts';
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ resolve(specifier, context, next) { loaded.push(specifier); return next(specifier, context); } });
      const isLoaded = () => loaded.some((name) => name.startsWith('@modelcontextprotocol/'));
      const { url, close } = await startExporter({ port: 0 });
      await (await fetch(url + 'metrics')).text();
      const before = isLoaded();
      await (await fetch(url + 'mcp')).text();
      console.log(before, isLoaded());
      await close();`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { cwd: ROOT });
    let said = '';
    child.stdout.on('data', (chunk) => (said += String(chunk)));
    await once(child, 'close');
    expect(said.trim()).toBe('false true');
  });

  it('is answered under every name that the operator allows, and no other', async () => {
    const exporter = await startExporter({ port: 0, allowedHosts: ['metrics.internal'] });
    onTestFinished(() => exporter.close());
    const url = `${exporter.url}mcp`;
    const asFrom = async (origin: string): Promise<number> =>
      (await post(url, call('list_clients', {}), { origin })).status;
    expect(await asFrom('https://metrics.internal')).toBe(200);
    expect(await asFrom('https://other.internal')).toBe(403);
  });
});
