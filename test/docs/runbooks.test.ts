import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import {
  alertNameOf,
  catalogue,
  faultById,
  isJudged,
  runbookPathOf,
  type Threshold,
} from '../../src/faults/index.ts';
import { OWN_ALERTS } from '../../src/ops/alerts.ts';
import { CLOSED_LABELS, metricList } from '../../src/signals/index.ts';
import { fencesOf, pagesIn, readPage } from './markdown.ts';

const SECTIONS = ['What it means', 'How to confirm', 'How to mend it', 'When to ignore it', 'Evidence'];

/** What a query may ask for that is not ours: Prometheus itself, and the client libraries' own metrics. */
const FOREIGN = ['up', 'process_resident_memory_bytes'];

const SCRAPE_LABELS = ['job', 'instance', 'le'];

const faultIds = catalogue.map((fault) => fault.id);
const ids = [...faultIds, ...Object.values(OWN_ALERTS)];

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

  it.each(ids)('%s asks Prometheus for nothing that does not exist', (id) => {
    const queries = fencesOf(readPage(runbookPathOf(id)), 'promql');
    expect(queries.flatMap(({ text }) => mistakesIn(text))).toEqual([]);
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

describe('the check of queries', () => {
  it.each([
    ['sum (', 'not PromQL'],
    ['mcp_sessions_gone', 'no metric'],
    ['mcp_sessions_active{fault="reinit-storm"}', 'no label fault'],
    ['mcp_session_faults_active{fault="reinit"}', 'no value reinit'],
    ['mcp_http_responses_total{http_response_status_code=~"200|299"}', 'no value 299'],
    ['sum by (cause) (mcp_sessions_active)', 'no label cause'],
  ])('finds what is wrong with %s', (query, mistake) => {
    expect(mistakesIn(query).join()).toContain(mistake);
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

/** What a query gets wrong: its grammar, the names of metrics and labels, and values that cannot occur. */
function mistakesIn(query: string): string[] {
  const mistakes: string[] = [];
  const metricNames: string[] = [];
  const grouped: string[] = [];
  parser.parse(query).iterate({
    enter({ type, from, to, node }) {
      const text = query.slice(from, to);
      if (type.isError) mistakes.push(`not PromQL at ${from}: ${query}`);
      if (type.name === 'VectorSelector') {
        const name = node.getChild('Identifier');
        const metric = name === null ? '' : query.slice(name.from, name.to);
        metricNames.push(metric);
        if (!FOREIGN.includes(metric)) mistakes.push(...mistakesInSelector(metric, text));
      }
      if (type.name === 'LabelName' && node.parent?.name === 'GroupingLabels') grouped.push(text);
    },
  });
  const labels = new Set([...SCRAPE_LABELS, ...metricNames.flatMap(labelsOf)]);
  return [
    ...mistakes,
    ...grouped.filter((label) => !labels.has(label)).map((label) => `no label ${label}: ${query}`),
  ];
}

function labelsOf(name: string): readonly string[] {
  return metricList.find((metric) => namesOf(metric).includes(name))?.labels ?? [];
}

function namesOf({ name, type }: (typeof metricList)[number]): string[] {
  return type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name];
}

function mistakesInSelector(name: string, selector: string): string[] {
  if (!metricList.some((metric) => namesOf(metric).includes(name))) return [`no metric ${name}`];
  const matchers = [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)];
  return matchers.flatMap(([, label = '', values = '']) => {
    if (SCRAPE_LABELS.includes(label)) return [];
    if (!labelsOf(name).includes(label)) return [`${name} has no label ${label}`];
    const allowed: readonly string[] = CLOSED_LABELS[label as keyof typeof CLOSED_LABELS] ?? [];
    return values
      .split('|')
      .flatMap((value) => (allowed.includes(value) ? [] : [`${label} has no value ${value}`]));
  });
}
