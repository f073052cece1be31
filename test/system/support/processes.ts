import { spawn } from 'node:child_process';
import { EventEmitter, on, once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(import.meta.dirname, '../../..');

type Environment = Readonly<Record<string, string>>;

/** A program that was started. */
export interface Process {
  /** The next line on stdout or stderr that matches, as matched; rejects with its last lines when the program ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** All that it has said so far. */
  readonly lines: readonly string[];
  /** Says a line to its stdin. */
  tell(line: string): void;
  /** Sends it a signal that it lives through. */
  signal(signal: 'SIGHUP'): void;
  /** Ends it; resolves when it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** The programs of a test, which end with it. */
export interface Processes {
  /** Starts one in the root of the project; `environment` is added to the test's own. */
  start(program: string, args: readonly string[], environment?: Environment): Process;
  /** Ends those that still run. */
  endAll(): Promise<void>;
}

/** Makes {@link Processes}. */
export function createProcesses(): Processes {
  const started: Process[] = [];
  return {
    start(program, args, environment = {}) {
      const process = startProcess(program, args, environment);
      started.push(process);
      return process;
    },
    async endAll() {
      await Promise.all(started.map((process) => process.end('SIGKILL')));
    },
  };
}

function startProcess(program: string, args: readonly string[], environment: Environment): Process {
  const child = spawn(program, args, { cwd: ROOT, env: { ...process.env, ...environment } });
  const voice = new EventEmitter();
  const all: string[] = [];
  const lines = on(voice, 'line', { close: ['end'] });
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on('line', (line) => {
      all.push(line);
      voice.emit('line', line);
    });
  child.once('close', () => voice.emit('end'));
  child.stdin.on('error', () => {
    // It is gone; whoever waits for what it says is told.
  });
  return {
    async said(pattern) {
      const before: string[] = [];
      for (;;) {
        // Not "for await": that would close the lines behind the one it was looking for.
        const { done = false, value } = await lines.next();
        if (done)
          throw new Error(`${program} ended, and had not said ${pattern}:\n${before.slice(-9).join('\n')}`);
        const [line] = value as [string];
        const found = pattern.exec(line);
        if (found !== null) return found;
        before.push(line);
      }
    },
    lines: all,
    tell: (line) => void child.stdin.write(`${line}\n`),
    signal: (signal) => void child.kill(signal),
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    },
  };
}
