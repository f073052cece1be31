/** The programs of the README, run as a reader would: wherever the package is found by its name. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { fencesOf, readPage } from './markdown.ts';

const readme = readPage('README.md');
const shell = fencesOf(readme, 'sh').map(({ text }) => text.trim());

/** All programs of the README. */
export const programs: readonly string[] = fencesOf(readme, 'js', 'ts').map(({ text }) => text);

/** The reader's own server: the one program that knows nothing of us. */
export const SERVER = programs.find((text) => !text.includes('mcp-session-exporter')) ?? '';

/** Tests that each program of the README does what it is there for, in a folder that finds the package by its name. */
export function testReadmePrograms(folderOf: () => string): void {
  let running: ChildProcess | undefined;

  afterEach(async () => {
    if (running === undefined || running.exitCode !== null) return;
    running.kill();
    await once(running, 'exit');
  });

  /** Runs node with these arguments, sends one handshake to the server, and reads the metrics that show it. */
  async function countedBy(args: readonly string[], mcpPort: number, metricsPort: number): Promise<string> {
    const env = { ...process.env, MCP_SESSION_EXPORTER_PORT: String(metricsPort) };
    const child = spawn(process.execPath, args, { cwd: folderOf(), env, stdio: ['ignore', 'pipe', 'pipe'] });
    running = child;
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`it ended: ${said}`)));
    const answer = await Promise.race([whenListening(() => handshake(mcpPort)), ended]);
    expect(answer.status).toBe(200);
    await answer.text();
    const metrics = await whenListening(() => fetch(`http://127.0.0.1:${metricsPort}/metrics`));
    return await metrics.text();
  }

  it('without a change to the server', async () => {
    const [mcpPort, metricsPort] = await freePorts();
    writeFileSync(join(folderOf(), 'server.js'), withPort(SERVER, 3000, mcpPort));
    const command = shell.find((line) => line.startsWith('node --import')) ?? '';
    const [node, ...args] = command.split(' ');
    expect(node).toBe('node');
    expect(requestsIn(await countedBy(args, mcpPort, metricsPort))).toBe(1);
  });

  it('with one line in the server', async () => {
    const [mcpPort, metricsPort] = await freePorts();
    const line = programs.find((text) => text.includes('startExporter()')) ?? '';
    const program = `${line}${withPort(SERVER, 3000, mcpPort)}`.replace(
      'startExporter()',
      `startExporter({ port: ${metricsPort} })`,
    );
    writeFileSync(join(folderOf(), 'one-line.js'), program);
    expect(requestsIn(await countedBy(['one-line.js'], mcpPort, metricsPort))).toBe(1);
  });

  it('with a registry of your own', async () => {
    const [port] = await freePorts();
    const program = programs.find((text) => text.includes('watchNodeHttp')) ?? '';
    writeFileSync(join(folderOf(), 'registry.js'), withPort(program, 3000, port));
    expect(requestsIn(await countedBy(['registry.js'], port, port))).toBe(1);
  });

  /** Runs a program that asks the reader's own server, and answers what it writes. */
  async function writtenBy(program: string, port: number, args: readonly string[] = []): Promise<string> {
    writeFileSync(join(folderOf(), 'server.js'), withPort(SERVER, 3000, port));
    running = spawn(process.execPath, ['server.js'], { cwd: folderOf(), stdio: 'ignore' });
    await whenListening(async () => {
      const answer = await handshake(port);
      await answer.text();
      return answer;
    });
    writeFileSync(join(folderOf(), 'client.js'), program.replaceAll(':3000', `:${port}`));
    const { stdout } = await promisify(execFile)(process.execPath, [...args, 'client.js'], {
      cwd: folderOf(),
      env: { ...process.env, OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none' },
      timeout: 15_000,
    });
    return stdout;
  }

  it('a client with an SDK of OpenTelemetry of its own', async () => {
    const [port] = await freePorts();
    writeFileSync(join(folderOf(), 'telemetry.js'), TELEMETRY);
    const program = programs.find((text) => text.includes('watchTransport')) ?? '';
    const stdout = await writtenBy(program, port, ['--import', './telemetry.js']);
    expect(stdout).toContain("name: 'initialize'");
    expect(stdout).toContain(`'server.port': ${port}`);
  });

  it('a client', async () => {
    const [port] = await freePorts();
    const program = programs.find((text) => text.includes('watchFetch')) ?? '';
    const stdout = await writtenBy(program, port);
    const ofTarget = stdout.split('\n').filter((line) => line.includes(`target="127.0.0.1:${port}"`));
    expect(requestsIn(ofTarget.join('\n'))).toBeGreaterThan(0);
  });
}

/** What sets up the SDK in the reader's program, before all else. */
const TELEMETRY = `
import { NodeSDK } from '@opentelemetry/sdk-node';
const sdk = new NodeSDK({ instrumentations: [] });
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
`;

function withPort(program: string, written: number, free: number): string {
  expect(program).toContain(`listen(${written},`);
  return program.replace(`listen(${written},`, `listen(${free},`);
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports = await Promise.all(
    servers.map(async (server) => {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return (server.address() as AddressInfo).port;
    }),
  );
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports as [number, number];
}

function handshake(port: number): Promise<Response> {
  const clientInfo = { name: 'readme', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  return fetch(`http://127.0.0.1:${port}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  });
}

/** Asks again for as long as nobody listens. */
async function whenListening(ask: () => Promise<Response>): Promise<Response> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      const { cause } = error as { cause?: NodeJS.ErrnoException };
      if (cause?.code !== 'ECONNREFUSED' || tries === 150) throw error;
      await sleep(100);
    }
  }
}

/** How many requests of the protocol were counted. */
function requestsIn(metrics: string): number {
  const counted = metrics.matchAll(/^mcp_requests_total\{[^}]*\} (\d+)$/gm);
  return [...counted].reduce((sum, [, value]) => sum + Number(value), 0);
}
