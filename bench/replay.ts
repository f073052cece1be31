/**
 * Measures the replay of a long recording, in a process of its own, and prints it: see docs/recording.md. The traffic
 * is made up, and the same each time: handshakes, calls, streams, farewells, restarts that take sessions with them,
 * and clients of every habit.
 */
import { execFile } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLIENT_FAMILIES, createReferences, type Exchange, type Reference } from '../src/exchange/index.ts';
import { FORMAT, FORMAT_VERSION, type Told } from '../src/recording/fields.ts';
import { headerLineOf, lineOf, type RecordType } from '../src/recording/lines.ts';
import { runCommandLine } from '../src/command-line/index.ts';
import { anExchange } from '../test/support/an-exchange.ts';

const EXCHANGES = 1_000_000;
const SESSIONS = 100_000;
const CLIENTS = 5000;
const START = Date.UTC(2026, 0, 5);

/** Time between two exchanges: the million takes about 7 hours. */
const STEP_MS = 25;

/** Sessions that are in use at once: a restart loses them all. */
const AT_ONCE = 2000;
const RESTARTS = 10;

/** In the child: the command itself, and then what it took. */
async function replayHere(file: string): Promise<void> {
  process.exitCode = await runCommandLine(['replay', file], process);
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stderr.write(
    JSON.stringify({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, rssMiB: maxRSS / 1024 }),
  );
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'replay-bench-'));
  try {
    const file = join(folder, 'recording.jsonl');
    const written = write(file);
    console.log(`Node ${process.version}, ${cpus().length} cores`);
    console.log(
      `${written.exchanges} exchanges over ${written.sessions} sessions, ${statSync(file).size >> 20} MiB\n`,
    );
    const began = performance.now();
    const { stdout, stderr } = await run(file);
    const seconds = (performance.now() - began) / 1000;
    const { cpuSeconds, rssMiB } = JSON.parse(stderr) as { cpuSeconds: number; rssMiB: number };
    console.log(
      stdout
        .split('\n')
        .filter((line) => line.includes(' found') || line.includes(' · '))
        .join('\n'),
    );
    console.log(
      `\nwall ${seconds.toFixed(1)} s · CPU ${cpuSeconds.toFixed(1)} s · peak RSS ${rssMiB.toFixed(0)} MiB`,
    );
    console.log(`target: under 20 s, within 512 MiB: ${seconds < 20 && rssMiB <= 512 ? 'met' : 'MISSED'}`);
    if (seconds >= 20 || rssMiB > 512) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * What Node allows itself where there are 512 MiB. On a larger machine it would let garbage lie until the memory of
 * that machine was used: what is kept of this recording are 80 MB.
 */
const HEAP = '--max-old-space-size=256';

/** The command exits with 1, for it finds faults. */
async function run(file: string): Promise<{ stdout: string; stderr: string }> {
  const args = [HEAP, import.meta.filename, 'child', file];
  try {
    return await promisify(execFile)(process.execPath, args, { maxBuffer: 64 << 20 });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 1) throw error;
    return error as { stdout: string; stderr: string };
  }
}

interface Life {
  readonly session: Reference;
  readonly client: number;
  left: number;
  dead: boolean;
}

/** Writes the recording. */
function write(file: string): { exchanges: number; sessions: number } {
  const out = openSync(file, 'w');
  const random = randomFrom(42);
  const made = { exchanges: 0, sessions: 0 };
  let [now, waiting] = [START, ''];
  const lives: Life[] = [];

  function put<Type extends RecordType>(type: Type, of: Told[Type]): void {
    waiting += lineOf(type, of);
    if (waiting.length > 1 << 20) flush();
  }

  function flush(): void {
    writeSync(out, waiting);
    waiting = '';
  }

  function tell(client: number, facts: Partial<Exchange>): void {
    now += STEP_MS + random();
    made.exchanges++;
    put('exchange', exchangeAt(now, client, facts));
  }

  /** A new session, with what SDK clients do at once. */
  function begin(client: number): void {
    const session = references.of(`session ${made.sessions++}`);
    tell(client, { rpcMethods: ['initialize'], sessionGiven: session });
    tell(client, { rpcMethods: ['notifications/initialized'], sessionSent: session, status: 202 });
    lives.push({ session, client, left: 4 + Math.floor(random() * 8), dead: false });
  }

  function go(life: Life): void {
    life.left--;
    const { session, client, dead } = life;
    if (dead) {
      // Most begin anew at once; some repeat the dead id.
      tell(client, {
        rpcMethods: ['tools/call'],
        sessionSent: session,
        ...(client % 10 === 0 ? DEAD_400 : DEAD_404),
      });
      if (client % 7 !== 0) life.left = -1;
      return;
    }
    if (life.left === 0 && client % 4 !== 0 && made.sessions < SESSIONS) {
      tell(client, { httpMethod: 'DELETE', sessionSent: session, status: 204 });
    } else if (random() < 0.1) {
      put('stream', { vantage: 'server', target: 'default', kind: 'get', session, at: now });
      const stream = {
        kind: 'get',
        openedAt: now,
        carriedData: true,
        retryHint: false,
        eventIds: false,
        lastWriteAt: now,
      } as const;
      tell(client, { httpMethod: 'GET', sessionSent: session, stream, ending: 'aborted' });
    } else {
      tell(client, { rpcMethods: [random() < 0.2 ? 'tools/list' : 'tools/call'], sessionSent: session });
    }
  }

  writeSync(out, headerLineOf(HEADER));
  for (let restarts = 0; made.exchanges < EXCHANGES;) {
    while (lives.length < AT_ONCE && made.sessions < SESSIONS) begin(Math.floor(random() * CLIENTS));
    if (made.exchanges > (restarts + 1) * (EXCHANGES / (RESTARTS + 1))) {
      restarts++;
      for (const life of lives) life.dead = true;
    }
    const at = Math.floor(random() * lives.length);
    const life = lives[at];
    // All sessions were begun: those that are left share what remains.
    if (life === undefined) break;
    go(life);
    if (life.left <= 0 && made.sessions < SESSIONS) {
      const last = lives.pop() as Life;
      if (last !== life) lives[at] = last;
    }
    if (life.left < 0 && life.dead && made.sessions < SESSIONS) begin(life.client);
  }
  put('end', { at: now });
  flush();
  closeSync(out);
  return made;
}

const references = createReferences({ key: 'the same each time', remembered: 4 * CLIENTS });

const HEADER = {
  format: FORMAT,
  version: FORMAT_VERSION,
  run: '000000000000',
  startedAt: START,
  at: START,
  by: 'bench/replay.ts',
  about: '',
  expect: undefined,
} as const;

const DEAD_404: Partial<Exchange> = { status: 404, bodyClass: 'session-dead', errorUnaddressed: true };
const DEAD_400: Partial<Exchange> = {
  status: 400,
  bodyClass: 'session-dead-ambiguous',
  errorUnaddressed: true,
};

function exchangeAt(now: number, client: number, facts: Partial<Exchange>): Exchange {
  return anExchange({
    client: references.of(`client ${client}`),
    principal: references.of(`principal ${client}`),
    family: CLIENT_FAMILIES[client % CLIENT_FAMILIES.length] ?? 'other',
    startedAt: now - 5.25,
    endedAt: now,
    ...facts,
  });
}

/** The same numbers each time: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

if (process.argv[2] === 'child') await replayHere(process.argv[3] ?? '');
else await main();
