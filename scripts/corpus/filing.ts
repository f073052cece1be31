import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FORMAT } from '../../src/recording/index.ts';
import type { Stretch } from './clock.ts';
import type { Entry, Manifest } from './manifest.ts';
import type { Played } from './stage.ts';
import { pathOf, type Story } from './story.ts';

/** Files what was recorded of a story as one recording, and answers its entry in the manifest. */
export function fileRecording(folder: string, story: Story, { files, stretches }: Played): Entry {
  const path = join(folder, pathOf(story));
  mkdirSync(dirname(path), { recursive: true });
  const runs = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
  writeFileSync(path, labelled(runs.join(''), story));
  const { lookAlikeOf = [], because } = story;
  return {
    made: stretches.length > 0 ? 'stretched' : 'captured',
    ...(stretches.length > 0 ? { stretched: inWords(stretches) } : undefined),
    ...(lookAlikeOf.length > 0 ? { lookAlikeOf } : undefined),
    ...(because === undefined ? undefined : { because }),
  };
}

/**
 * Writes into every header what the recording is about. A process that records itself
 * (`MCP_SESSION_EXPORTER_RECORD`) does not know it.
 */
function labelled(text: string, { about, expect = [] }: Story): string {
  const head = `{"format":"${FORMAT}"`;
  return text
    .split('\n')
    .map((line) =>
      line.startsWith(head) ? JSON.stringify({ ...(JSON.parse(line) as object), about, expect }) : line,
    )
    .join('\n');
}

/** Removes recordings that no story makes any more, in the groups that were captured; what came from the field stays. */
export function withoutStale(folder: string, manifest: Manifest, stories: readonly Story[]): Manifest {
  const known = new Set(stories.map(pathOf));
  const stale = Object.entries(manifest).filter(([path, { made }]) => made !== 'field' && !known.has(path));
  for (const [path] of stale) rmSync(join(folder, path), { force: true });
  const paths = new Set(stale.map(([path]) => path));
  return Object.fromEntries(Object.entries(manifest).filter(([path]) => !paths.has(path)));
}

function inWords(stretches: readonly Stretch[]): string[] {
  const times = new Map<string, number>();
  for (const { recorded, real } of stretches) {
    const words = `${recorded} s in ${real} s`;
    times.set(words, (times.get(words) ?? 0) + 1);
  }
  return [...times].map(([words, count]) => (count === 1 ? words : `${count} times ${words}`));
}
