import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../support/free-port.ts';
import { SETTINGS, type OtherLine, type Settings, type SpanLine } from './watching.ts';

/** A process of its own, and the lines it wrote down. */
export interface Running {
  readonly child: ChildProcess;
  spans(): SpanLine[];
  others(): OtherLine[];
}

/** How a deed of the client ended. */
export type Outcome = { readonly failed?: string };

/** A client and a server, each a process. */
export interface TwoProcesses {
  readonly client: Running;
  /** Of the server, in each of its lives. */
  readonly port: number;
  /** Each life of the server, the latest last. */
  readonly servers: readonly Running[];
  /** Has the client do something, and answers how that ended. */
  does(deed: string): Promise<Outcome>;
  /** Kills the server, and starts it again on the same port. */
  restart(): Promise<void>;
  /** Has both judge what only time shows. */
  refresh(): Promise<void>;
  stop(): void;
}

/** Starts both, with a key that they share. */
export async function twoProcesses(kinds: {
  readonly client: string;
  readonly server: string;
}): Promise<TwoProcesses> {
  const folder = mkdtempSync(join(tmpdir(), 'two-processes-'));
  const port = String(await freePort());
  const servers: Running[] = [];
  const serve = async (): Promise<void> => {
    servers.push(await start(join(folder, `server-${servers.length}`), 'server.ts', kinds.server, port));
  };
  await serve();
  const address = `http://127.0.0.1:${port}/mcp`;
  const client = await start(join(folder, 'client'), 'client.ts', kinds.client, address);

  async function does(deed: string): Promise<Outcome> {
    client.child.send(deed);
    const [outcome] = (await once(client.child, 'message')) as [Outcome];
    return outcome;
  }

  return {
    client,
    port: Number(port),
    servers,
    does,
    async restart() {
      const { child } = servers.at(-1) as Running;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      await serve();
      // Until then fetch may still pick a connection that died with the first process.
      await delay(100);
    },
    async refresh() {
      servers.at(-1)?.child.send('refresh');
      await does('refresh');
    },
    stop() {
      for (const { child } of [client, ...servers]) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function start(file: string, program: string, ...args: string[]): Promise<Running> {
  const settings: Settings = { file, key: 'a key that both processes share' };
  const child = fork(join(import.meta.dirname, program), args, {
    execArgv: ['--no-warnings'],
    env: { ...process.env, [SETTINGS]: JSON.stringify(settings) },
  });
  await once(child, 'message');
  const lines = (): ({ span?: SpanLine } & OtherLine)[] => (existsSync(file) ? linesOf(file) : []);
  return {
    child,
    spans: () => lines().flatMap(({ span }) => (span === undefined ? [] : [span])),
    others: () => lines().filter(({ span }) => span === undefined),
  };
}

function linesOf<Line>(file: string): Line[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}
