import { ALERT_SEVERITIES, KNOWN } from './known-series.ts';
import { deadLinksIn } from './links.ts';
import {
  functionOf,
  labelsGivenBy,
  mistakesIn,
  nodesOf,
  operandsOf,
  queryOf,
  selectorsOf,
  textOf,
  type Query,
} from './promql.ts';
import type { Rule } from './shipped.ts';

/** Shorter windows lose a series when a single scrape fails: two samples are needed, and many scrape once a minute. */
const SHORTEST_WINDOW_S = 120;

/** What can be asked of a counter itself: everything else must ask how much it grew. */
const OF_COUNTERS = new Set([
  'rate',
  'irate',
  'increase',
  'resets',
  'changes',
  'group',
  'count',
  'absent',
  'absent_over_time',
  'present_over_time',
  'count_over_time',
]);
const GROWTH = new Set(['rate', 'irate', 'increase', 'resets']);
const SLOPES = new Set(['deriv', 'predict_linear', 'delta', 'idelta', 'double_exponential_smoothing']);

/** What is wrong with a rule beyond its grammar, which promtool looks after. */
export function mistakesInRule(rule: Rule): string[] {
  const query = queryOf(rule.expr);
  return [
    ...mistakesIn(rule.expr, KNOWN),
    ...(/\$/.test(rule.expr) ? [`Prometheus fills in no variable of Grafana: ${rule.expr}`] : []),
    ...mistakesInFunctions(query),
    ...mistakesInWindows(query),
    ...mistakesInPatterns(query),
    ...(rule.alert === undefined ? mistakesInName(rule, query) : mistakesInAlert(rule, query)),
  ];
}

/** Counters are asked how much they grew, and nothing else is. */
export function mistakesInFunctions(query: Query): string[] {
  return selectorsOf(query).flatMap(({ node, name }) => {
    const asking = functionsAround(query, node);
    const counter = KNOWN.series.get(name)?.counter === true;
    const grows = asking.find((one) => GROWTH.has(one));
    if (!counter && grows !== undefined) return [`${grows} of ${name}, which is no counter`];
    const slope = asking.find((one) => SLOPES.has(one));
    if (counter && slope !== undefined) return [`${slope} of ${name}, which is a counter`];
    return counter && !asking.some((one) => OF_COUNTERS.has(one))
      ? [`${name} is a counter: how much did it grow?`]
      : [];
  });
}

/** The functions that a selector is an argument of, outermost last. */
function functionsAround(query: Query, selector: Query['root']): string[] {
  const found: string[] = [];
  for (let node = selector.parent; node !== null; node = node.parent) {
    const name = functionOf(query, node);
    if (name !== '') found.push(name);
  }
  return found;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

function mistakesInWindows(query: Query): string[] {
  const windows = nodesOf(query.root, 'MatrixSelector').map((node) => textOf(query, node.lastChild));
  return windows
    .filter((text) => secondsOf(text) < SHORTEST_WINDOW_S)
    .map((text) => `a window of only ${text}`);
}

/** Of a duration of Prometheus; what is none has no end of them. */
function secondsOf(text: string): number {
  const parts = [...text.matchAll(/(\d+)([smhdw])/g)];
  if (parts.length === 0) return Infinity;
  return parts.reduce((sum, [, count, unit = 's']) => sum + Number(count) * (SECONDS[unit] ?? Infinity), 0);
}

/** A pattern that matches but one text, or all, says something else than was meant. */
function mistakesInPatterns(query: Query): string[] {
  return selectorsOf(query).flatMap(({ name, matchers }) =>
    matchers
      .filter(({ operator, value }) => operator.endsWith('~') && /^(\w[\w-]*|\.\*)$/.test(value))
      .map(({ label, value }) => `${name}: ${label} needs no pattern for "${value}"`),
  );
}

/** Prometheus' convention: level, metric, operations. */
function mistakesInName({ record = '' }: Rule, query: Query): string[] {
  const [level = '', metric, operations] = record.split(':');
  if (metric === undefined || operations === undefined) return [`${record} is not level:metric:operations`];
  const given = [...labelsGivenBy(query, KNOWN)];
  const levels = level.split('_');
  const leftOut = given.includes('job') && !levels.includes('job') ? ['job'] : [];
  return leftOut.map((label) => `${record} does not say that it has the label ${label}`);
}

function mistakesInAlert(rule: Rule, query: Query): string[] {
  const { alert = '', labels = {}, annotations = {} } = rule;
  const severity = labels['severity'];
  return [
    ...(/^Mcp[A-Z]\w+$/.test(alert) ? [] : [`${alert} does not begin as our alerts do`]),
    ...(severity === undefined || !ALERT_SEVERITIES.includes(severity) ? [`severity ${severity}`] : []),
    ...(canBeSilent(query) ? [] : [`fires for whatever there is: ${rule.expr}`]),
    ...mistakesInTemplates(rule, query),
    ...mistakesInAnnotations(annotations),
  ];
}

const COMPARISONS = ['Eql', 'Neq', 'Gtr', 'Gte', 'Lss', 'Lte'];

/** Whether an expression leaves series out: all of an `or` must, and of anything else made of parts, one of them. */
function canBeSilent(query: Query, node = query.root): boolean {
  if (node.name === 'FunctionCall' && functionOf(query, node).startsWith('absent')) return true;
  const parts = operandsOf(node);
  if (node.getChild('Or')) return parts.every((part) => canBeSilent(query, part));
  if (node.getChild('Unless')) return true;
  const compares = COMPARISONS.some((name) => node.getChild(name)) && !node.getChild('BoolModifier');
  return compares || parts.some((part) => canBeSilent(query, part));
}

/** A template that names a label the expression does not give says nothing there, at three in the morning. */
function mistakesInTemplates({ labels = {}, annotations = {} }: Rule, query: Query): string[] {
  const given = labelsGivenBy(query, KNOWN);
  return Object.entries({ ...labels, ...annotations }).flatMap(([key, text]) =>
    [...text.matchAll(/\$labels\.(\w+)|\.Labels\.(\w+)|index \$labels "(\w+)"/g)]
      .map(([, ...names]) => names.find((name) => name !== undefined) ?? '')
      .filter((label) => !given.has(label))
      .map((label) => `${key} names ${label}, which the expression does not give`),
  );
}

function mistakesInAnnotations(annotations: Readonly<Record<string, string>>): string[] {
  const {
    summary = '',
    description = '',
    runbook_url: runbook = '',
    dashboard_url: dashboard = '',
  } = annotations;
  return [
    ...(/^[A-Z][^{}\n]+\.$/.test(summary) ? [] : [`the summary is no static sentence: ${summary}`]),
    ...(description.includes('{{') ? [] : ['the description names no value']),
    ...(runbook === '' ? ['no runbook_url'] : deadLinksIn(runbook)),
    ...(dashboard === '' ? ['no dashboard_url'] : deadLinksIn(dashboard)),
  ];
}
