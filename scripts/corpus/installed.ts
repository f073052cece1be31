import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Something that is installed beside the repository when it is needed, and kept for the next time. */
export interface Installed {
  readonly title: string;
  readonly folder: string;
  /** Installs it where it is not yet; rejects where that is not possible. */
  prepare(): Promise<void>;
}

const BESIDE = join(tmpdir(), 'mcp-session-corpus');
const underway = new Map<string, Promise<void>>();

/** Runs a program, and rejects when it fails. */
export const run = promisify(execFile);

/** Something that `install` puts into a folder of this name, which is empty. */
export function installed(
  title: string,
  name: string,
  install: (folder: string) => Promise<unknown>,
): Installed {
  const folder = join(BESIDE, name);
  async function installOnce(): Promise<void> {
    const ready = join(folder, 'ready');
    if (existsSync(ready)) return;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await install(folder);
    writeFileSync(ready, '');
  }
  return {
    title,
    folder,
    prepare() {
      const installing = underway.get(folder) ?? installOnce();
      underway.set(folder, installing);
      return installing;
    },
  };
}

/** A package of the npm registry. */
export function installedPackage(name: string, version: string): Installed {
  return installed(`${name} ${version}`, `${name.replaceAll(/\W+/g, '-')}-${version}`, async (folder) => {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    await run('npm', ['install', '--no-audit', '--no-fund', `${name}@${version}`], { cwd: folder });
  });
}
