import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Status } from '../src/exporter/index.ts';
import { metrics } from '../src/signals/index.ts';
import { post } from './exporter/support/mcp-server.ts';

const ROOT = join(import.meta.dirname, '..');
const PROGRAM = join(import.meta.dirname, 'exporter/support/serve.ts');

const running = new Set<ChildProcessWithoutNullStreams>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

interface Program {
  readonly child: ChildProcessWithoutNullStreams;
  /** Where the program serves. */
  readonly url: string;
  stderr(): string;
  /** The first line on stderr. */
  told(): Promise<string>;
  /** Ends the program's input, upon which it closes its server; answers its exit code. */
  finish(): Promise<number | null>;
}

/** Starts the program, which knows nothing of being watched, as `node --import mcp-session-exporter/register`. */
async function start(environment: Readonly<Record<string, string>>): Promise<Program> {
  const child = spawn(process.execPath, ['--import', 'mcp-session-exporter/register', PROGRAM], {
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

async function statusOf(exporter: string): Promise<Status> {
  return (await (await fetch(`${exporter}api/v1/status`)).json()) as Status;
}

describe('node --import mcp-session-exporter/register', () => {
  it('watches from the first request, and serves the metrics beside the program', async () => {
    const program = await start({ MCP_SESSION_EXPORTER_TARGET: 'shop' });
    const { session } = await post(program.url, 'initialize');
    await post(program.url, 'tools/list', { session });
    const text = await (await fetch(`${await exporterOf(program)}metrics`)).text();
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
});
