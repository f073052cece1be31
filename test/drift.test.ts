import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROBE_LABELS, probeMetrics } from '../src/exporter/probe/probe-metrics.ts';
import { CLOSED_LABELS, metricList, type LabelName } from '../src/signals/index.ts';

const ROOT = join(import.meta.dirname, '..');

interface Query {
  readonly where: string;
  readonly text: string;
}

/** What may be asked of a name: its labels. A histogram goes by three names. */
const labelsOf = new Map<string, ReadonlySet<string>>(
  metricList.flatMap(({ name, type, labels }) => {
    const known = new Set<string>([...labels, 'job', 'instance']);
    if (type !== 'histogram') return [[name, known] as const];
    const bucket = new Set([...known, 'le']);
    return [
      [`${name}_bucket`, bucket] as const,
      [`${name}_sum`, known] as const,
      [`${name}_count`, known] as const,
    ];
  }),
);

for (const { name, labels } of probeMetrics) labelsOf.set(name, new Set([...labels, 'job', 'instance']));

/** Every label's closed list of values. */
const VALUES: Readonly<Record<string, readonly string[]>> = { ...CLOSED_LABELS, ...PROBE_LABELS };

/** Names that a page may ask for though we do not tell them: Prometheus does, and the default metrics of clients. */
const OF_OTHERS: ReadonlySet<string> = new Set(['up', 'process_resident_memory_bytes']);

/** Everything that Grafana fills in before it asks, filled in with something of the same kind. */
function filledIn(text: string): string {
  return text.replaceAll(/\$__(rate_interval|interval|range)/g, '5m').replaceAll(/\$\w+/g, 'x');
}

/** What is wrong with a query, in words; nothing when it fits the table. */
function complaints({ text, where }: Query): string[] {
  const query = filledIn(text);
  const found: string[] = [];
  const say = (complaint: string): void => void found.push(`${where}: ${complaint} in ${text}`);
  const textOf = (node: SyntaxNode): string => query.slice(node.from, node.to);
  parser.parse(query).iterate({
    enter({ type, node }) {
      if (type.isError) say(`no PromQL at ${node.from}`);
      if (type.name === 'VectorSelector') checkSelector(node, textOf, say);
      if (type.name === 'AggregateExpr') checkGrouping(node, textOf, say);
    },
  });
  return found;
}

type TextOf = (node: SyntaxNode) => string;
type Say = (complaint: string) => void;

function checkSelector(selector: SyntaxNode, textOf: TextOf, say: Say): void {
  const name = textOf(selector.getChild('Identifier') ?? selector);
  if (OF_OTHERS.has(name)) return;
  const labels = labelsOf.get(name);
  if (labels === undefined) return say(`no metric ${name}`);
  for (const matcher of descendants(selector, 'UnquotedLabelMatcher')) {
    const label = textOf(matcher.getChild('LabelName') as SyntaxNode);
    if (!labels.has(label)) say(`no label ${label} of ${name}`);
    const value = textOf(matcher.getChild('StringLiteral') as SyntaxNode).slice(1, -1);
    const closed = VALUES[label];
    const exact = matcher.getChild('MatchOp')?.getChild('EqlSingle') !== null;
    if (exact && closed?.includes(value) === false) say(`no value ${value} of ${label}`);
  }
}

function checkGrouping(aggregate: SyntaxNode, textOf: TextOf, say: Say): void {
  const modifier = aggregate.getChild('AggregateModifier');
  if (modifier === null) return;
  const names = descendants(aggregate, 'VectorSelector').map((selector) =>
    textOf(selector.getChild('Identifier') ?? selector),
  );
  for (const label of descendants(modifier, 'LabelName').map(textOf)) {
    for (const name of names)
      if (labelsOf.get(name)?.has(label) === false) say(`no label ${label} of ${name} to group by`);
  }
}

function descendants(node: SyntaxNode, name: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  node.cursor().iterate((each) => {
    if (each.name === name) found.push(each.node);
  });
  return found;
}

function filesBelow(folder: string, ending: string): string[] {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Every value under one of these keys, however deep. */
function valuesUnder(keys: ReadonlySet<string>, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    keys.has(key) && typeof inner === 'string' ? [inner] : valuesUnder(keys, inner),
  );
}

function queriesOfAlerts(): Query[] {
  return filesBelow('alerts', '.yaml').flatMap((where) =>
    valuesUnder(new Set(['expr', 'series']), parse(read(where))).map((text) => ({ where, text })),
  );
}

/** The expressions of panels, and those inside the queries that fill variables. */
function queriesOfDashboards(): Query[] {
  return filesBelow('dashboards', '.json').flatMap((where) => {
    const page: unknown = JSON.parse(read(where));
    const ofPanels = valuesUnder(new Set(['expr']), page);
    const ofVariables = valuesUnder(new Set(['definition']), page).map(expressionIn);
    return [...ofPanels, ...ofVariables].map((text) => ({ where, text }));
  });
}

function expressionIn(definition: string): string {
  const [, expression, label] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
  if (expression !== undefined) return `sum by (${label}) (${expression})`;
  return /^query_result\((.*)\)$/s.exec(definition)?.[1] ?? definition;
}

const pages = [...filesBelow('docs', '.md'), 'README.md'].filter((path) => existsSync(join(ROOT, path)));

function queriesOfPages(): Query[] {
  return pages.flatMap((where) =>
    [...read(where).matchAll(/^```promql\n(.*?)^```$/gms)].map(([, text = '']) => ({ where, text })),
  );
}

describe('drift', () => {
  it.each([
    ['alerts', queriesOfAlerts(), 50],
    ['dashboards', queriesOfDashboards(), 20],
    ['pages', queriesOfPages(), 0],
  ] as const)('every query of the %s fits the table', (_, queries, atLeast) => {
    expect(queries.length).toBeGreaterThanOrEqual(atLeast);
    expect(queries.flatMap(complaints)).toEqual([]);
  });

  it('every metric or label that a page names in code exists', () => {
    const known = new Set([
      ...labelsOf.keys(),
      ...metricList.flatMap(({ name, labels }) => [name, ...labels]),
      ...probeMetrics.flatMap(({ name, labels }) => [name, ...labels]),
    ]);
    const named = pages.flatMap((where) =>
      [...read(where).matchAll(/`(mcp_[a-z_]+)[`{]/g)].map(([, name = '']) => ({ where, name })),
    );
    expect(named.length).toBeGreaterThanOrEqual(metricList.length);
    expect(named.filter(({ name }) => !known.has(name))).toEqual([]);
  });

  it.each([
    ['a metric that does not exist', 'sum(mcp_sessions_activ)', 'no metric mcp_sessions_activ'],
    [
      'a label that does not exist',
      'mcp_sessions_active{fault="x"}',
      'no label fault of mcp_sessions_active',
    ],
    ['a value that does not exist', 'mcp_session_faults_total{side="sever"}', 'no value sever of side'],
    [
      'a grouping that does not exist',
      'sum by (fault) (mcp_sessions_active)',
      'no label fault of mcp_sessions_active to group by',
    ],
    [
      'a histogram by its bare name',
      'rate(mcp_session_recovery_seconds[5m])',
      'no metric mcp_session_recovery_seconds',
    ],
    [
      'a bound without buckets',
      'sum by (le) (mcp_session_recovery_seconds_sum)',
      'no label le of mcp_session_recovery_seconds_sum to group by',
    ],
    ['what is no PromQL', 'sum by (', 'no PromQL at'],
  ])('sees %s', (_, text, complaint) => {
    expect(complaints({ where: 'here', text }).join('\n')).toContain(`here: ${complaint}`);
  });
});

/** Labels are typed in two places: the table of metrics, and the lists of values. */
it('every closed label is used by a metric', () => {
  const used = new Set<LabelName>(metricList.flatMap((metric) => metric.labels));
  expect(Object.keys(CLOSED_LABELS).filter((label) => !used.has(label as LabelName))).toEqual([]);
});
