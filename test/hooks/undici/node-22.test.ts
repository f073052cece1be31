import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { describeWith } from '../../support/system-programs.ts';

// A process takes its time to start on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);

interface Said {
  readonly version: string;
  readonly told: readonly string[];
  readonly streams: readonly boolean[];
  readonly faults: readonly string[];
  readonly sessions: number;
}

/** What a client told that lost its session and began anew, on the Node at `path`. */
async function story(path: string): Promise<Said> {
  const program = join(import.meta.dirname, 'story.ts');
  const { stdout } = await run(path, ['--experimental-strip-types', '--no-warnings', program]);
  return JSON.parse(stdout) as Said;
}

/** What is the same with bodies and without. */
const JUDGED = { faults: ['client-no-reinit'], sessions: 2 };

describe('Node 24, where undici shows bodies', () => {
  test('a client that stays with its dead session is at fault, and every method is known', async () => {
    expect(await story(process.execPath)).toMatchObject({
      ...JUDGED,
      told: [
        'initialize 200 gives a session',
        'notifications/initialized 202',
        'tools/call 200 gives a session',
        'tools/call 404',
        'tools/call 404',
        'initialize 200 gives a session',
        'notifications/initialized 202',
        'tools/call 200 gives a session',
      ],
    });
  });
});

describeWith(['node-22.15'], 'Node 22.15, where undici shows no bodies', (node) => {
  test('the same fault is found: statuses and ids are enough for it', async () => {
    const said = await story(node);
    expect(said.version).toMatch(/^v22\.15\./);
    expect(said).toMatchObject({
      ...JUDGED,
      told: [
        'initialize 200 gives a session',
        'unknown 202',
        'unknown 200 gives a session',
        'unknown 404',
        'unknown 404',
        'initialize 200 gives a session',
        'unknown 202',
        'unknown 200 gives a session',
      ],
      // What was not heard is not taken for silence.
      streams: [true],
    });
  });
});
