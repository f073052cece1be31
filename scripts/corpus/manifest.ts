import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';

/**
 * How a recording was made: `captured`, from real processes in real time; `stretched`, from real processes, on a
 * clock that ran faster for a while; `scripted`, written by a program; `field`, sent in from somebody's servers.
 */
export const MAKES = ['captured', 'stretched', 'scripted', 'field'] as const;

/** See {@link MAKES}. */
export type Make = (typeof MAKES)[number];

/** What is known of a recording beside what its header says. */
export interface Entry {
  readonly made: Make;
  /** Where the clock ran faster: "60 s in 3 s". */
  readonly stretched?: readonly string[];
  /** Faults for which a careless judge would take it. */
  readonly lookAlikeOf?: readonly string[];
  /** Why it is expected to show what it is expected to show. */
  readonly because?: string;
}

/** Every recording of a corpus, by its path in it. */
export type Manifest = Readonly<Record<string, Entry>>;

const fileIn = (folder: string): string => join(folder, 'manifest.json');

/** Reads the manifest of a corpus; one that has none yet has an empty one. */
export function readManifest(folder: string): Manifest {
  try {
    return JSON.parse(readFileSync(fileIn(folder), 'utf8')) as Manifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Writes it, in order of the paths. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(manifest).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const text = await format(JSON.stringify(sorted), { parser: 'json', printWidth: 110 });
  writeFileSync(fileIn(folder), text);
}
