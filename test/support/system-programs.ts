import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

/** Where scripts/build-system-programs.sh puts what it builds. */
const BUILT = join(import.meta.dirname, '../../.cache/system-programs');

/**
 * The path of a program of the system, or of one that was built for the tests; undefined when it is not there.
 * Throws then if REQUIRE_SYSTEM=1.
 */
export function requireProgram(name: string): string | undefined {
  const folders = [BUILT, ...(process.env['PATH'] ?? '').split(delimiter)];
  const path = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (path === undefined && process.env['REQUIRE_SYSTEM'] === '1') {
    throw new Error(`${name} is not installed, and REQUIRE_SYSTEM=1 demands it`);
  }
  return path;
}

/** A suite that needs programs of the system: it gets their paths, or is skipped under a name that says why. */
export function describeWith(
  programs: readonly string[],
  title: string,
  suite: (...paths: string[]) => void,
): void {
  const paths = programs.map(requireProgram);
  const missing = programs.filter((_, i) => paths[i] === undefined);
  if (missing.length === 0) describe(title, () => suite(...(paths as string[])));
  else describe.skip(`${title} (not installed: ${missing.join(', ')})`, () => suite(...programs));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
