import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SERVERS } from './servers/kinds.ts';
import type { Stage } from './stage.ts';

/** A server in a process of its own, which records what is asked of it. */
export interface ServerProcess {
  readonly port: number;
  readonly url: URL;
  /** Asks it to end, which it does after its drain; or kills it. Resolves when it is gone. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** How {@link startProcess} starts one. */
export interface ProcessOptions {
  readonly kind: keyof typeof SERVERS;
  /** The port of a former one. Default: any. */
  readonly port?: number;
  /** How long it goes on after SIGTERM. Default: not at all. */
  readonly drainSeconds?: number;
  /** Replicas with one key tell a session by the same reference. */
  readonly key: string;
}

const REGISTER = join(import.meta.dirname, '../../src/register.ts');
const SERVE = join(import.meta.dirname, 'serve.ts');

/** Starts a server that nothing but `--import mcp-session-exporter/register` watches. */
export async function startProcess(stage: Stage, options: ProcessOptions): Promise<ServerProcess> {
  const { kind, port = 0, drainSeconds = 0, key } = options;
  const child = spawn(
    process.execPath,
    ['--import', REGISTER, SERVE, kind, String(port), String(drainSeconds)],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        ...process.env,
        MCP_SESSION_EXPORTER_RECORD: stage.anotherFile(),
        MCP_SESSION_EXPORTER_PORT: '0',
        MCP_SESSION_EXPORTER_KEY: key,
      },
    },
  );
  const over = once(child, 'exit');
  async function stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    child.kill(signal);
    await over;
  }
  stage.whenOver(() => stop('SIGTERM'));
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), over.then(() => ['none'])])) as [string];
  if (!/^\d+$/.test(line)) throw new Error('the server process ended before it listened');
  return { port: Number(line), url: new URL(`http://127.0.0.1:${line}/mcp`), stop };
}
