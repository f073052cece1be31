import { appendFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConnectionChange, Exchange, StreamOpened } from '../../src/exchange/index.ts';
import type { Case } from '../../src/faults/index.ts';
import type { Damage } from '../../src/recording/index.ts';
import { recordTo, replay, type Recorder, type Replay } from '../../src/recording/index.ts';
import { lineOf } from '../../src/recording/lines.ts';
import { DEAD_400, DEAD_404, faultsFound, tell, type Script } from '../faults/script.ts';
import { allScripts } from '../faults/scripts/index.ts';
import { anExchange } from '../support/an-exchange.ts';
import { mayWait, reaches } from './support/disk.ts';
import { emptyFolder } from './support/folder.ts';
import { keepingListener, START } from './support/listener.ts';

/** The script, with a recorder between the wire and its observer. */
function taped(script: Script, file: string, recorders: Recorder[]): Script {
  return {
    ...script,
    tell(wire) {
      const recorder = recordTo({ ...wire.observer }, file);
      Object.assign(wire.observer, {
        exchange: (exchange: Exchange) => recorder.exchange(exchange),
        streamOpened: (stream: StreamOpened) => recorder.streamOpened(stream),
        connection: (change: ConnectionChange) => recorder.connection(change),
      });
      recorders.push(recorder);
      script.tell(wire);
    },
  };
}

async function recorded(script: Script): Promise<{ file: string; live: ReturnType<typeof tell> }> {
  const file = join(emptyFolder(), 'script.jsonl');
  const recorders: Recorder[] = [];
  const live = tell(taped(script, file, recorders));
  for (const recorder of recorders) await recorder.close();
  return { file, live };
}

/** What a case says. That of a family begins when it is found, which is when the observer happens to be refreshed. */
function told({ fault, kind, ref, since, because, evidence }: Case): unknown {
  return { fault: fault.id, kind, ref, since: kind === 'cohort' ? 0 : since, because, evidence };
}

function idsOf({ found }: Replay): string[] {
  return found.map(({ fault }) => fault.id).toSorted();
}

describe.each([...allScripts])('the scripts of $fault', ({ faulty, quiet }) => {
  it.each([...faulty, ...quiet])('are judged from a recording as they were live: $name', async (script) => {
    const { file, live } = await recorded(script);
    const replayed = await replay([file], { settleMs: 0 });
    expect(replayed.damaged).toBe(0);
    expect(idsOf(replayed)).toEqual(faultsFound(live).toSorted());
    const cases = [...live.cases.closed(), ...live.cases.open()].map(told);
    const again = replayed.found.flatMap((found) => found.cases.map(told));
    if (cases.length < 100) expect(new Set(again)).toEqual(new Set(cases));
  });

  it.each([...quiet])('stay silent when the recording is over: $name', async (script) => {
    expect(idsOf(await replay([(await recorded(script)).file]))).toEqual([...(script.also ?? [])]);
  });
});

describe('time behind the last record', () => {
  const lost: Script = {
    name: 'told 404, it posts once more',
    tell(wire) {
      const client = wire.client();
      const session = client.initialize();
      client.post('tools/call', session, DEAD_404);
      wire.pass(1);
      client.post('tools/call', session, DEAD_404);
    },
  };

  it('passes, so that a judge who waits decides', async () => {
    const { file, live } = await recorded(lost);
    expect(faultsFound(live)).toEqual([]);
    expect(idsOf(await replay([file], { settleMs: 0 }))).toEqual([]);
    expect(idsOf(await replay([file]))).toEqual(['client-no-reinit']);
  });

  it('is no silence by which sessions in use count as left behind', async () => {
    const many: Script = {
      name: 'forty sessions in use',
      tell(wire) {
        for (let i = 0; i < 40; i++) {
          const client = wire.client(`client ${i}`, 'cursor');
          client.post('tools/call', client.initialize());
        }
      },
    };
    const { file } = await recorded(many);
    expect(idsOf(await replay([file]))).toEqual([]);
    expect(idsOf(await replay([file], { settleMs: 900_000 }))).toEqual([]);
    appendFileSync(file, lineOf('end', { at: Date.UTC(2026, 0, 5, 3, 15, 0) }));
    expect(idsOf(await replay([file]))).toEqual(['orphaned-sessions']);
  });

  it('passes up to the end of the recording, when that was told', async () => {
    const { file } = await recorded(lost);
    const end = lineOf('end', { at: Date.UTC(2026, 0, 5, 3, 1, 0) });
    appendFileSync(file, end);
    expect(idsOf(await replay([file], { settleMs: 0 }))).toEqual(['client-no-reinit']);
  });

  it('passes in bounded steps, however wrong a clock was', async () => {
    const { file } = await recorded(lost);
    appendFileSync(file, lineOf('end', { at: 8.64e15 }));
    expect(idsOf(await replay([file]))).toEqual(['client-no-reinit']);
  });
});

/** A recording in which a session dies, refused 400, as written by one recorder. */
async function faultyRecording(file: string, at = START): Promise<void> {
  const listener = keepingListener();
  listener.clock = at;
  const recorder = recordTo(listener, file);
  const session = listener.references.of(`session at ${at}`);
  const one = { startedAt: at, endedAt: at + 5 };
  recorder.exchange(anExchange({ ...one, rpcMethods: ['initialize'], sessionGiven: session }));
  recorder.exchange(anExchange({ ...one, rpcMethods: ['tools/call'], sessionSent: session }));
  listener.clock = at + 1000;
  const two = { startedAt: at + 1000, endedAt: at + 1005 };
  recorder.exchange(anExchange({ ...two, rpcMethods: ['tools/call'], sessionSent: session, ...DEAD_400 }));
  await recorder.close();
}

const WRONG = 'dead-session-wrong-status';

describe('the files of one run', () => {
  it('are joined again, in whatever order they are named', async () => {
    const folder = emptyFolder();
    const file = join(folder, 'run.jsonl');
    const listener = keepingListener();
    const recorder = recordTo(listener, file, { fileBytes: 256 * 1024 });
    const session = listener.references.of('session');
    const facts = (at: number): object => ({ startedAt: at, endedAt: at + 5, sessionSent: session });
    recorder.exchange(
      anExchange({
        ...facts(START),
        sessionSent: undefined,
        sessionGiven: session,
        rpcMethods: ['initialize'],
      }),
    );
    const listing = (i: number) => anExchange({ ...facts(START + i * 100), rpcMethods: ['tools/list'] });
    const behind = mayWait(256 * 1024, lineOf('exchange', listing(1)));
    for (let i = 1; i <= 2000; i++) {
      listener.clock = START + i * 100;
      recorder.exchange(listing(i));
      // The disk keeps up.
      if (i % 100 === 0 && i > behind) await reaches(file, lineOf('exchange', listing(i - behind)));
    }
    recorder.exchange(anExchange({ ...facts(START + 300_000), rpcMethods: ['tools/list'], ...DEAD_400 }));
    await recorder.close();

    const { found, headers, exchanges, lost } = await replay([file, `${file}.1`]);
    expect(headers.map(({ run }) => run)).toEqual([headers[0]?.run, headers[0]?.run]);
    expect({ exchanges, lost }).toEqual({ exchanges: 2002, lost: 0 });
    // The birth stands in the other file than the death.
    expect(found.flatMap(({ cases }) => cases.map(({ evidence }) => evidence[0]?.rpcMethod))).toEqual([
      'initialize',
    ]);
  });

  it('are judged apart from those of other runs', async () => {
    const folder = emptyFolder();
    const [one, other] = [join(folder, 'one.jsonl'), join(folder, 'other.jsonl')];
    await faultyRecording(one);
    await faultyRecording(other);
    const { found } = await replay([one, other]);
    // The same session by reference, yet it was lost in two places.
    expect(found.map(({ fault, count }) => [fault.id, count])).toEqual([[WRONG, 2]]);
  });

  it('may stand in one file, one behind the other', async () => {
    const file = join(emptyFolder(), 'twice.jsonl');
    await faultyRecording(file);
    await faultyRecording(file, START + 60_000);
    const { found, headers } = await replay([file]);
    expect(headers).toHaveLength(2);
    expect(found.map(({ count }) => count)).toEqual([2]);
  });
});

describe('a damaged recording', () => {
  async function judged(
    damage: (file: string) => void,
  ): Promise<{ report: Replay; damages: Damage[]; file: string }> {
    const file = join(emptyFolder(), 'damaged.jsonl');
    await faultyRecording(file);
    damage(file);
    const damages: Damage[] = [];
    const report = await replay([file], { damaged: (each) => damages.push(each) });
    return { report, damages, file };
  }

  it('is told by file, line and reason, and the rest is judged', async () => {
    const { report, damages, file } = await judged((path) => {
      appendFileSync(path, '{"level":30,"msg":"a log line"}\n');
    });
    expect(damages).toEqual([
      { file, line: 6, reason: expect.stringContaining('no known "type"') as string },
    ]);
    expect(idsOf(report)).toEqual([WRONG]);
    expect(report.damaged).toBe(1);
  });

  it('that ends in the middle of a line loses that line', async () => {
    const { report, damages } = await judged((path) => {
      truncateSync(path, statSync(path).size - 90);
    });
    expect(damages.at(-1)?.reason).toMatch(/not JSON/);
    expect(report.exchanges).toBeGreaterThan(0);
  });

  it('without its first line is judged all the same', async () => {
    const { report, damages } = await judged((path) => {
      writeFileSync(path, [lineOf('exchange', anExchange()), lineOf('exchange', anExchange())].join(''));
    });
    expect(damages.map(({ line, reason }) => [line, reason])).toEqual([
      [1, 'no header stands before it; a recording begins with one'],
    ]);
    expect(report.exchanges).toBe(2);
  });

  it('with a line without end is passed over there, and holds no memory', async () => {
    const { report, damages } = await judged((path) => {
      appendFileSync(path, `${'x'.repeat(3 * 1024 * 1024)}\n`);
      appendFileSync(
        path,
        lineOf('exchange', anExchange({ startedAt: START + 2000, endedAt: START + 2001 })),
      );
    });
    expect(damages.map(({ line, reason }) => [line, reason])).toEqual([
      [6, 'it is too long; a line may have 65536 characters'],
    ]);
    expect(report.exchanges).toBe(4);
  });

  it('of another version is not read, up to the next header', async () => {
    const { report, damages } = await judged((path) => {
      appendFileSync(path, '{"format":"mcp-session-recording","version":2}\n{"type":"trace"}\n');
      appendFileSync(path, lineOf('exchange', anExchange()));
    });
    expect(damages.map(({ line }) => line)).toEqual([6]);
    expect(damages[0]?.reason).toMatch(/version 2 of the format; this program reads 1/);
    expect(report.exchanges).toBe(3);
  });

  it('that is not there is told, and the others are judged', async () => {
    const folder = emptyFolder();
    const file = join(folder, 'there.jsonl');
    await faultyRecording(file);
    const damages: Damage[] = [];
    const missing = join(folder, 'missing.jsonl');
    const report = await replay([missing, folder, file], { damaged: (each) => damages.push(each) });
    expect(damages).toEqual([
      { file: missing, line: 0, reason: 'there is no such file' },
      { file: folder, line: 0, reason: 'it is a folder' },
    ]);
    expect(idsOf(report)).toEqual([WRONG]);
  });
});
