import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const HOOK = join(import.meta.dirname, '..', '..', '..', 'src', 'hooks', 'web', 'index.ts');

/** All that a module stands on, itself included: files by their path, others by their name. */
function under(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, typed, name = ''] of text.matchAll(/^(?:import|export) (type )?[^;]*?from '([^']+)';/gms)) {
    if (typed !== undefined) continue;
    if (name.startsWith('.')) under(join(dirname(file), name), found);
    else found.add(name);
  }
  return found;
}

test('the hook needs no more of Node than Workers, Bun and Deno have too', () => {
  const modules = [...under(HOOK)];
  expect(modules.length).toBeGreaterThan(20);
  expect(modules.filter((name) => !name.endsWith('.ts')).toSorted()).toEqual(['node:crypto', 'node:timers']);
});
