/** Measures what being watched costs, and prints it as tables: see README.md. `--quick` takes about half a minute. */
import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Registry } from 'prom-client';
import { createObserver } from '../src/index.ts';
import { exposeToPrometheus } from '../src/sinks/prometheus.ts';
import { median, print, spread } from './figures.ts';
import { load, start, stop, type Slice } from './load.ts';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 1 : 7;
const PAIRS = quick ? 10 : 14;
const WARM_UP = 6;

const SERVERS = [
  { kind: 'sdk', title: 'SDK 1.32.2, stateful', amount: 4000 },
  { kind: 'node', title: 'bare node:http', amount: 12_000 },
] as const;

/** Two slices of the same server, one after the other. */
interface Pair {
  readonly bare: Slice;
  readonly watched: Slice;
}

/** A fresh process, warmed up in both states, then loaded in pairs: bare and watched, then watched and bare. */
async function measureRound(kind: string, amount: number, variant: Variant): Promise<Pair[]> {
  const subject = await start(kind, variant);
  for (let i = 0; i < WARM_UP; i++) await load(subject, amount, i % 2 === 0);
  const pairs: Pair[] = [];
  for (let i = 0; i < PAIRS; i++) {
    const first = await load(subject, amount, i % 2 === 0);
    const second = await load(subject, amount, i % 2 !== 0);
    pairs.push(i % 2 === 0 ? { watched: first, bare: second } : { watched: second, bare: first });
  }
  await stop(subject);
  return pairs;
}

/** The bare server is measured the same way, with no hook that could be on or off: what it differs by is noise. */
const VARIANTS = ['bare', 'watched'] as const;
type Variant = (typeof VARIANTS)[number];

/** A row of the table: what a round found is the mean of its slices, and told is the median of the rounds. */
function rowOf(
  title: string,
  variant: Variant,
  rounds: readonly (readonly Pair[])[],
): Record<string, string> {
  const of = (state: keyof Pair, what: keyof Slice): number[] =>
    rounds.map((pairs) => mean(pairs.map((pair) => pair[state][what])));
  const [off, on] = [of('bare', 'cpu'), of('watched', 'cpu')];
  const [slow, fast] = [of('watched', 'perSecond'), of('bare', 'perSecond')];
  return {
    server: title,
    hook: variant === 'bare' ? 'none' : 'on and off',
    'CPU µs, off': median(off).toFixed(1),
    'CPU µs, on': median(on).toFixed(1),
    added: spread(on.map((cpu, i) => cpu - (off[i] as number))),
    'ratio of throughput': spread(
      slow.map((perSecond, i) => perSecond / (fast[i] as number)),
      3,
    ),
    'p99 ms, off': median(of('bare', 'p99')).toFixed(2),
    'p99 ms, on': median(of('watched', 'p99')).toFixed(2),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

async function memoryRow(clients: number): Promise<Record<string, string>> {
  const program = join(import.meta.dirname, 'memory.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program, String(clients)]);
  const { sessions, fresh, used } = JSON.parse(stdout) as Record<'sessions' | 'fresh' | 'used', number>;
  return {
    sessions: String(sessions),
    clients: String(clients),
    'bytes/session, begun': fresh.toFixed(0),
    'bytes/session, in use': used.toFixed(0),
  };
}

/** The CPU time of a scrape, ms. */
async function scrapeRow(): Promise<Record<string, string>> {
  const observer = createObserver();
  const registry = new Registry();
  exposeToPrometheus(observer, registry);
  const times: number[] = [];
  let text = '';
  for (let i = 0; i < 40; i++) {
    const before = process.cpuUsage();
    text = await registry.metrics();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  return { 'lines of a scrape': String(series), 'CPU ms': spread(times.slice(10)) };
}

console.log(
  `Node ${process.version}, ${cpus().length} cores; ${ROUNDS} rounds of ${PAIRS} pairs of slices\n`,
);
const rows: Record<string, string>[] = [];
for (const { kind, title, amount } of SERVERS) {
  const found: Record<Variant, Pair[][]> = { bare: [], watched: [] };
  for (let round = 1; round <= ROUNDS; round++) {
    for (const variant of VARIANTS) found[variant].push(await measureRound(kind, amount, variant));
    console.error(`${title}: round ${round} of ${ROUNDS}`);
  }
  for (const variant of VARIANTS) rows.push(rowOf(title, variant, found[variant]));
}
print(rows);
print([await memoryRow(1), await memoryRow(1000)]);
print([await scrapeRow()]);
