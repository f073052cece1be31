import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../demo/restartable-server.ts';
import { serveSdk132 } from '../demo/servers/sdk-1-32.ts';
import type { Status } from '../src/exporter/index.ts';
import { metrics } from '../src/signals/index.ts';
import { post } from './exporter/support/mcp-server.ts';

const ROOT = join(import.meta.dirname, '..');
const SERVER = join(import.meta.dirname, 'exporter/support/serve.ts');
const CLIENT = join(import.meta.dirname, 'exporter/support/ask.ts');

const running = new Set<ChildProcessWithoutNullStreams>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

interface Program {
  readonly child: ChildProcessWithoutNullStreams;
  /** Where the program serves, or whom it asks. */
  readonly url: string;
  /** What it printed so far. */
  stdout(): string;
  stderr(): string;
  /** The first line on stderr. */
  told(): Promise<string>;
  /** Ends the program's input, upon which it closes its server; answers its exit code. */
  finish(): Promise<number | null>;
}

/** Starts a program, which knows nothing of being watched, as `node --import mcp-session-exporter/register`. */
async function start(environment: Readonly<Record<string, string>>, path: string = SERVER): Promise<Program> {
  const child = spawn(process.execPath, ['--import', 'mcp-session-exporter/register', path], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_NO_WARNINGS: '1',
      MCP_SESSION_EXPORTER_PORT: '0',
      ...environment,
    },
  });
  running.add(child);
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const begun = (): string => (child.exitCode === null ? out : `exited: ${errors}`);
  await expect.poll(begun, { timeout: 10_000 }).toMatch(/^http.*\n/);
  return {
    child,
    url: out.trim(),
    stdout: () => out,
    stderr: () => errors,
    async told() {
      await expect.poll(() => errors, { timeout: 10_000 }).toContain('\n');
      return errors.split('\n', 1)[0] ?? '';
    },
    async finish() {
      const exit = once(child, 'exit');
      child.stdin.end();
      const [code] = (await exit) as [number | null];
      return code;
    },
  };
}

async function exporterOf(program: Program): Promise<string> {
  return /status page at (\S+)/.exec(await program.told())?.[1] ?? 'not told';
}

async function metricsOf(exporter: string): Promise<string> {
  return (await fetch(`${exporter}metrics`)).text();
}

async function statusOf(exporter: string): Promise<Status> {
  return (await (await fetch(`${exporter}api/v1/status`)).json()) as Status;
}

describe('node --import mcp-session-exporter/register', () => {
  it('watches from the first request, and serves the metrics beside the program', async () => {
    const program = await start({ MCP_SESSION_EXPORTER_TARGET: 'shop' });
    const { session } = await post(program.url, 'initialize');
    await post(program.url, 'tools/list', { session });
    const text = await metricsOf(await exporterOf(program));
    expect(text).toContain(`${metrics.sessionsActive.name}{vantage="server",target="shop"} 1\n`);
    expect(text).toContain(`${metrics.observerExchanges.name}{vantage="server"} 2\n`);
    expect(program.stderr().trim().split('\n')).toHaveLength(1);
  });

  it('tells of a session that died with the process before, refused 400', async () => {
    const first = await start({});
    const { session } = await post(first.url, 'initialize');
    await post(first.url, 'tools/list', { session });
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const second = await start({ SERVE_PORT: new URL(first.url).port });
    const exporter = await exporterOf(second);
    expect((await statusOf(exporter)).faults).toEqual([]);
    expect((await post(second.url, 'tools/call', { session })).status).toBe(400);
    expect((await statusOf(exporter)).faults).toMatchObject([
      { fault: 'dead-session-wrong-status', side: 'server', cases: 1 },
    ]);
  });

  it('lets the process end by itself, even with the page open', async () => {
    const program = await start({});
    const exporter = await exporterOf(program);
    await post(program.url, 'initialize');
    const events = await fetch(`${exporter}events`);
    expect(events.status).toBe(200);
    expect(await program.finish()).toBe(0);
    await expect(events.text()).rejects.toThrow();
  });

  it('leaves the program alone when its port is taken, and says how to mend it', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    const program = await start({ MCP_SESSION_EXPORTER_PORT: String(port) });
    expect(await program.told()).toBe(
      `mcp-session-exporter: 127.0.0.1:${port} is in use: set MCP_SESSION_EXPORTER_PORT to a free port, or to 0 for any free one. The program runs on, unwatched.`,
    );
    expect((await post(program.url, 'initialize')).status).toBe(200);
    expect(await program.finish()).toBe(0);
    blocker.close();
    expect(program.stderr().trim().split('\n')).toHaveLength(1);
  });

  it('leaves the program alone when a setting is wrong, and names it', async () => {
    const program = await start({ MCP_SESSION_EXPORTER_PORT: 'http' });
    expect(await program.told()).toContain(
      'MCP_SESSION_EXPORTER_PORT: "http" is not allowed; it must be a whole number',
    );
    expect((await post(program.url, 'initialize')).status).toBe(200);
    expect(await program.finish()).toBe(0);
  });

  it('names all settings that are wrong, those of a file as well, each in a line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'register-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'settings.yaml');
    writeFileSync(file, 'host: a b\n');
    const program = await start({
      MCP_SESSION_EXPORTER_CONFIG: file,
      MCP_SESSION_EXPORTER_PORT: 'http',
      MCP_SESSION_EXPORTER_PROT: '1',
    });
    await expect.poll(() => program.stderr()).toContain('unwatched');
    const lines = program.stderr().trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines.every((line) => line.startsWith('mcp-session-exporter: '))).toBe(true);
    expect(lines.join('\n')).toContain('MCP_SESSION_EXPORTER_PROT: there is no such variable; did you mean');
    expect(lines.join('\n')).toContain('MCP_SESSION_EXPORTER_PORT: "http" is not allowed');
    expect(lines[2]).toContain(`${file}:1:7: host: "a b" is not allowed`);
    expect(await program.finish()).toBe(0);
  });

  it('takes settings from a file that a variable names', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'register-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'settings.yaml');
    writeFileSync(file, 'target: of-the-file\nvantages: [server]\n');
    const program = await start({ MCP_SESSION_EXPORTER_CONFIG: file });
    await post(program.url, 'initialize');
    const text = await metricsOf(await exporterOf(program));
    expect(text).toContain(`${metrics.sessionsActive.name}{vantage="server",target="of-the-file"} 1\n`);
    expect(await program.finish()).toBe(0);
  });

  it('watches a client too: its session, and that it goes on with a dead one', async () => {
    const server = await startServer(serveSdk132);
    onTestFinished(() => server.close());
    const { href: ASK_URL, host } = server.url;
    const program = await start({ ASK_URL, MCP_SESSION_EXPORTER_TARGETS: host }, CLIENT);
    const exporter = await exporterOf(program);
    const call = async (outcome: string): Promise<void> => {
      const calls = program.stdout().split('\n').length;
      program.child.stdin.write('call\n');
      await expect
        .poll(() =>
          program
            .stdout()
            .split('\n')
            .slice(calls - 1),
        )
        .toEqual([outcome, '']);
    };
    await call('called');
    const at = `vantage="client",target="${host}"`;
    await expect.poll(() => metricsOf(exporter)).toContain(`${metrics.sessionsActive.name}{${at}} 1\n`);
    expect(await metricsOf(exporter)).toContain(`${metrics.connectionsOpen.name}{${at}}`);

    await server.restart();
    const onsets = `${metrics.faults.name}{${at},fault="client-reuses-dead-session",side="client"}`;
    expect(await metricsOf(exporter)).toContain(`${onsets} 0\n`);
    // Two repeats at least, over two seconds.
    for (const pause of [0, 1100, 1100, 0]) {
      await delay(pause);
      await call('refused');
    }
    await expect.poll(() => metricsOf(exporter)).toContain(`${onsets} 1\n`);
    const text = await metricsOf(exporter);
    expect(text).toContain(`${metrics.sessionsActive.name}{${at}} 0\n`);
    expect(text).toContain(`${metrics.observerExchanges.name}{vantage="server"} 0\n`);
    expect((await statusOf(exporter)).faults).toMatchObject([
      { fault: 'client-reuses-dead-session', side: 'client', cases: 1, target: host },
    ]);
    expect(await program.finish()).toBe(0);
    expect(program.stderr().trim().split('\n')).toHaveLength(1);
  });

  it('watches one half alone when it is told so', async () => {
    const server = await start({ MCP_SESSION_EXPORTER_VANTAGES: 'client' });
    await post(server.url, 'initialize');
    const text = await metricsOf(await exporterOf(server));
    expect(text).not.toContain('vantage="server"');
    expect(text).toContain(`${metrics.observerExchanges.name}{vantage="client"} 0\n`);
  });

  it('names the vantages there are when it is told of another', async () => {
    const program = await start({ MCP_SESSION_EXPORTER_VANTAGES: 'server,proxy' });
    expect(await program.told()).toBe(
      'mcp-session-exporter: MCP_SESSION_EXPORTER_VANTAGES: "proxy" is not allowed; it must be "server" or "client", or both divided by a comma. The program runs on, unwatched.',
    );
    expect(await program.finish()).toBe(0);
  });
});
