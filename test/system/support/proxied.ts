import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { StartProxySettings } from '../../../src/exporter/proxy/index.ts';
import { eventually } from './asking.ts';
import { createProcesses, type Process, type Processes } from './processes.ts';

const PROGRAMS = join(import.meta.dirname, '../programs');

/** Waited for so long at most: machines that run tests have other things to do. */
const PATIENCE_MS = 30_000;

/** What a server of streams sees: see programs/stream-server.ts, and flood-server.py, which sees less. */
export interface Seen {
  readonly streams: number;
  readonly sockets: number;
  /** Streams that were not ended by the server itself. */
  readonly aborted: number;
  /** Bytes that were written into floods, taken or not. */
  readonly flooded: number;
  /** Calls that will have no answer. */
  readonly waiting: number;
}

/** What a proxy holds when its garbage is collected. */
export interface Held {
  readonly heapUsed: number;
  readonly rss: number;
  readonly external: number;
  readonly arrayBuffers: number;
  readonly sockets: number;
}

/** A server of streams in a process of its own. */
export interface StreamServer {
  readonly process: Process;
  readonly port: number;
  sees(): Promise<Seen>;
}

/** A proxy in a process of its own. */
export interface ProxyProcess {
  readonly process: Process;
  /** Where clients ask. */
  readonly url: URL;
  readonly port: number;
  holds(): Promise<Held>;
  /** The sum of all series of this name whose labels hold all of these, as Prometheus would scrape it. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** Resolves when the metric is `expected`. */
  tells(expected: number, name: string, labels?: Readonly<Record<string, string>>): Promise<void>;
}

/** Programs that end with the test. */
export function processesOfTest(): Processes {
  const processes = createProcesses();
  onTestFinished(() => processes.endAll());
  return processes;
}

/** Starts a {@link StreamServer}, on the port of a former one if that is named. */
export async function startStreamServer(processes: Processes, port = 0): Promise<StreamServer> {
  const args = [join(PROGRAMS, 'stream-server.ts'), String(port)];
  return asServer(processes.start(process.execPath, args));
}

/** Starts a server that floods whoever listens: see programs/flood-server.py. */
export async function startFloodServer(processes: Processes, python: string): Promise<StreamServer> {
  return asServer(processes.start(python, [join(PROGRAMS, 'flood-server.py')]));
}

async function asServer(server: Process): Promise<StreamServer> {
  const [, at] = await server.said(/^listens at (\d+)$/);
  return {
    process: server,
    port: Number(at),
    async sees() {
      server.tell('what?');
      return JSON.parse((await server.said(/^sees (.*)$/))[1] as string) as Seen;
    },
  };
}

/** Starts a {@link ProxyProcess} in front of a server. */
export async function startProxyProcess(
  processes: Processes,
  server: { readonly port: number },
  settings: Omit<StartProxySettings, 'upstreams'> = {},
): Promise<ProxyProcess> {
  const told = JSON.stringify({ ...settings, upstreams: [`http://127.0.0.1:${server.port}/mcp`] });
  const started = processes.start(process.execPath, ['--expose-gc', join(PROGRAMS, 'proxy.ts'), told]);
  const [, url = '', statusUrl = ''] = await started.said(/^listens at (\S+) and (\S+)$/);
  async function metric(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    // A connection that stayed would be one of those that the proxy holds.
    const headers = { connection: 'close' };
    const text = await (await fetch(new URL('metrics', statusUrl), { headers })).text();
    const parts = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    return text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) && parts.every((part) => line.includes(part)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  }
  return {
    process: started,
    url: new URL('/mcp', url),
    port: Number(new URL(url).port),
    async holds() {
      started.tell('what?');
      return JSON.parse((await started.said(/^holds (.*)$/))[1] as string) as Held;
    },
    metric,
    async tells(expected, name, labels) {
      const what = `${name} ${JSON.stringify(labels ?? {})} to be ${expected}`;
      await eventually(
        what,
        PATIENCE_MS,
        () => metric(name, labels),
        (value) => value === expected,
      );
    },
  };
}

/** Waits until a server sees what is expected of it. */
export async function seenBy(server: StreamServer, expected: Partial<Seen>): Promise<void> {
  const isSo = (seen: Seen): boolean =>
    Object.entries(expected).every(([key, value]) => seen[key as keyof Seen] === value);
  await eventually(`the server to see ${JSON.stringify(expected)}`, PATIENCE_MS, () => server.sees(), isSo);
}

/** Sends one call, and answers the status and headers. */
export async function call(url: URL, session?: string): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session === undefined ? {} : { 'mcp-session-id': session }),
    },
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
  });
  await response.text();
  return response;
}
