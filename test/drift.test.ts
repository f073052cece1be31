import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { probeMetrics } from '../src/exporter/probe/probe-metrics.ts';
import { attributeOf, CLOSED_LABELS, metricList, type LabelName } from '../src/signals/index.ts';
import { KNOWN, labelsOfAlert, OF_OTHERS } from './ops/lint/known-series.ts';
import { mistakesIn, queryOf, selectorsOf } from './ops/lint/promql.ts';
import {
  alertingRules,
  DASHBOARDS,
  files,
  ROUTING,
  TEXTS,
  textsUnder,
  type File,
} from './ops/lint/shipped.ts';

/**
 * A name is typed once, in a table. Wherever else it stands, in rules, dashboards, pages and what is there to be
 * copied, it must be one that exists.
 */

interface Query {
  readonly path: string;
  readonly text: string;
}

/** Everything under these keys of a file of YAML or JSON, whichever that is. */
function textsOf({ path, text }: File, ...keys: readonly string[]): Query[] {
  const documents = path.endsWith('.json') ? [JSON.parse(text) as unknown] : documentsOf(text);
  return documents.flatMap((document) =>
    textsUnder(new Set(keys), document).map((found) => ({ path, text: found })),
  );
}

function documentsOf(text: string): unknown[] {
  return parseAllDocuments(text).map((document) => document.toJS() as unknown);
}

function queriesOfAlerts(): Query[] {
  return files('alerts/**/*.yaml').flatMap((file) => textsOf(file, 'expr', 'series'));
}

/** The expressions of panels and annotations, and those inside the queries that fill variables. */
function queriesOfDashboards(): Query[] {
  return files(DASHBOARDS).flatMap((file) => [
    ...textsOf(file, 'expr'),
    ...textsOf(file, 'definition').map(({ path, text }) => ({ path, text: expressionIn(text) })),
  ]);
}

function expressionIn(definition: string): string {
  const [, expression, label] = /^label_values\((.*), (\w+)\)$/.exec(definition) ?? [];
  if (expression !== undefined) return `sum by (${label}) (${expression})`;
  return /^query_result\((.*)\)$/s.exec(definition)?.[1] ?? definition;
}

function queriesOfExamples(): Query[] {
  const yaml = files(...TEXTS).filter(({ path }) => /^(examples|compose)\/.*\.ya?ml$/.test(path));
  return yaml.flatMap((file) => textsOf(file, 'expr', 'query'));
}

const pages = files(...TEXTS).filter(({ path }) => path.endsWith('.md'));

/** The queries that pages print as blocks, and those they mention: what begins with a name of ours and goes on. */
function queriesOfPages(): Query[] {
  return pages.flatMap(({ path, text: page }) => {
    const blocks = [...page.matchAll(/^```promql\n(.*?)^```$/gms)];
    const mentioned = [...page.matchAll(/`((?:mcp_\w+\{[^`}]*[=~][^`}]*\}|\w+[^`\n]*\(mcp_\w+)[^`\n]*)`/g)];
    return [...blocks, ...mentioned].map(([, text = '']) => ({ path, text }));
  });
}

describe('every query', () => {
  it.each([
    ['the alerts and their tests', queriesOfAlerts(), 50],
    ['the dashboards', queriesOfDashboards(), 20],
    ['the pages', queriesOfPages(), 40],
    ['the examples and compose files', queriesOfExamples(), 0],
  ] as const)('of %s fits the tables', (_, queries, atLeast) => {
    expect(queries.length).toBeGreaterThanOrEqual(atLeast);
    const mistakes = queries.flatMap(({ path, text }) =>
      mistakesIn(text, KNOWN).map((mistake) => `${path}: ${mistake}`),
    );
    expect(mistakes).toEqual([]);
  });

  it.each([
    ['sum(mcp_sessions_activ)', 'no metric mcp_sessions_activ'],
    ['mcp_sessions_active{fault="x"}', 'no label fault of mcp_sessions_active'],
    ['mcp_session_faults_total{side="sever"}', 'no value sever of side'],
    ['mcp_session_faults_total{side=~"server|cleint"}', 'no value cleint of side'],
    ['sum by (fault) (mcp_sessions_active)', 'no label fault of mcp_sessions_active to group by'],
    ['rate(mcp_session_recovery_seconds[5m])', 'no metric mcp_session_recovery_seconds'],
    ['sum by (le) (mcp_session_recovery_seconds_sum)', 'no label le of mcp_session_recovery_seconds_sum'],
    ['mcp_sessions_active / mcp_initializes_total / up', 'no label vantage on both sides of /'],
    ['up and on (target) mcp_sessions_active', 'no label target on both sides of and'],
    ['ALERTS{alertname="McpReinitStrom"}', 'no value McpReinitStrom of alertname'],
    ['sum by (', 'no PromQL'],
  ])('that is %s is seen to be wrong', (text, mistake) => {
    expect(mistakesIn(text, KNOWN).join('\n')).toContain(mistake);
  });

  it('asks others for nothing that none of them asks for', () => {
    const all = [...queriesOfAlerts(), ...queriesOfDashboards(), ...queriesOfPages(), ...queriesOfExamples()];
    const asked = new Set(all.flatMap(({ text }) => selectorsOf(queryOf(text)).map(({ name }) => name)));
    expect(Object.keys(OF_OTHERS).filter((name) => !asked.has(name))).toEqual([]);
  });
});

const tables = [...metricList, ...probeMetrics];

/** A histogram may go by its bare name outside of queries, and a label is a name, too. */
const NAMES: ReadonlySet<string> = new Set([
  ...KNOWN.series.keys(),
  ...tables.flatMap(({ name, labels }) => [name, ...labels]),
  // In the address of a thread on dart-lang's SDK.
  'mcp_dart',
]);

/** In OpenTelemetry's spelling: instruments, the attributes that labels are, and those of spans and log records. */
const DOTTED: ReadonlySet<string> = new Set([
  ...files('src/sinks/opentelemetry/*.ts').flatMap(
    ({ text }) => text.match(/(?<=')mcp\.[a-z_.]+(?=')/g) ?? [],
  ),
  ...metricList.map(({ openTelemetry }) => openTelemetry.name),
  ...metricList.flatMap(({ labels }) => labels.map(attributeOf)),
]);

const ALERTS: ReadonlySet<string> = new Set(alertingRules().map(({ alert = '' }) => alert));

/** Classes of the MCP SDKs, which look as the names of our alerts do. */
const OF_SDKS: ReadonlySet<string> = new Set(['McpServer', 'McpError']);

/** Every name of one of ours in a text that does not exist. */
function unknownNamesIn(text: string): string[] {
  const [metrics, dotted, alerts] = [
    /(?<![\w/.-])[a-z_:]*\bmcp_[a-z0-9_:]+/g,
    /`(mcp(?:\.[a-z_]+){2,})`/g,
    /(?<![\w/])Mcp[A-Z]\w*/g,
  ].map((pattern) => [...text.matchAll(pattern)].map(([all, part]) => part ?? all)) as [
    string[],
    string[],
    string[],
  ];
  return [
    ...metrics.filter((name) => !NAMES.has(name)),
    ...dotted.filter((name) => !DOTTED.has(name)),
    ...alerts.filter((name) => !ALERTS.has(name) && !OF_SDKS.has(name)),
  ];
}

describe('every name of a metric, a label or an alert', () => {
  it.each(files(...TEXTS))('in $path exists', ({ text }) => {
    expect(unknownNamesIn(text)).toEqual([]);
  });

  it('is looked for in pages, rules, dashboards and what may be copied', () => {
    const named = files(...TEXTS).filter(({ text }) => /\bmcp_[a-z]/.test(text));
    for (const place of ['README.md', 'docs/runbooks/', 'docs/metrics.md', 'alerts/tests/', 'dashboards/'])
      expect(named.filter(({ path }) => path.startsWith(place)).length, place).toBeGreaterThan(0);
  });

  it.each([
    ['of a metric', 'See `mcp_sessions_activ`.', 'mcp_sessions_activ'],
    ['of a metric, in YAML', 'expr: sum(mcp_session_fault_total) > 0', 'mcp_session_fault_total'],
    ['of a recording rule', 'job:mcp_sesions:ratio5m > 1', 'job:mcp_sesions:ratio5m'],
    ['of OpenTelemetry', 'pushed as `mcp.sessions.activ`', 'mcp.sessions.activ'],
    ['of an alert', '- alertname: McpReinitStrom', 'McpReinitStrom'],
  ])('%s that is mistyped is found', (_, text, name) => {
    expect(unknownNamesIn(text)).toEqual([name]);
  });
});

/** What Alertmanager's configuration may name: labels that alerts arrive with, and values that they have. */
function mistakesInRouting(configuration: unknown): string[] {
  const arriving = new Set(alertingRules().flatMap((rule) => [...labelsOfAlert(rule)]));
  const matchers = listsUnder(/^(?:source_|target_)?matchers$/, configuration).map((matcher) => {
    const [, label = matcher, value = ''] = /^(\w+)\s*(?:=~|!~|!=|=)\s*"?([^"]*)"?$/.exec(matcher) ?? [];
    return { label, values: value.split('|') };
  });
  const named = listsUnder(/^(?:group_by|equal)$/, configuration).filter((label) => label !== '...');
  const unknown = [...named, ...matchers.map(({ label }) => label)].filter((label) => !arriving.has(label));
  const impossible = matchers.flatMap(({ label, values }) =>
    values.filter((value) => /^[\w-]+$/.test(value) && KNOWN.values.get(label)?.has(value) === false),
  );
  return [...unknown.map((label) => `no label ${label}`), ...impossible.map((value) => `no value ${value}`)];
}

function listsUnder(keys: RegExp, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    keys.test(key) && Array.isArray(inner) ? inner.map(String) : listsUnder(keys, inner),
  );
}

describe('the routing of alerts', () => {
  const configurations = files(...ROUTING);

  it('is there', () => {
    expect(configurations.map(({ path }) => path)).not.toEqual([]);
  });

  it.each(configurations)('of $path goes by labels and values that alerts have', ({ text }) => {
    expect(mistakesInRouting(parse(text))).toEqual([]);
  });

  it.each([
    ['a label', 'route: { group_by: [job, taget] }', 'no label taget'],
    ['a label of a matcher', `route: { routes: [{ matchers: ['severty="info"'] }] }`, 'no label severty'],
    ['a severity', `route: { routes: [{ matchers: ['severity="page"'] }] }`, 'no value page'],
    ['an alert', `inhibit_rules: [{ source_matchers: ['alertname=~"McpGone|McpX"'] }]`, 'no value McpGone'],
    ['a label that must agree', 'inhibit_rules: [{ equal: [jobs] }]', 'no label jobs'],
  ])('that mistypes %s is found', (_, text, mistake) => {
    expect(mistakesInRouting(parse(text))).toContain(mistake);
  });
});

/** Labels are typed in two places: the table of metrics, and the lists of values. */
it('every closed label is used by a metric', () => {
  const used = new Set<LabelName>(metricList.flatMap((metric) => metric.labels));
  expect(Object.keys(CLOSED_LABELS).filter((label) => !used.has(label as LabelName))).toEqual([]);
});
