import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Stage } from './dockerfile.ts';

const run = promisify(execFile);

/** Where the stages of a Dockerfile were built, a folder for each, as the root of its file system. */
export interface Built {
  /** The folder that stands for an absolute path in the last stage. */
  readonly at: (path: string) => string;
}

/** How a build differs from that of Docker. */
export interface Means {
  readonly context: string;
  readonly scratch: string;
  /** The paths that are left out of what is sent to the builder. */
  readonly isIgnored: (path: string) => boolean;
  /** What stands for a command that the tests have no time for; answers whether it did. */
  readonly instead: (command: string, folder: string) => boolean;
}

/** Runs the steps of every stage, COPY and RUN, in folders: what is missing, or ignored, fails as it would there. */
export async function build(stages: readonly Stage[], means: Means): Promise<Built> {
  const roots = new Map<string, string>();
  let root = '';
  for (const [i, stage] of stages.entries()) {
    root = join(means.scratch, stage.name ?? `stage-${i}`);
    if (stage.name !== undefined) roots.set(stage.name, root);
    let folder = root;
    for (const { word, rest } of stage.instructions) {
      if (word === 'WORKDIR') {
        folder = join(root, rest);
        mkdirSync(folder, { recursive: true });
      } else if (word === 'COPY') copy(rest, folder, roots, means);
      else if (word === 'RUN' && !means.instead(rest, folder)) await runLine(rest, folder);
    }
  }
  const last = root;
  return { at: (path) => join(last, path) };
}

async function runLine(line: string, folder: string): Promise<void> {
  try {
    await run('/bin/sh', ['-c', line], { cwd: folder, timeout: 120_000 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`RUN ${line}: ${stdout}${stderr}`, { cause: error });
  }
}

function copy(rest: string, folder: string, roots: ReadonlyMap<string, string>, means: Means): void {
  const words = rest.split(/\s+/);
  const from = /^--from=(\S+)$/.exec(words[0] ?? '')?.[1];
  const root = from === undefined ? means.context : roots.get(from);
  if (root === undefined) throw new Error(`COPY ${rest}: there is no stage ${from}`);
  const paths = from === undefined ? words : words.slice(1);
  const target = join(folder, paths.at(-1) ?? '');
  for (const path of paths.slice(0, -1)) {
    const source = join(root, path);
    if (!existsSync(source) || (from === undefined && means.isIgnored(path)))
      throw new Error(`COPY ${rest}: ${path} is not there, or is ignored`);
    const isFolder = readdirSync(join(source, '..'), { withFileTypes: true }).some(
      (entry) => entry.name === path.split('/').at(-1) && entry.isDirectory(),
    );
    cpSync(source, isFolder ? target : join(target, path.split('/').at(-1) ?? ''), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
}

/** Takes the leave to write from a folder and all in it, as a read-only file system does. */
export function seal(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink())
      chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o555 : 0o444);
  }
  chmodSync(folder, 0o555);
}

/** Puts what was installed here in the place of an `npm ci` with all that development needs. */
export function installedHere(context: string): Means['instead'] {
  return (command, folder) => {
    if (!command.startsWith('npm ci') || command.includes('--omit=dev')) return false;
    symlinkSync(join(context, 'node_modules'), join(folder, 'node_modules'));
    return true;
  };
}
