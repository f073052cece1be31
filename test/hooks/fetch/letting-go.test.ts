import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** Runs a program of this folder, and reads the JSON it prints. */
async function said<Said>(program: string, ...args: string[]): Promise<Said> {
  const path = join(import.meta.dirname, program);
  const { stdout } = await run(process.execPath, ['--expose-gc', '--no-warnings', path, ...args]);
  return JSON.parse(stdout) as Said;
}

test('10,000 streams that were cancelled or aborted leave nothing behind', { timeout: 180_000 }, async () => {
  interface Left {
    readonly perStream: number;
    readonly endings: object;
    readonly failures: unknown[];
  }
  // Node itself keeps or frees some memory meanwhile, as the run without the hook tells.
  const bare = await said<Left>('cancelled-streams.ts', 'bare');
  const left = await said<Left>('cancelled-streams.ts');
  // What is known of one request takes several hundred bytes.
  expect(left.perStream - bare.perStream).toBeLessThan(64);
  expect(left).toMatchObject({ endings: { aborted: 11_000 }, failures: [] });
});

test('what nobody reads any more', async () => {
  const told = await said<Record<string, unknown>>('forgotten.ts');
  expect(told).toEqual({ forgotten: ['aborted'], kept: 'data: 1\n\n', openAfterwards: 0 });
});
