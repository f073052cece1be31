import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue, isJudged, runbookPathOf, runbookUrlOf } from '../../src/faults/index.ts';
import { faultQuery, sessionQuery } from '../../src/exporter/api/queries.ts';
import { dashboards, links, type Panel } from './built-dashboards.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The dashboard that a link leads to, and the variables that it fills, each with what it fills it with. */
function parts(url: string): { uid: string; parameters: string[] } {
  const [, uid = '', query = ''] = /^\/d\/([^?]+)\?(.*)$/.exec(url) ?? [];
  return { uid, parameters: query.split('&') };
}

const inside = links.filter(({ link }) => link.url.startsWith('/'));
const evidence = links.filter(({ link }) => link.url.startsWith('${page}'));
const outside = links.filter(({ link }) => !/^(\/|\$\{page\})/.test(link.url));

/** A value is taken from a cell of the same row, or from a label that every series of the panel has. */
function expectLabelsThere(url: string, { type, targets }: Panel): void {
  const labels = [...url.matchAll(/__(?:data\.fields|field\.labels)\.(\w+):percentencode/g)].map(
    ([, l]) => l,
  );
  const inTable = type === 'table';
  expect(labels.length === 0 || url.includes('__data.fields') === inTable).toBe(true);
  for (const label of labels)
    for (const { expr } of targets) expect(expr).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b`));
}

describe('the links of a dashboard', () => {
  it('lead to all others, with the time and the variables', () => {
    for (const { links: top, tags } of dashboards) {
      expect(top).toHaveLength(1);
      expect(top[0]).toMatchObject({ type: 'dashboards', includeVars: true, keepTime: true });
      for (const tag of top[0]?.tags ?? []) expect(tags).toContain(tag);
    }
  });

  it('come from every dashboard but the one of the exporter, and lead to every other', () => {
    const from = new Set(inside.map(({ dashboard }) => dashboard.uid));
    const to = new Set(inside.map(({ link }) => parts(link.url).uid));
    const uids = dashboards.map(({ uid }) => uid).filter((uid) => uid !== 'mcp-exporter');
    expect([...from].toSorted()).toEqual(uids.toSorted());
    expect([...to].toSorted()).toEqual(uids.toSorted());
  });
});

describe('the link', () => {
  it.each(inside.map(({ name, link, panel }) => [link.title, name, link.url, panel] as const))(
    '"%s" of %s leads to a dashboard, and keeps the time and what was chosen',
    (_, __, url, panel) => {
      const { uid, parameters } = parts(url);
      const there = dashboards.find((dashboard) => dashboard.uid === uid);
      const variables = there?.templating.list.map(({ name }) => name) ?? [];
      expect(parameters.at(-1)).toBe('${__url_time_range}');
      const filled = parameters.slice(0, -1).map((parameter) => {
        const [, kept, chosen] = /^(?:\$\{(\w+):queryparam\}|var-(\w+)=.+)$/.exec(parameter) ?? [];
        return kept ?? chosen;
      });
      for (const name of ['datasource', 'job', 'target', 'client', 'page']) expect(filled).toContain(name);
      expect(new Set(filled).size).toBe(filled.length);
      expect(filled.filter((name) => name === undefined || !variables.includes(name))).toEqual([]);
      expectLabelsThere(url, panel);
    },
  );

  const views = { faults: faultQuery, sessions: sessionQuery };

  it.each(evidence.map(({ name, link, panel }) => [link.title, name, link.url, panel] as const))(
    '"%s" of %s leads to a view of the status page, by filters that it has',
    (_, __, url, panel) => {
      const [, view = '', query] = /^\$\{page\}\/#\/(faults|sessions)\?(.+)$/.exec(url) ?? [];
      const { state, ...filled } = Object.fromEntries(new URLSearchParams(query));
      // What is chosen may be anything of its kind; the state is written here.
      expect(views[view as keyof typeof views].safeParse({ state }).success || view === 'sessions').toBe(
        true,
      );
      expect(Object.keys(views[view as keyof typeof views].shape)).toEqual(
        expect.arrayContaining(Object.keys(filled)),
      );
      expect(Object.keys(filled)).not.toEqual([]);
      // Each filter by the label, or the variable, of its own name.
      for (const [name, value] of Object.entries(filled))
        expect(value).toMatch(
          new RegExp(`[.{]${name === 'client' ? 'client_name' : name}:percentencode\\}$`),
        );
      expectLabelsThere(url, panel);
    },
  );

  it('to the evidence is wherever the runbook of a fault is', () => {
    const isRunbook = ({ link }: (typeof links)[number]): boolean =>
      /runbook/i.test(link.title) && link.url.includes('fault');
    const proved = new Set(evidence.map(({ panel }) => panel));
    expect(links.filter(isRunbook).length).toBeGreaterThan(5);
    expect(
      links.filter((each) => isRunbook(each) && !proved.has(each.panel)).map(({ name }) => name),
    ).toEqual([]);
  });

  it('out of Grafana leads to a page that exists, to a runbook by the name of a fault', () => {
    const runbooks = ['${fault}', '${__data.fields.fault}'].map(runbookUrlOf);
    for (const { link, panel } of outside) {
      if (runbooks.includes(link.url)) for (const { expr } of panel.targets) expect(expr).toContain('fault');
      else expect(existsSync(join(ROOT, link.url.replace(/^.*\/blob\/main\//, '')))).toBe(true);
    }
    expect(new Set(outside.map(({ link }) => link.url)).size).toBe(runbooks.length + 1);
    const missing = catalogue.filter(isJudged).filter(({ id }) => !existsSync(join(ROOT, runbookPathOf(id))));
    expect(missing.map(({ id }) => id)).toEqual([]);
  });
});
