import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { linksOf, pagesIn, readPage, ROOT } from './markdown.ts';

const FOLDERS = ['.', 'docs', 'docs/runbooks', 'docs/decisions', 'docs/discoveries'];
const pages = FOLDERS.flatMap((folder) => pagesIn(folder).map((name) => join(folder, `${name}.md`)));

const THREAD = /\[([^\]]*#\d+)\]\((https:\/\/github\.com\/[^)]+)\)/g;

describe('every page', () => {
  it.each(pages)('%s links to what exists', (path) => {
    const inside = linksOf(readPage(path)).filter((link) => !/^(https?:|#)/.test(link));
    const files = inside.map((link) => join(dirname(path), link.replace(/#.*/, '')));
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('links to threads by the owner, repository and number it shows', () => {
    const threads = pages.flatMap((path) => [...readPage(path).matchAll(THREAD)]);
    expect(threads).not.toEqual([]);
    for (const [, label = '', url = ''] of threads) {
      const [, repository, number] =
        /^https:\/\/github\.com\/([^/]+\/[^/]+)\/(?:issues|pull)\/(\d+)$/.exec(url) ?? [];
      expect([`${repository}#${number}`, `#${number}`]).toContain(label);
    }
  });
});

describe('the decisions', () => {
  it('are numbered without a gap, under the number in their heading, with their three parts', () => {
    const decisions = pagesIn('docs/decisions').toSorted();
    decisions.forEach((name, i) => {
      const number = String(i + 1).padStart(4, '0');
      expect(name.slice(0, 5)).toBe(`${number}-`);
      const page = readPage(`docs/decisions/${name}.md`);
      expect(page).toMatch(new RegExp(`^# ${number} `));
      const parts = [...page.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, part]) => part);
      expect(parts).toEqual(['Context', 'Decision', 'Consequence']);
    });
  });
});
