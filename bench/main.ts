/** Measures what being watched costs, and prints it as tables: see README.md. `--quick` takes about half a minute. */
import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Registry } from 'prom-client';
import { createObserver } from '../src/index.ts';
import { exposeToPrometheus } from '../src/sinks/prometheus.ts';
import { load, start, stop, type Slice } from './load.ts';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 1 : 6;
const PAIRS = quick ? 10 : 16;
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

function rowOf(title: string, variant: Variant, pairs: readonly Pair[]): Record<string, string> {
  const of = (state: keyof Pair, what: keyof Slice): string =>
    mean(pairs.map((pair) => pair[state][what])).toFixed(what === 'p99' ? 2 : 1);
  return {
    server: title,
    hook: variant === 'bare' ? 'none' : 'on and off',
    'CPU µs, off': of('bare', 'cpu'),
    'CPU µs, on': of('watched', 'cpu'),
    added: spread(pairs.map(({ bare, watched }) => watched.cpu - bare.cpu)),
    'ratio of throughput': spread(
      pairs.map(({ bare, watched }) => watched.perSecond / bare.perSecond),
      3,
    ),
    'p99 ms, off': of('bare', 'p99'),
    'p99 ms, on': of('watched', 'p99'),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The median, and how far it may be off: twice its standard error, estimated from the quartiles. */
function spread(values: readonly number[], digits = 1): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] as number;
  const error = (1.25 * 2 * (at(0.75) - at(0.25))) / 1.35 / Math.sqrt(sorted.length);
  return `${at(0.5).toFixed(digits)} ± ${error.toFixed(digits)}`;
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

function print(rows: readonly Record<string, string>[]): void {
  const names = Object.keys(rows[0] ?? {});
  const widths = names.map((name) => Math.max(name.length, ...rows.map((row) => (row[name] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  console.log(
    [line(names), rule, ...rows.map((row) => line(names.map((name) => row[name] ?? '')))].join('\n'),
    '\n',
  );
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
  const pairs: Record<Variant, Pair[]> = { bare: [], watched: [] };
  for (let round = 1; round <= ROUNDS; round++) {
    for (const variant of VARIANTS) pairs[variant].push(...(await measureRound(kind, amount, variant)));
    console.error(`${title}: round ${round} of ${ROUNDS}`);
  }
  for (const variant of VARIANTS) rows.push(rowOf(title, variant, pairs[variant]));
}
print(rows);
print([await memoryRow(1), await memoryRow(1000)]);
print([await scrapeRow()]);
