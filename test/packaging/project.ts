import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ROOT = join(import.meta.dirname, '../..');

/** What of `package.json` is read here. */
interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<'types' | 'default', string>>>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The manifest of this package. */
export const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** Every name by which a program may import something of this package. */
export const SUBPATHS: readonly string[] = Object.keys(manifest.exports).map((path) =>
  path.replace('.', manifest.name),
);

/** Packs the package as it would be published; answers the path of the tarball. */
export async function pack(folder: string): Promise<string> {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: ROOT });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return join(folder, filename);
}

/** An empty project with the packed package in it, and what the README's programs import beside it. */
export interface Project {
  readonly folder: string;
  remove(): void;
}

/** Peers that a reader has: the MCP SDKs, the older Express, and the types of Node. */
function peers(): string[] {
  const { devDependencies } = manifest;
  const names = Object.keys(devDependencies).filter((name) => name.startsWith('@modelcontextprotocol/'));
  const versions = [...names, '@types/node'].map((name) => `${name}@${devDependencies[name]}`);
  return [...versions, 'express@4', 'prom-client@15'];
}

/**
 * Makes a {@link Project} outside this folder, where nothing else is found by accident. Nothing when the registry
 * cannot be reached and npm has not kept what it needs; throws then if REQUIRE_SYSTEM=1.
 */
export async function makeProject(): Promise<Project | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-session-exporter-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  try {
    await install(folder, [await pack(folder), ...peers()]);
    return { folder, remove };
  } catch (error) {
    remove();
    return unlessOffline(error);
  }
}

/** The path of a Node of exactly this version, kept for the next time; see {@link makeProject} for when it is none. */
export async function nodeOf(version: string): Promise<string | undefined> {
  const folder = join(ROOT, '.cache', `node-${version}`);
  const path = join(folder, 'node_modules/node/bin/node');
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, allowScripts: { node: true } }),
  );
  try {
    await install(folder, [`node@${version}`]);
    return path;
  } catch (error) {
    return unlessOffline(error);
  }
}

async function install(folder: string, packages: readonly string[]): Promise<void> {
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund'];
  const soon = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-timeout=30000'];
  await run('npm', ['install', ...quiet, ...soon, ...packages], { cwd: folder });
}

/** What npm says when nobody answers at the other end. */
const OFFLINE = /\b(ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ENOTCACHED)\b/;

function unlessOffline(error: unknown): undefined {
  if (process.env['REQUIRE_SYSTEM'] === '1' || !OFFLINE.test(String(error))) throw error;
  return undefined;
}
