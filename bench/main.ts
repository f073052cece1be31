/** Measures what being watched costs, and prints it as tables: see README.md. `--quick` takes about half a minute. */
import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { load, start, stop, type Slice, type Subject } from './load.ts';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 1 : 8;
const SLICES = quick ? 4 : 6;
const WARM_UP_SLICES = quick ? 2 : 4;

/** The bare server runs twice: how far it differs from itself tells what the other difference is worth. */
const VARIANTS = ['bare', 'bare again', 'watched'] as const;
type Variant = (typeof VARIANTS)[number];

const SERVERS = [
  { kind: 'sdk', title: 'SDK 1.32.2, stateful', amount: 6000 },
  { kind: 'node', title: 'bare node:http', amount: 12_000 },
] as const;

type Slices = Record<Variant, Slice[]>;

/** Fresh processes, warmed up, then loaded in turn: slow drifts of the machine hit all of them alike. */
async function measureRound(kind: string, amount: number, into: Slices): Promise<void> {
  const subjects = {} as Record<Variant, Subject>;
  for (const variant of VARIANTS) subjects[variant] = await start(kind, variant);
  for (const variant of VARIANTS) {
    for (let i = 0; i < WARM_UP_SLICES; i++) await load(subjects[variant], amount);
  }
  for (let i = 0; i < SLICES; i++) {
    for (let j = 0; j < VARIANTS.length; j++) {
      const variant = VARIANTS[(i + j) % VARIANTS.length] as Variant;
      into[variant].push(await load(subjects[variant], amount));
    }
  }
  for (const variant of VARIANTS) await stop(subjects[variant]);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}

/** The median, over all slices, of what `compare` says of a slice and the bare one beside it. */
function beside(slices: Slices, variant: Variant, compare: (slice: Slice, bare: Slice) => number): number {
  return median(slices[variant].map((slice, i) => compare(slice, slices.bare[i] as Slice)));
}

function rowsOf(title: string, slices: Slices): Record<string, string>[] {
  return VARIANTS.map((variant) => ({
    server: title,
    variant,
    'exchanges/s': median(slices[variant].map(({ perSecond }) => perSecond)).toFixed(0),
    ratio: beside(slices, variant, (slice, bare) => slice.perSecond / bare.perSecond).toFixed(3),
    'CPU µs/exchange': median(slices[variant].map(({ cpu }) => cpu)).toFixed(1),
    'added µs': beside(slices, variant, (slice, bare) => slice.cpu - bare.cpu).toFixed(2),
    'p99 ms': median(slices[variant].map(({ p99 }) => p99)).toFixed(2),
  }));
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

console.log(
  `Node ${process.version}, ${cpus().length} cores; ${ROUNDS} rounds of ${SLICES} slices, medians\n`,
);
const rows: Record<string, string>[] = [];
for (const { kind, title, amount } of SERVERS) {
  const slices: Slices = { bare: [], 'bare again': [], watched: [] };
  for (let round = 1; round <= ROUNDS; round++) {
    await measureRound(kind, amount, slices);
    console.error(`${title}: round ${round} of ${ROUNDS}`);
  }
  rows.push(...rowsOf(title, slices));
}
print(rows);
print([await memoryRow(1), await memoryRow(1000)]);
