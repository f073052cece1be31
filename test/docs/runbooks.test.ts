import { describe, expect, it } from 'vitest';
import {
  alertNameOf,
  catalogue,
  faultById,
  isJudged,
  runbookPathOf,
  type Threshold,
} from '../../src/faults/index.ts';
import { ownDefinitions } from '../../src/ops/rules/definitions.ts';
import { fencesOf, pagesIn, readPage } from './markdown.ts';

const SECTIONS = ['What it means', 'How to confirm', 'How to mend it', 'When to ignore it', 'Evidence'];

const faultIds = catalogue.map((fault) => fault.id);
const ids = [...faultIds, ...ownDefinitions.map(({ id }) => id)];

describe('the runbooks', () => {
  it('are one for each alert, and no other', () => {
    expect(pagesIn('docs/runbooks').toSorted()).toEqual(ids.toSorted());
  });

  it.each(ids)('%s begins with the name of its alert and has all sections, in order', (id) => {
    const page = readPage(runbookPathOf(id));
    expect(page).toMatch(new RegExp(`^# ${alertNameOf(id)}: `));
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(SECTIONS);
  });

  it.each(ids)('%s says what to do at the server and at the client', (id) => {
    const mending = sectionOf(id, 'How to mend it');
    expect(mending).toContain('**Server.**');
    expect(mending).toContain('**Client.**');
  });

  it.each(faultIds)('%s names its side, and links to every thread of the catalogue', (id) => {
    const fault = faultById(id);
    expect(readPage(runbookPathOf(id))).toContain(`Fault \`${id}\`, side: **${fault?.side}**`);
    const evidence = sectionOf(id, 'Evidence');
    const missing = fault?.evidence.filter((thread) => !evidence.includes(`${thread}](https://`));
    expect(missing).toEqual([]);
  });

  it.each(faultIds)('%s gives the value of every threshold', (id) => {
    const told = sectionOf(id, 'When to ignore it').toLowerCase();
    const thresholds = Object.entries(faultById(id)?.thresholds ?? {});
    const missing = thresholds.filter(
      ([, { value, unit }]) => !spellings(value, unit).some((one) => told.includes(one)),
    );
    expect(missing.map(([name]) => name)).toEqual([]);
  });

  it.each(ids)('%s can be confirmed with a command and a query', (id) => {
    const confirming = sectionOf(id, 'How to confirm');
    expect(fencesOf(confirming, 'promql')).not.toEqual([]);
    if (faultIds.includes(id))
      expect(
        fencesOf(confirming, 'sh')
          .map(({ text }) => text)
          .join(),
      ).toContain('curl ');
  });

  it.each(faultIds)('%s asks for its own fault and no other', (id) => {
    const named = [...readPage(runbookPathOf(id)).matchAll(/\bfault ?==? ?"([^"]*)"/g)].map(
      ([, fault]) => fault,
    );
    // What a rule decides has no cases to ask for.
    const fault = faultById(id);
    expect(new Set(named)).toEqual(new Set(fault !== undefined && isJudged(fault) ? [id] : []));
  });
});

const WORDS: Readonly<Record<number, string>> = {
  2: 'two',
  3: 'three',
  4: 'four',
  5: 'five',
  6: 'six',
  10: 'ten',
  20: 'twenty',
  30: 'thirty',
};
const RATIOS: Readonly<Record<number, string>> = {
  0.2: 'a fifth',
  0.3: '30 %',
  0.5: 'half',
  0.6: '60 %',
  0.8: 'four fifths',
  0.9: 'nine tenths',
  2: 'twice',
};

/** How a page may write a threshold. */
function spellings(value: number, unit: Threshold['unit']): string[] {
  if (unit === 'ratio') return [RATIOS[value] ?? String(value)];
  if (unit === 'count') return numerals(value);
  if (unit === 'bytes') return [`${value / 1024} kib`, `${value / 1024 / 1024} mib`];
  const seconds = numerals(value / 1000).flatMap((numeral) => [
    `${numeral} s,`,
    `${numeral} s `,
    `${numeral} seconds`,
  ]);
  const minutes = numerals(value / 60_000).map((numeral) => `${numeral} minutes`);
  return [...seconds, ...minutes, ...numerals(value / 3_600_000).map((numeral) => `${numeral} hours`)];
}

function numerals(value: number): string[] {
  return [String(value), ...(WORDS[value] === undefined ? [] : [WORDS[value]])];
}

function sectionOf(id: string, title: string): string {
  const [, after = ''] = readPage(runbookPathOf(id)).split(`\n## ${title}\n`);
  return after.split(/^## /m)[0] ?? '';
}
