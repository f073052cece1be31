import { spawnSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../src/command-line/index.ts';
import { recordTo, type Recorder } from '../src/recording/index.ts';
import { VERSION } from '../src/version.ts';
import { DEAD_400 } from './faults/script.ts';
import { emptyFolder } from './recording/support/folder.ts';
import { keepingListener, START } from './recording/support/listener.ts';
import { anExchange } from './support/an-exchange.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

function sink(terminal = false): Writable & { text: string } {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      stream.text += String(chunk);
      done();
    },
  }) as Writable & { text: string };
  return Object.assign(stream, { text: '', isTTY: terminal, getColorDepth: () => 8 });
}

async function run(...args: string[]): Promise<Ran> {
  const [stdout, stderr] = [sink(), sink()];
  const code = await runCommandLine(args, { stdout, stderr });
  return { code, out: stdout.text, errors: stderr.text };
}

/** A recording in which a session works, and then, when it is to be `broken`, is refused with 400. */
async function recording(broken: boolean): Promise<string> {
  const file = join(emptyFolder(), 'traffic.jsonl');
  const listener = keepingListener();
  const recorder: Recorder = recordTo(listener, file);
  const session = listener.references.of('session');
  const tell = (at: number, facts: object): void => {
    recorder.exchange(
      anExchange({ startedAt: START + at, endedAt: START + at + 5, family: 'cursor', ...facts }),
    );
  };
  tell(0, { rpcMethods: ['initialize'], sessionGiven: session });
  tell(10, { rpcMethods: ['tools/list'], sessionSent: session });
  if (broken) tell(20, { rpcMethods: ['tools/list'], sessionSent: session, ...DEAD_400 });
  await recorder.close();
  return file;
}

const session = keepingListener().references.of('session');

describe('mcp-session-exporter', () => {
  it('tells what it can do', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toContain('replay FILE...');
    expect(await run('--version')).toEqual({ code: 0, out: `${VERSION}\n`, errors: '' });
  });

  it.each([[[]], [['rewind']], [['constructor']]])(
    'answers %j with 2, and says what there is',
    async (args) => {
      const { code, out, errors } = await run(...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(errors).toContain('replay');
    },
  );
});

describe('mcp-session-exporter replay', () => {
  it('finds nothing in sound traffic, and exits with 0', async () => {
    const { code, out, errors } = await run('replay', await recording(false));
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(out).toBe(
      'No fault found\n2 exchanges, 2023-11-14 22:13:20.000 UTC to 2023-11-14 22:13:20.015 UTC\n',
    );
  });

  it('prints a fault with its evidence, marks what breaks the rule, and exits with 1', async () => {
    const { code, out, errors } = await run('replay', await recording(true));
    expect({ code, errors }).toEqual({ code: 1, errors: '' });
    expect(out).toContain('1 fault found\n3 exchanges, ');
    expect(out).toContain('dead-session-wrong-status · server at fault · critical · 1 case\n');
    expect(out).toContain(`session ${session} (cursor) at default, seen from the server`);
    expect(out).toContain('A server must answer 404');
    expect(out.split('\n').filter((line) => /\d\d:\d\d:\d\d\.\d{3} {2}/.test(line))).toEqual([
      // Of its birth the session keeps the moment it was given its id.
      `    22:13:20.005  POST initialize  without an id      200 ok, gives ${session}, 0 ms`,
      `  > 22:13:20.020  POST tools/list  with ${session}  400 session-dead, 5 ms  breaks the rule`,
    ]);
  });

  it('prints the same as JSON', async () => {
    const { code, out } = await run('replay', '--json', await recording(true));
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      exchanges: 3,
      lost: 0,
      damaged: 0,
      from: new Date(START).toISOString(),
      faults: [
        {
          fault: 'dead-session-wrong-status',
          side: 'server',
          count: 1,
          cases: [
            {
              kind: 'session',
              ref: session,
              family: 'cursor',
              since: new Date(START + 25).toISOString(),
              evidence: [
                { status: 200, breaksRule: false },
                { status: 400, breaksRule: true },
              ],
            },
          ],
        },
      ],
    });
  });

  it('uses colours on a terminal alone', async () => {
    const file = await recording(true);
    const coloured = async (terminal: boolean): Promise<boolean> => {
      const stdout = sink(terminal);
      await runCommandLine(['replay', file], { stdout, stderr: sink() });
      return stdout.text.includes('\u001b[');
    };
    expect([await coloured(true), await coloured(false)]).toEqual([true, false]);
  });

  it('tells a damaged line with its place, and judges the rest', async () => {
    const file = await recording(true);
    appendFileSync(file, '{"status":"broken"}\n');
    const { code, out, errors } = await run('replay', file);
    expect(errors).toBe(
      `${file}:6: it has no known "type"; the types are exchange, stream, connection, gap, end\n`,
    );
    expect(out).toContain('1 line could not be read');
    expect(code).toBe(1);
  });

  it('tells of a file that is none of ours only so much, and exits with 2', async () => {
    const file = join(emptyFolder(), 'access.log');
    writeFileSync(file, '127.0.0.1 - - "POST /mcp" 200\n'.repeat(500));
    const { code, out, errors } = await run('replay', file);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(errors.trim().split('\n')).toHaveLength(12);
    expect(errors).toContain(`${file}: 490 more lines are damaged`);
    expect(errors).toContain('nothing could be judged');
  });

  it.each<[string, string[], RegExp]>([
    ['no file', [], /name at least one recording. See --help/],
    ['an unknown option', ['--jsn', 'x'], /Unknown option '--jsn'/],
    ['a file that is not there', ['/no/such.jsonl'], /\/no\/such.jsonl: there is no such file/],
  ])('exits with 2 for %s', async (_, args, reason) => {
    const { code, out, errors } = await run('replay', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(errors).toMatch(reason);
  });

  it('tells how it is used', async () => {
    const { code, out } = await run('replay', '--help');
    expect(code).toBe(0);
    expect(out).toContain('0 no fault, 1 faults were found, 2 nothing could be judged');
  });

  it('is a program', async () => {
    const program = join(import.meta.dirname, '../src/cli.ts');
    const { status, stdout } = spawnSync(process.execPath, [program, 'replay', await recording(true)], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^1 fault found\n/);
  });
});
