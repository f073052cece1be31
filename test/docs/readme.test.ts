import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { optionsFromEnvironment } from '../../src/exporter/options.ts';
import { catalogue, runbookPathOf } from '../../src/faults/index.ts';
import { fencesOf, readPage, ROOT } from './markdown.ts';

const readme = readPage('README.md');
const shell = fencesOf(readme, 'sh').map(({ text }) => text.trim());
const programs = fencesOf(readme, 'js', 'ts').map(({ text }) => text);

/** The reader's own server: the one program that knows nothing of us. */
const SERVER = programs.find((text) => !text.includes('mcp-session-exporter')) ?? '';

describe('the commands', () => {
  const { scripts } = JSON.parse(readPage('package.json')) as { scripts: Record<string, string> };

  it('set everything up: one plays the demo, one runs the tests', () => {
    expect(shell).toContain('npm ci && npm run demo');
    expect(shell).toContain('npm ci && npm test');
  });

  it.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])('of %s exist', (path) => {
    const named = [...readPage(path).matchAll(/npm run ([\w:-]+)/g)].map(([, script = '']) => script);
    expect(named).not.toEqual([]);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

describe('what the README lists', () => {
  it('are the faults of the catalogue, in its order, each with its side and its runbook', () => {
    const rows = [...readme.matchAll(/^\| \[`([\w-]+)`\]\(([^)]+)\) *\| (\w+) *\|/gm)].map((row) =>
      row.slice(1),
    );
    expect(rows).toEqual(catalogue.map(({ id, side }) => [id, runbookPathOf(id), side]));
  });

  it('are the settings that are read from the environment', () => {
    const read = new Set<string>();
    optionsFromEnvironment(new Proxy({}, { get: (_, name) => void read.add(String(name)) }));
    const told = [...readme.matchAll(/^\| `(MCP_\w+)`/gm)].map(([, name]) => name);
    expect(new Set(told)).toEqual(read);
  });

  it('are the alert rules and the dashboard under the names they have', () => {
    const [config] = fencesOf(readme, 'yaml').map(({ text }) => parse(text) as { rule_files: string[] });
    for (const file of config?.rule_files ?? [''])
      expect(parse(readPage(`alerts/${file}`))).toHaveProperty('groups');
    const { title } = JSON.parse(readPage('dashboards/mcp-session-health.json')) as { title: string };
    expect(readme).toContain(`dashboard "${title}"`);
  });
});

describe('the programs', () => {
  let folder: string;
  let running: ChildProcess | undefined;

  beforeAll(() => {
    // Inside the package, so that it resolves itself by name.
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    folder = mkdtempSync(join(ROOT, '.cache/readme-'));
  });

  afterEach(async () => {
    if (running === undefined || running.exitCode !== null) return;
    running.kill();
    await once(running, 'exit');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  /** Runs node with these arguments, sends one handshake to the server, and reads the metrics that show it. */
  async function countedBy(args: readonly string[], mcpPort: number, metricsPort: number): Promise<string> {
    const env = { ...process.env, MCP_SESSION_EXPORTER_PORT: String(metricsPort) };
    const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
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

  it('are a server, the line for it, one with metrics of its own, and a client', () => {
    expect(SERVER).toContain('createServer');
    expect(programs.filter((text) => text !== SERVER)).toHaveLength(3);
  });

  it('without a change to the server', async () => {
    const [mcpPort, metricsPort] = await freePorts();
    writeFileSync(join(folder, 'server.js'), withPort(SERVER, 3000, mcpPort));
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
    writeFileSync(join(folder, 'one-line.js'), program);
    expect(requestsIn(await countedBy(['one-line.js'], mcpPort, metricsPort))).toBe(1);
  });

  it('with a registry of your own', async () => {
    const [port] = await freePorts();
    const program = programs.find((text) => text.includes('watchNodeHttp')) ?? '';
    writeFileSync(join(folder, 'registry.js'), withPort(program, 3000, port));
    expect(requestsIn(await countedBy(['registry.js'], port, port))).toBe(1);
  });

  it('a client', async () => {
    const [port] = await freePorts();
    writeFileSync(join(folder, 'server.js'), withPort(SERVER, 3000, port));
    const server = spawn(process.execPath, ['server.js'], { cwd: folder, stdio: 'ignore' });
    running = server;
    await whenListening(async () => {
      const answer = await handshake(port);
      await answer.text();
      return answer;
    });
    const program = programs.find((text) => text.includes('watchFetch')) ?? '';
    writeFileSync(join(folder, 'client.js'), program.replaceAll(':3000', `:${port}`));
    const { stdout } = await promisify(execFile)(process.execPath, ['client.js'], {
      cwd: folder,
      timeout: 15_000,
    });
    const ofTarget = stdout.split('\n').filter((line) => line.includes(`target="127.0.0.1:${port}"`));
    expect(requestsIn(ofTarget.join('\n'))).toBeGreaterThan(0);
  });
});

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
