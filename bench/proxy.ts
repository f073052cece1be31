/** Measures what proxies cost, ours beside others, and prints it as tables: see README.md. `--quick` is rougher. */
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { Client } from './client.ts';
import { startContestants, type Contestant } from './contestants.ts';
import { median, print, quantile, spread } from './figures.ts';
import { openClients, stayAwake } from './load.ts';
import { cpuOf, end, forkPinned, pinToLoadCore } from './processes.ts';
import { measureStreams, type StreamsFigures } from './proxy-streams.ts';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 3 : 9;
const CALLS = quick ? 1000 : 8000;
const CALLS_ALONE = quick ? 300 : 1000;
// A proxy runs for days, and takes tens of thousands of calls until all of it is compiled.
const WARM_UP = quick ? 4000 : 32_000;
const STREAMS = { streams: quick ? 200 : 1000, events: quick ? 1000 : 10_000, perSecond: 1000 };
const STREAM_ROUNDS = quick ? 1 : 3;

/** Of the server alone, and of the proxy before it, in one slice of load. */
interface Slice {
  readonly perSecond: number;
  /** CPU of the proxy, microseconds a call. */
  readonly cpu: number;
  /** Milliseconds a call takes when there is no other. */
  readonly p50: number;
  readonly p99: number;
}

interface Loaded extends Contestant {
  readonly clients: readonly Client[];
  readonly alone: Client;
}

async function connected(contestant: Contestant): Promise<Loaded> {
  const { href } = contestant.url;
  const [alone] = (await openClients(href, 1)) as [Client];
  // A connection that has not been used yet is not kept for long.
  await alone.run(1);
  return { ...contestant, clients: await openClients(href), alone };
}

async function slice({ clients, alone, pid }: Loaded): Promise<Slice> {
  const before = pid === undefined ? 0 : cpuOf(pid);
  const startedAt = performance.now();
  const awake = stayAwake();
  await Promise.all(clients.map((client) => client.run(CALLS / clients.length)));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = pid === undefined ? 0 : (cpuOf(pid) - before) / CALLS;
  const times = await alone.run(CALLS_ALONE);
  awake.end();
  return { perSecond: CALLS / seconds, cpu, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** Each round takes all of them in turn, and begins with another. */
async function measureCalls(kind: string): Promise<Map<string, Slice[]>> {
  const [server, { port }] = await startServer('server.ts', kind, 'bare');
  const contestants = await startContestants(new URL(`http://127.0.0.1:${port}/mcp`));
  const loaded: Loaded[] = [];
  for (const contestant of contestants) loaded.push(await connected(contestant));
  for (const { clients } of loaded) await Promise.all(clients.map((it) => it.run(WARM_UP / clients.length)));
  const found = new Map<string, Slice[]>(loaded.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < loaded.length; i++) {
      const one = loaded[(round + i) % loaded.length] as Loaded;
      found.get(one.name)?.push(await slice(one));
    }
    console.error(`calls to ${kind}: round ${round + 1} of ${ROUNDS}`);
  }
  for (const { clients, alone } of loaded) for (const client of [...clients, alone]) client.close();
  await Promise.all([...contestants.map((contestant) => contestant.end()), end(server)]);
  return found;
}

function startServer(file: string, ...args: string[]) {
  return forkPinned<{ port: number }>(join(import.meta.dirname, file), args);
}

function callRows(found: ReadonlyMap<string, readonly Slice[]>): Record<string, string>[] {
  const of = (name: string, what: keyof Slice): number[] => (found.get(name) ?? []).map((it) => it[what]);
  const against = (name: string, other: string): string => {
    const others = of(other, 'perSecond');
    return spread(
      of(name, 'perSecond').map((perSecond, i) => perSecond / (others[i] as number)),
      2,
    );
  };
  const added = (name: string, what: 'p50' | 'p99'): string =>
    name === 'direct' ? '' : (median(of(name, what)) - median(of('direct', what))).toFixed(2);
  return [...found.keys()].map((name) => ({
    way: name,
    'calls a second': median(of(name, 'perSecond')).toFixed(0),
    'of direct': against(name, 'direct'),
    'of pipe': against(name, 'pipe'),
    'of nginx': against(name, 'nginx'),
    'added p50 ms': added(name, 'p50'),
    'added p99 ms': added(name, 'p99'),
    'CPU µs a call': name === 'direct' ? '' : spread(of(name, 'cpu')),
  }));
}

async function measureAllStreams(): Promise<Map<string, StreamsFigures[]>> {
  const [server, { port }] = await startServer('proxy-upstream.ts');
  const contestants = await startContestants(new URL(`http://127.0.0.1:${port}/mcp`));
  const found = new Map<string, StreamsFigures[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < STREAM_ROUNDS; round++) {
    for (let i = 0; i < contestants.length; i++) {
      const one = contestants[(round + i) % contestants.length] as Contestant;
      // Its GET has no head until there is an event: there is nothing to measure.
      if (one.name === 'fastify') continue;
      found.get(one.name)?.push(await measureStreams(one, server, STREAMS));
    }
    console.error(`streams: round ${round + 1} of ${STREAM_ROUNDS}`);
  }
  await Promise.all([...contestants.map((contestant) => contestant.end()), end(server)]);
  return found;
}

function streamRows(found: ReadonlyMap<string, readonly StreamsFigures[]>): Record<string, string>[] {
  return [...found].map(([name, rounds]) => {
    if (rounds.length === 0) return { way: name, 'head p50 ms': 'held back' };
    const all = (what: 'heads' | 'events'): number[] => rounds.flatMap((round) => round[what]);
    const isProxy = name !== 'direct';
    return {
      way: name,
      'head p50 ms': quantile(all('heads'), 0.5).toFixed(2),
      'head p99 ms': quantile(all('heads'), 0.99).toFixed(2),
      'event p50 ms': quantile(all('events'), 0.5).toFixed(2),
      'event p99 ms': quantile(all('events'), 0.99).toFixed(2),
      'CPU µs an event': isProxy ? spread(rounds.map(({ cpu }) => cpu)) : '',
      // Later ones take what the first gave back.
      'kB a stream': isProxy ? ((rounds[0] as StreamsFigures).bytes / 1000).toFixed(1) : '',
    };
  });
}

pinToLoadCore();
console.log(`Node ${process.version}, ${cpus().length} cores; ${ROUNDS} rounds of ${CALLS} calls\n`);
for (const [kind, title] of [
  ['sdk', 'SDK 1.32.2, stateful'],
  ['node', 'bare node:http'],
] as const) {
  const found = await measureCalls(kind);
  console.log(`Calls to ${title}; targets for ours: of pipe at least 1.00, of nginx at least 0.85\n`);
  print(callRows(found));
}
console.log(`${STREAMS.streams} streams, ${STREAMS.perSecond} events a second among them;`);
console.log('targets for ours: head p99 at most 10 ms, event p50 at most 5 ms\n');
print(streamRows(await measureAllStreams()));
