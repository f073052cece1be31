import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startServer, type RestartableServer } from '../../demo/restartable-server.ts';
import { serveSdk132 } from '../../demo/servers/sdk-1-32.ts';
import { metrics, type Metric } from '../../src/signals/index.ts';
import { post } from '../exporter/support/mcp-server.ts';

const CLI = join(import.meta.dirname, '../../src/cli.ts');

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

interface Running {
  readonly url: string;
  /** Writes the file of settings anew, and has it read; answers what was said of that. */
  reload(text: string): Promise<string>;
  /** The sum of all series of a metric. */
  total(metric: Metric): Promise<number>;
  status(path: string, host?: string): Promise<number>;
  readonly child: ChildProcessWithoutNullStreams;
}

async function started(text: string): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'reload-'));
  const file = join(folder, 'settings.yaml');
  writeFileSync(file, text);
  const child = spawn(process.execPath, [CLI, 'proxy', '--config', 'settings.yaml'], {
    cwd: folder,
    env: { NODE_NO_WARNINGS: '1' },
  });
  endings.push(
    () => rmSync(folder, { recursive: true }),
    () => child.kill('SIGKILL'),
  );
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  await expect.poll(() => out || errors, { timeout: 60_000 }).toMatch(/proxy at .*\n/);
  const [, url = '', status = ''] = /proxy at (\S+) .*status page at (\S+)/.exec(out) ?? [];
  return {
    url,
    child,
    async reload(changed) {
      writeFileSync(file, changed);
      const before = errors.length;
      child.kill('SIGHUP');
      await expect
        .poll(() => errors.slice(before), { timeout: 60_000 })
        .toMatch(/settings (were not )?read again.*\n/);
      return errors.slice(before).replaceAll('mcp-session-exporter proxy: ', '');
    },
    async total({ name }) {
      const lines = (await (await fetch(`${status}metrics`)).text()).split('\n');
      const series = lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
      expect(series).not.toEqual([]);
      return series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
    },
    status: async (path) => (await fetch(new URL(path, status))).status,
  };
}

async function serverOfSdk(): Promise<RestartableServer> {
  const server = await startServer(serveSdk132);
  endings.push(() => server.close());
  return server;
}

const AT_ANY_PORT = 'port: 0\nproxy:\n  listen: 127.0.0.1:0\n';

function serving(...upstreams: readonly string[]): string {
  return `${AT_ANY_PORT}  upstreams:\n${upstreams.map((each) => `    - ${each}\n`).join('')}`;
}

/** Opens the stream of a session, and answers whether it has ended since. */
async function listening(url: string, session: string | undefined): Promise<() => boolean> {
  const aborting = new AbortController();
  endings.push(() => aborting.abort());
  const headers = { accept: 'text/event-stream', 'mcp-session-id': session ?? '' };
  const answer = await fetch(url, { headers, signal: aborting.signal });
  expect(answer.status).toBe(200);
  let hasEnded = false;
  answer.text().then(
    () => (hasEnded = true),
    () => (hasEnded = true),
  );
  return () => hasEnded;
}

describe('SIGHUP', { timeout: 180_000 }, () => {
  it('changes what may change, and keeps sessions, streams and counts', async () => {
    const [one, other] = [await serverOfSdk(), await serverOfSdk()];
    const proxy = await started(serving(`{ name: shop, urls: ['${one.url.href}'], path: /shop }`));
    const shop = new URL('shop', proxy.url).href;
    const { session } = await post(shop, 'initialize');
    const hasEnded = await listening(shop, session);
    const moved = serving(`{ name: shop, urls: ['${one.url.href}'], path: /shop, host: 127.0.0.1 }`);
    expect(await proxy.reload(moved)).toBe('settings read again; proxy.upstreams changed\n');
    expect((await post(shop, 'tools/list', { session })).status).toBe(200);
    expect(hasEnded()).toBe(false);
    expect(await proxy.total(metrics.sessionsCreated)).toBe(1);
    expect(await proxy.total(metrics.sessionsActive)).toBe(1);
    expect(await proxy.total(metrics.streamsOpen)).toBe(1);

    // The session lives at the server that is no longer asked.
    await proxy.reload(serving(`{ name: shop, urls: ['${other.url.href}'], path: /shop }`));
    expect((await post(shop, 'tools/list', { session })).status).toBe(404);
    expect(hasEnded()).toBe(false);
  });

  it('changes whom it may be asked to probe', async () => {
    const server = await serverOfSdk();
    const without = serving(`{ urls: ['${server.url.href}'] }`);
    const proxy = await started(without);
    const asked = `/probe?target=${encodeURIComponent(server.url.href)}`;
    expect(await proxy.status(asked)).toBe(403);
    await proxy.reload(
      `${without}probe:\n  allowed_targets: ['${server.url.href}']\n  modules: { default: { hold_seconds: 0.1 } }\n`,
    );
    expect(await proxy.status(asked)).toBe(200);
    await proxy.reload(without);
    expect(await proxy.status(asked)).toBe(403);
  });

  it('leaves all as it was when anything is not allowed, and says what', async () => {
    const server = await serverOfSdk();
    const upstream = `{ name: shop, urls: ['${server.url.href}'], path: /shop }`;
    const proxy = await started(serving(upstream));
    const shop = new URL('shop', proxy.url).href;
    const isSuccessful = (): Promise<number> => proxy.total(metrics.configReloadSuccessful);
    const at = (): Promise<number> => proxy.total(metrics.configReloadTime);
    expect(await isSuccessful()).toBe(1);
    const first = await at();
    expect(Math.abs(first - Date.now() / 1000)).toBeLessThan(60);

    const moved = serving(`{ name: shop, urls: ['${server.url.href}'], path: /elsewhere }`);
    expect(await proxy.reload(`${moved}drain: 3\n`)).toBe(
      'settings.yaml:6:1: drain: there is no such key; those are host, port, allowed_hosts, key, key_file, target, targets, vantages, paths, tools, record, thresholds, table, proxy, probe\n' +
        'settings were not read again; all stay as they were\n',
    );
    expect((await post(shop, 'initialize')).status).toBe(200);
    expect(await isSuccessful()).toBe(0);
    expect(await at()).toBe(first);

    await proxy.reload(serving(upstream));
    expect(await isSuccessful()).toBe(1);
    expect(await at()).toBeGreaterThan(first);
  });

  it('says of a setting that cannot change that it waits', async () => {
    const server = await serverOfSdk();
    const upstream = `{ name: shop, urls: ['${server.url.href}'] }`;
    const proxy = await started(serving(upstream));
    const other = serving(upstream).replace('port: 0', 'port: 1\nkey: planted-secret');
    expect(await proxy.reload(other)).toBe(
      'port: has changed, and stays what it was until the next start\n' +
        'key: has changed, and stays what it was until the next start\n' +
        'settings read again; none changed\n',
    );
    // Its name would be a new value of a label.
    const further = serving(upstream, `{ name: search, urls: ['${server.url.href}'], path: /search }`);
    expect(await proxy.reload(further)).toContain('proxy.upstreams: has changed, and stays');
    expect((await post(new URL('mcp', proxy.url).href, 'initialize')).status).toBe(200);
    const exit = once(proxy.child, 'exit');
    proxy.child.kill('SIGTERM');
    expect((await exit)[0]).toBe(0);
  });
});
