import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/dashboards-previews.md'), 'utf8');

/** A page of seven is still read over a slow line. */
const MOST_BYTES = 250_000;

const pictures = globSync('dashboards/*.json', { cwd: ROOT }).flatMap((file) => {
  const { uid } = JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { uid: string };
  return ['dark', 'light'].map((theme) => `images/preview-${uid}-${theme}.png`);
});

describe('the previews of the dashboards', () => {
  it('are said to be such', () => {
    expect(page).toContain("Component previews: drawn with Grafana's React components, outside Grafana.");
  });

  it('are there for every dashboard, and for no other', () => {
    const shown = [...page.matchAll(/images\/preview-[\w-]+\.png/g)].map(([path]) => path);
    expect(shown.toSorted()).toEqual(pictures.toSorted());
  });

  it.each(pictures)('%s is small', (path) => {
    expect(statSync(join(ROOT, 'docs', path)).size).toBeLessThan(MOST_BYTES);
  });
});
