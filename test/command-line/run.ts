import { Writable } from 'node:stream';
import { runCommandLine } from '../../src/command-line/index.ts';

/** What a command answered, and what it printed. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** Runs a command line in this process. */
export async function run(...args: readonly string[]): Promise<Ran> {
  const [stdout, stderr] = [sink(), sink()];
  const code = await runCommandLine(args, { stdout, stderr });
  return { code, out: stdout.text, errors: stderr.text };
}

function sink(): Writable & { text: string } {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      stream.text += String(chunk);
      done();
    },
  }) as Writable & { text: string };
  return Object.assign(stream, { text: '' });
}
