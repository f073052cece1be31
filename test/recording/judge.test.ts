import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordTo } from '../../src/recording/index.ts';
import { DEAD_400 } from '../faults/script.ts';
import { anExchange } from '../support/an-exchange.ts';
import { emptyFolder } from './support/folder.ts';
import { keepingListener, START } from './support/listener.ts';

const JUDGE = join(import.meta.dirname, '../../scripts/judge.ts');
const WRONG = 'dead-session-wrong-status';

/** A recording of a session that is used, and then, if it is to be `broken`, refused with 400. */
async function record(file: string, broken: boolean, expected?: readonly string[]): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const listener = keepingListener();
  const recorder = recordTo(listener, file, expected === undefined ? {} : { expect: expected });
  const one = { startedAt: START, endedAt: START + 5, rpcMethods: ['tools/list'] } as const;
  const session = listener.references.of('session');
  recorder.exchange(anExchange({ ...one, rpcMethods: ['initialize'], sessionGiven: session }));
  recorder.exchange(anExchange({ ...one, sessionSent: session, ...(broken ? DEAD_400 : {}) }));
  await recorder.close();
}

/** Runs the script over a folder. */
function judge(folder: string): Promise<{ code: number; out: string; errors: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [JUDGE, folder], (_error, out, errors) =>
      resolve({ code: child.exitCode ?? -1, out, errors }),
    );
  });
}

/** The row of a fault in the table: found, missed, falsely raised. */
function rowOf(out: string, fault: string): string[] | undefined {
  const row = out.split('\n').find((line) => line.includes(`${fault} `));
  return row?.match(/\d+/g)?.map(String);
}

describe('npm run judge', () => {
  it('counts what is found, and is content', async () => {
    const corpus = emptyFolder();
    await record(join(corpus, 'healthy/used.jsonl'), false);
    await record(join(corpus, 'faulty/small/one.jsonl'), true, [WRONG]);
    await record(join(corpus, 'faulty/small/two.jsonl'), true, [WRONG]);
    const { code, out } = await judge(corpus);
    expect(rowOf(out, WRONG)).toEqual(['2', '0', '0']);
    expect(out).toContain('1 healthy and 2 faulty recordings, no miss and no false alarm');
    expect(code).toBe(0);
  });

  it('counts a miss, and fails', async () => {
    const corpus = emptyFolder();
    await record(join(corpus, 'faulty/one.jsonl'), true, [WRONG, 'reinit-storm']);
    const { code, out, errors } = await judge(corpus);
    expect(rowOf(out, 'reinit-storm')).toEqual(['0', '1', '0']);
    expect(errors).toContain('faulty/one.jsonl: reinit-storm was missed');
    expect(code).toBe(1);
  });

  it('counts a false alarm, and fails', async () => {
    const corpus = emptyFolder();
    await record(join(corpus, 'healthy/one.jsonl'), true, []);
    const { code, out, errors } = await judge(corpus);
    expect(rowOf(out, WRONG)).toEqual(['0', '0', '1']);
    expect(errors).toContain(`healthy/one.jsonl: ${WRONG} was falsely raised`);
    expect(code).toBe(1);
  });

  it('fails when a recording is damaged, empty, or does not say what to expect', async () => {
    const corpus = emptyFolder();
    await record(join(corpus, 'healthy/damaged.jsonl'), false);
    appendFileSync(join(corpus, 'healthy/damaged.jsonl'), 'a foreign line\n');
    appendFileSync(join(corpus, 'healthy/empty.jsonl'), '');
    await record(join(corpus, 'faulty/silent.jsonl'), true);
    await record(join(corpus, 'faulty/unheard.jsonl'), true, [WRONG, 'gremlins']);
    const { code, errors } = await judge(corpus);
    expect(errors).toContain('healthy/damaged.jsonl:5: it is not JSON');
    expect(errors).toContain('healthy/empty.jsonl: there is no exchange in it');
    expect(errors).toContain('faulty/silent.jsonl: its header does not say what to expect');
    expect(errors).toContain('faulty/unheard.jsonl: its header expects gremlins, which is no fault');
    expect(code).toBe(1);
  });

  it('does not take nothing for a success', async () => {
    const { code, errors } = await judge(emptyFolder());
    expect(errors).toContain('there is no recording');
    expect(code).toBe(2);
  });
});
