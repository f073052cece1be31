import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../docs/markdown.ts';
import { manifest } from './project.ts';

const DIST = join(ROOT, 'dist');
const STATIC = /(?:\bfrom|^import) '(\.[^']+)'/gm;
const LATE = /\bimport\('(\.[^']+)'\)/g;

const entries = new Set(
  Object.values(manifest.exports).map((target) =>
    join(ROOT, typeof target === 'string' ? target : target.default),
  ),
);

/**
 * Imported late all the same, for it takes OpenTelemetry with it: `register` does so when the environment asks for
 * OpenTelemetry. A program that is started like that has no need of this sink besides.
 */
const RISKED = join(DIST, 'sinks/opentelemetry/index.js');

/** What a module names in its imports of this kind. */
function named(file: string, kind: RegExp): string[] {
  return [...readFileSync(file, 'utf8').matchAll(kind)].map(([, path = '']) => join(file, '..', path));
}

/** A module and all that is loaded with it. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const next of named(file, STATIC)) loadedWith(next, seen);
  return seen;
}

// Node throws ERR_REQUIRE_ESM_RACE_CONDITION at a program that requires a module while it is being imported.
it('no entry is imported late that a CommonJS program could require in that moment', () => {
  const modules = readdirSync(DIST, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js') && !path.startsWith(join('exporter', 'page')))
    .map((path) => join(DIST, path));
  const late = modules.flatMap((file) => named(file, LATE).map((begun) => ({ file, begun })));
  expect(late).not.toEqual([]);
  for (const { file, begun } of late) {
    const ways = [...entries].filter((entry) => entry.endsWith('.js') && loadedWith(entry).has(file));
    const isLoaded = (module: string): boolean => ways.every((entry) => loadedWith(entry).has(module));
    const inDanger = [...loadedWith(begun)].filter((module) => entries.has(module) && !isLoaded(module));
    expect(
      inDanger.filter((module) => module !== RISKED),
      `imported late by ${file}`,
    ).toEqual([]);
  }
});
