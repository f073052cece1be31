import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

interface Left {
  readonly perCall: number;
  readonly perTransport: number;
  readonly told: number;
  readonly failures: unknown[];
}

async function left(...args: string[]): Promise<Left> {
  const program = join(import.meta.dirname, 'dropped-transports.ts');
  const { stdout } = await run(process.execPath, ['--expose-gc', '--no-warnings', program, ...args]);
  return JSON.parse(stdout) as Left;
}

test(
  '10,000 calls and 1,000 transports dropped unclosed leave nothing behind',
  { timeout: 180_000 },
  async () => {
    const bare = await left('bare');
    const watched = await left();
    // What is known of one operation takes several hundred bytes, what stands around a transport thousands.
    expect(watched.perCall - bare.perCall).toBeLessThan(64);
    expect(watched.perTransport - bare.perTransport).toBeLessThan(512);
    // Each call on both sides, and the two messages of each handshake.
    expect(watched.told).toBe(2 * (1000 + 10_000 + 100 + 1000) + 4 * (1 + 100 + 1000));
    expect(watched.failures).toEqual([]);
  },
);
