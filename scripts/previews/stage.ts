import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/support/free-port.ts';
import { requireProgram } from '../../test/support/system-programs.ts';
import { createProcesses, type Processes } from '../../test/system/support/processes.ts';
import { layStack, services, type Stack } from '../../test/system/support/stack.ts';
import type { Source } from './ask.ts';

/**
 * Runs what docker-compose.yml does, without containers, for so many minutes: the proxy, the demo's servers and
 * clients, healthy and broken, and Prometheus. Then hands it over. Ctrl-C ends it.
 */
export async function withStack(minutes: number, use: (source: Source) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-session-exporter-'));
  const processes = createProcesses();
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  try {
    const stack = await layStack(folder, ['exporter', 'broken', 'healthy', 'prometheus']);
    const prometheus = await startPrometheus(processes, stack, join(folder, 'series'));
    await startExporter(processes, stack);
    for (const cast of ['broken', 'healthy']) startCast(processes, stack, cast);
    console.log(`The demo plays for ${minutes} minutes under the eyes of ${prometheus}`);
    await sleep(minutes * 60_000, undefined, { signal: interrupted.signal }).catch(() => {});
    if (interrupted.signal.aborted) return;
    const addresses = [...stack.replaced].filter(([, here]) => !here.startsWith('/'));
    await use({
      url: prometheus,
      named: (label) => addresses.reduce((so, [name, here]) => so.replaceAll(here, name), label),
    });
  } finally {
    await processes.endAll();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startPrometheus(processes: Processes, stack: Stack, data: string): Promise<string> {
  const program = requireProgram('prometheus');
  if (program === undefined) throw new Error('prometheus is not installed');
  const host = `127.0.0.1:${await freePort()}`;
  const words = stack.command('prometheus').map((word) => word.replace('=/prometheus', `=${data}`));
  processes.start(program, [...words, `--web.listen-address=${host}`]);
  return `http://${host}`;
}

async function startExporter(processes: Processes, stack: Stack): Promise<void> {
  const exporter = processes.start(process.execPath, ['src/cli.ts', ...stack.command('exporter')], {
    MCP_SESSION_EXPORTER_PORT: placeOf(stack, 'exporter:9464').port,
    MCP_SESSION_EXPORTER_PROXY_LISTEN: stack.at('127.0.0.1:8080'),
  });
  await exporter.said(/proxy at/);
}

function startCast(processes: Processes, stack: Stack, cast: string): void {
  const { MCP_SESSION_EXPORTER_VANTAGES = '', MCP_SESSION_EXPORTER_PORT = '' } =
    services[cast]?.environment ?? {};
  const words = ['--import', './src/register.ts', 'demo/behind-proxy.ts', ...stack.command(cast)];
  processes.start(process.execPath, words, {
    MCP_SESSION_EXPORTER_VANTAGES,
    MCP_SESSION_EXPORTER_PORT: placeOf(stack, `exporter:${MCP_SESSION_EXPORTER_PORT}`).port,
  });
}

function placeOf(stack: Stack, address: string): URL {
  return new URL(`http://${stack.at(address)}`);
}
