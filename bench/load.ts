import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openClient, type Client } from './client.ts';

/** A server in its own process, and the connections that load it, each with its own session. */
export interface Subject {
  readonly process: ChildProcess;
  readonly clients: readonly Client[];
}

/** What one slice of load measured. */
export interface Slice {
  readonly perSecond: number;
  /** CPU time of the server, microseconds an exchange. */
  readonly cpu: number;
  /** Milliseconds. */
  readonly p99: number;
}

const CONNECTIONS = 8;

const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2025-11-25',
  'user-agent': 'bench/1.0',
};

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1.0.0' },
  },
};

const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };

const CALL = {
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text: 'hello' } },
};

/** Starts a server and opens a session on every connection to it. */
export async function start(kind: string, variant: string): Promise<Subject> {
  const child = fork(join(import.meta.dirname, 'server.ts'), [kind, variant], {
    execArgv: [...profileTo(variant)],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { process: child, clients: await openClients(`http://127.0.0.1:${port}/mcp`) };
}

/** Connections to a server, or to a proxy before it, each with a session of its own. */
export async function openClients(url: string, amount = CONNECTIONS): Promise<Client[]> {
  const opening = Array.from({ length: amount }, async () => {
    const session = await openSession(url);
    return openClient(url, { ...HEADERS, 'mcp-session-id': session }, JSON.stringify(CALL));
  });
  return Promise.all(opening);
}

/** With BENCH_PROFILE set to a folder, a CPU profile of the watched server is left there. */
function profileTo(variant: string): readonly string[] {
  const folder = process.env['BENCH_PROFILE'];
  return folder === undefined || variant !== 'watched' ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

async function openSession(url: string): Promise<string> {
  const answer = await fetch(url, { method: 'POST', headers: HEADERS, body: JSON.stringify(INITIALIZE) });
  await answer.text();
  const id = answer.headers.get('mcp-session-id');
  if (answer.status !== 200 || id === null) throw new Error(`initialize was answered ${answer.status}`);
  // As every sound client does: a session whose handshake is not finished is judged with every exchange.
  const headers = { ...HEADERS, 'mcp-session-id': id };
  const done = await fetch(url, { method: 'POST', headers, body: JSON.stringify(INITIALIZED) });
  await done.text();
  return id;
}

/** Sends `amount` tool calls over the keep-alive connections, each of which has its own session. */
export async function load(subject: Subject, amount: number, watching: boolean): Promise<Slice> {
  const each = Math.ceil(amount / CONNECTIONS);
  const cpuBefore = await cpuOf(subject.process, watching);
  const startedAt = performance.now();
  const awake = stayAwake();
  const times = (await Promise.all(subject.clients.map((client) => client.run(each)))).flat();
  awake.end();
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = (await cpuOf(subject.process, watching)) - cpuBefore;
  times.sort((a, b) => a - b);
  return {
    perSecond: times.length / seconds,
    cpu: cpu / times.length,
    p99: times[Math.floor(times.length * 0.99)] as number,
  };
}

/**
 * Keeps this process from sleeping. Otherwise the slower server finds its clients asleep more often, and pays for
 * waking them: that would count against it what is not its own.
 */
export function stayAwake(): { end(): void } {
  let loading = true;
  const spin = (): void => void (loading && setImmediate(spin));
  spin();
  return { end: () => void (loading = false) };
}

async function cpuOf(process: ChildProcess, watching: boolean): Promise<number> {
  process.send({ watching });
  const [{ cpu }] = (await once(process, 'message')) as [{ cpu: NodeJS.CpuUsage }];
  return cpu.user + cpu.system;
}

/** Ends a server's process. */
export async function stop(subject: Subject): Promise<void> {
  for (const client of subject.clients) client.close();
  const gone = once(subject.process, 'exit');
  subject.process.disconnect();
  await gone;
}
