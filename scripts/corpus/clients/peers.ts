import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { installed, installedPackage, run, type Installed } from '../installed.ts';
import { wentWell, type ClientKind, type ConnectOptions, type CorpusClient } from './client.ts';

/** A client in a process of its own, which can be stopped as a laptop stops it that falls asleep. */
export interface PeerClient extends CorpusClient {
  sleep(): void;
  wake(): void;
}

/** A client in another process, in whatever language: it is installed once, and obeys commands on its stdin. */
export interface Peer extends ClientKind, Installed {
  readonly connect: (url: URL, options?: ConnectOptions) => Promise<PeerClient>;
}

const PROGRAMS = join(import.meta.dirname, '../peers');

/** Program and arguments that stand before those of every peer, and behind. */
interface Start {
  readonly program: string;
  readonly before?: readonly string[];
  readonly behind?: readonly string[];
}

/** Clients of other languages and of older SDKs. */
export const PEERS: readonly Peer[] = [
  typescript('1.12.3'),
  typescript('1.17.5'),
  typescript('1.22.0'),
  python('1.13.1', 'python_1.py', { beside: ['pydantic<2.12'] }),
  python('1.26.0', 'python_1.py'),
  python('2.3.0', 'python_2.py', { mode: 'legacy' }),
  python('2.3.0', 'python_2.py', { mode: 'auto' }),
  go('go-sdk', 'Go SDK 1.8.0'),
  go('mcp-go', 'mcp-go 0.58.0'),
];

/** The peer of this id. */
export function peer(id: string): Peer {
  const found = PEERS.find((candidate) => candidate.id === id);
  if (found === undefined) throw new RangeError(`there is no peer "${id}"`);
  return found;
}

function typescript(version: string): Peer {
  const id = `sdk-${version}`;
  const sdk = installedPackage('@modelcontextprotocol/sdk', version);
  const start = (): Start => {
    // It finds the SDK beside itself.
    cpSync(join(PROGRAMS, 'typescript.mjs'), join(sdk.folder, 'peer.mjs'));
    return { program: process.execPath, before: [join(sdk.folder, 'peer.mjs')] };
  };
  return peerOf({ ...sdk, title: `TypeScript SDK ${version}` }, id, start);
}

interface PythonOptions {
  readonly mode?: 'auto' | 'legacy';
  /** What must be installed beside the SDK. */
  readonly beside?: readonly string[];
}

function python(version: string, program: string, { mode, beside = [] }: PythonOptions = {}): Peer {
  const id = mode === undefined ? `python-${version}` : `python-${version}-${mode}`;
  const title = `Python SDK ${version}${mode === undefined ? '' : ` (${mode})`}`;
  const sdk = installed(title, `python-${version}`, async (folder) => {
    await run('python3', ['-m', 'venv', folder]);
    // Later releases of pydantic took away what older releases of the SDK need.
    await run(join(folder, 'bin/pip'), ['install', '--quiet', `mcp==${version}`, ...beside]);
  });
  return peerOf(sdk, id, () => ({
    program: join(sdk.folder, 'bin/python'),
    before: [join(PROGRAMS, program)],
    behind: mode === undefined ? [] : [mode],
  }));
}

function go(id: 'go-sdk' | 'mcp-go', title: string): Peer {
  const sdk = installed(title, 'go', async (folder) => {
    cpSync(join(PROGRAMS, 'go'), folder, { recursive: true });
    await run('go', ['mod', 'init', 'peer'], { cwd: folder });
    const modules = ['github.com/modelcontextprotocol/go-sdk@v1.8.0', 'github.com/mark3labs/mcp-go@v0.58.0'];
    await run('go', ['get', ...modules], { cwd: folder });
    await run('go', ['mod', 'tidy'], { cwd: folder });
    await run('go', ['build', '-o', 'peer', '.'], { cwd: folder });
  });
  return peerOf(sdk, id, () => ({ program: join(sdk.folder, 'peer'), behind: [id] }));
}

function peerOf(sdk: Installed, id: string, start: () => Start): Peer {
  return {
    ...sdk,
    id,
    connect(url, { headers = {}, name = 'corpus-program' } = {}) {
      const { program, before = [], behind = [] } = start();
      const args = [...before, url.href, JSON.stringify(headers), name, ...behind];
      return connected(spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] }));
    },
  };
}

function connected(child: ChildProcess): Promise<PeerClient> {
  const { promise, resolve, reject } = Promise.withResolvers<PeerClient>();
  const waiting = new Map<string, (wentWell: boolean) => void>();
  let commands = 0;
  const over = Promise.withResolvers<void>();

  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    const [number = '', outcome] = line.split(' ');
    if (line === 'connected') resolve(client);
    waiting.get(number)?.(outcome === 'ok');
    waiting.delete(number);
  });
  child.stdin?.on('error', () => {});
  child.on('error', reject);
  child.on('close', (code) => {
    reject(new Error(`the peer ended with code ${code}`));
    for (const tell of waiting.values()) tell(false);
    over.resolve();
  });

  function command(text: string): Promise<boolean> {
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(false);
    const number = String(++commands);
    child.stdin?.write(`${number} ${text}\n`);
    const { promise: told, resolve: tell, reject: fail } = Promise.withResolvers<void>();
    waiting.set(number, (well) => (well ? tell() : fail(new Error('it failed'))));
    return wentWell(told);
  }

  async function ended(): Promise<void> {
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await over.promise;
    clearTimeout(timer);
  }

  const client: PeerClient = {
    call: (seconds = 0) => command(`call ${seconds}`),
    list: () => command('list'),
    read: () => command('read'),
    async leave() {
      child.stdin?.write('0 leave\n');
      child.stdin?.end();
      await ended();
    },
    sleep: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
    async close() {
      child.kill('SIGKILL');
      await ended();
    },
  };
  return promise;
}
