/** What a program lets go of is let go of by the hook as well: `watchFetch`, or that of undici. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

interface Left {
  readonly perStream: number;
  readonly endings: object;
  readonly failures: unknown[];
}

/** Runs a program of this folder with the garbage collector at hand, and reads the JSON it prints. */
async function said<Said>(program: string, how: string): Promise<Said> {
  const path = join(import.meta.dirname, program);
  const { stdout } = await run(process.execPath, ['--expose-gc', '--no-warnings', path, how]);
  return JSON.parse(stdout) as Said;
}

/** Tests one of the hooks in processes of their own. */
export function testLettingGo(how: 'fetch' | 'undici'): void {
  test(
    '10,000 streams that were cancelled or aborted leave nothing behind',
    { timeout: 600_000 },
    async () => {
      // Node itself keeps or frees some memory meanwhile, as the run without the hook tells.
      const bare = await said<Left>('cancelled-streams.ts', 'bare');
      const left = await said<Left>('cancelled-streams.ts', how);
      // What is known of one request takes several hundred bytes.
      expect(left.perStream - bare.perStream).toBeLessThan(64);
      expect(left).toMatchObject({ endings: { aborted: 11_000 }, failures: [] });
    },
  );

  test(
    'the hook outlives a collection, a lost stream is told, and nothing holds the process',
    { timeout: 60_000 },
    async () => {
      const told = await said<Record<string, unknown>>('forgotten.ts', how);
      expect(told).toEqual({ forgotten: ['aborted'], kept: 'data: 1\n\n', openAfterwards: 0 });
    },
  );
}
