import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { freePort } from '../../support/free-port.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** A service of docker-compose.yml, as far as it is run here. */
export interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
}

/** Every service, by its name. */
export const services = (
  parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
    services: Readonly<Record<string, Service>>;
  }
).services;

/** Where `127.0.0.1` and a service are called by name. A container has a network of its own; here there is one for all. */
const ADDRESS = /\b(?:[a-z]+|127\.0\.0\.1):\d{4,5}\b/g;

/** A file that a service mounts, and its copy for a machine without containers. */
export interface Mounted {
  readonly original: string;
  readonly copy: string;
}

/** What docker-compose.yml runs, as it can be run without containers. */
export interface Stack {
  /** The words of a service's command. */
  command(service: string): readonly string[];
  /** Its environment. */
  environment(service: string): Readonly<Record<string, string>>;
  /** Where something is that a service mounts at this path. */
  mount(service: string, path: string): string;
  /** HOST:PORT here for an address that the files name. */
  at(address: string): string;
  /** All that was replaced: addresses, and the paths of mounts. */
  readonly replaced: ReadonlyMap<string, string>;
  readonly files: readonly Mounted[];
}

/** Copies what these services mount into a folder: files with their addresses and paths replaced, folders as they are. */
export async function layStack(folder: string, names: readonly string[]): Promise<Stack> {
  const mounts = names.flatMap((name) => mountsOf(name, folder));
  const texts = [
    ...names.flatMap((name) => services[name]?.command ?? []),
    ...names.flatMap((name) => Object.values(services[name]?.environment ?? {})),
    ...mounts.filter(({ isFile }) => isFile).map(({ source }) => readFileSync(source, 'utf8')),
  ];
  const replaced = new Map<string, string>();
  for (const [address] of texts.join('\n').matchAll(ADDRESS))
    if (!replaced.has(address)) replaced.set(address, `127.0.0.1:${await freePort()}`);
  for (const { target, copy } of mounts) replaced.set(target, copy);
  for (const { service, source, isFile } of mounts) {
    // Where it listens on every address is where the others know it by name.
    for (const [every, port] of isFile ? readFileSync(source, 'utf8').matchAll(/\b0\.0\.0\.0:(\d+)/g) : [])
      replaced.set(every, placeOf(replaced, `${service}:${port}`));
  }
  // The longer ones first, of which others are parts.
  const inTurn = [...replaced].toSorted(([a], [b]) => b.length - a.length);
  const here = (text: string): string => inTurn.reduce((so, [from, to]) => so.replaceAll(from, to), text);
  for (const { source, copy, isFile } of mounts) {
    if (isFile) writeFileSync(copy, here(readFileSync(source, 'utf8')));
    else cpSync(source, copy, { recursive: true });
  }
  return {
    command: (service) => (services[service]?.command ?? []).map(here),
    environment: (service) =>
      Object.fromEntries(
        Object.entries(services[service]?.environment ?? {}).map(([name, value]) => [name, here(value)]),
      ),
    mount: (service, path) => placeIn(mounts, service, path),
    at: (address) => placeOf(replaced, address),
    replaced,
    files: mounts
      .filter(({ isFile }) => isFile)
      .map(({ source, copy }) => ({
        original: readFileSync(source, 'utf8'),
        copy: readFileSync(copy, 'utf8'),
      })),
  };
}

interface Mount {
  readonly service: string;
  readonly source: string;
  readonly target: string;
  readonly copy: string;
  readonly isFile: boolean;
}

function mountsOf(service: string, folder: string): Mount[] {
  return (services[service]?.volumes ?? []).map((volume) => {
    const [from = '', target = ''] = volume.split(':');
    const source = join(ROOT, from);
    const copy = join(folder, target.replaceAll('/', '-').slice(1));
    return { service, source, target, copy, isFile: statSync(source).isFile() };
  });
}

function placeIn(mounts: readonly Mount[], service: string, path: string): string {
  const mount = mounts.find((each) => each.service === service && each.target === path);
  if (mount === undefined) throw new RangeError(`${service} mounts nothing at ${path}`);
  return mount.copy;
}

function placeOf(replaced: ReadonlyMap<string, string>, address: string): string {
  const here = replaced.get(address);
  if (here === undefined) throw new RangeError(`no file and no command names ${address}`);
  return here;
}
