import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import type { KnownSeries } from './known-series.ts';

/** Reads PromQL: what it selects, what of that does not exist, and which labels its result has for certain. */

/** A parsed query. */
export interface Query {
  readonly text: string;
  readonly root: SyntaxNode;
}

/** A selector of a query, taken apart. */
export interface Selector {
  readonly node: SyntaxNode;
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

/** Parses what Prometheus is asked, or what Grafana fills in before it asks. */
export function queryOf(text: string): Query {
  const filled = text.replaceAll(/\$__\w+/g, '5m').replaceAll(/\$\w+|\$\{\w+[^}]*\}/g, 'x');
  return { text: filled, root: parser.parse(filled).topNode };
}

/** Every node of some kinds, outermost first. */
export function nodesOf(root: SyntaxNode, ...names: readonly string[]): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  root.cursor().iterate((each) => {
    if (names.includes(each.name)) found.push(each.node);
  });
  return found;
}

/** Every selector of a query. */
export function selectorsOf(query: Query, root = query.root): Selector[] {
  return nodesOf(root, 'VectorSelector').map((node) => ({
    node,
    name: textOf(query, node.getChild('Identifier')),
    matchers: nodesOf(node, 'UnquotedLabelMatcher').map((matcher) => ({
      label: textOf(query, matcher.getChild('LabelName')),
      operator: textOf(query, matcher.getChild('MatchOp')),
      value: textOf(query, matcher.getChild('StringLiteral')).slice(1, -1),
    })),
  }));
}

/** The name of the function a node calls; empty for any other node. */
export function functionOf(query: Query, node: SyntaxNode): string {
  return textOf(query, node.getChild('FunctionIdentifier') ?? node.getChild('AggregateOp'));
}

export function textOf({ text }: Query, node: SyntaxNode | null): string {
  return node === null ? '' : text.slice(node.from, node.to);
}

/** What a query gets wrong: its grammar, the names of metrics and labels, and values that cannot occur. */
export function mistakesIn(text: string, known: KnownSeries): string[] {
  const query = queryOf(text);
  if (nodesOf(query.root, '⚠').length > 0) return [`no PromQL: ${text}`];
  const mistakes = selectorsOf(query).flatMap((selector) => mistakesInSelector(selector, known));
  const grouped = nodesOf(query.root, 'AggregateExpr').flatMap((node) =>
    mistakesInGrouping(query, node, known),
  );
  const matched = nodesOf(query.root, 'BinaryExpr').flatMap((node) => mistakesInMatching(query, node, known));
  return [...mistakes, ...grouped, ...matched].map((mistake) => `${mistake} in ${text}`);
}

function mistakesInSelector({ name, matchers }: Selector, known: KnownSeries): string[] {
  const series = known.series.get(name);
  if (series === undefined) return [`no metric ${name}`];
  return matchers.flatMap(({ label, operator, value }) => {
    if (!series.labels.has(label)) return [`no label ${label} of ${name}`];
    const closed = known.values.get(label);
    if (closed === undefined || value === 'x' || value === '') return [];
    const values = operator.endsWith('~') ? value.split('|') : [value];
    const plain = values.filter((one) => /^[\w-]+$/.test(one) && one !== 'x');
    return plain.filter((one) => !closed.has(one)).map((one) => `no value ${one} of ${label}`);
  });
}

function mistakesInGrouping(query: Query, aggregate: SyntaxNode, known: KnownSeries): string[] {
  const modifier = aggregate.getChild('AggregateModifier');
  const body = aggregate.getChild('FunctionCallBody');
  if (modifier === null || body === null) return [];
  const names = selectorsOf(query, body).map(({ name }) => name);
  // What does not exist is told already, and has no labels.
  if (names.some((name) => known.series.get(name)?.open !== false)) return [];
  const given = labelsGivenBy(query, known, body);
  return labelNamesIn(query, modifier)
    .filter((label) => !given.has(label))
    .map((label) => `no label ${label} of ${names.join(', ')} to group by`);
}

/** Two sides whose labels differ never meet, and the query never has a result. */
function mistakesInMatching(query: Query, node: SyntaxNode, known: KnownSeries): string[] {
  const [first, second] = labelsOfSides(query, known, node);
  if (first === undefined || second === undefined || node.getChild('Or')) return [];
  if (selectorsOf(query, node).some(({ name }) => known.series.get(name)?.open !== false)) return [];
  const clause = node.getChild('MatchingModifierClause');
  const named = labelNamesIn(query, clause?.getChildren('GroupingLabels')[0]);
  const asked = clause?.getChild('On') ? named : without(new Set([...first, ...second]), named);
  const apart = [...asked].filter((label) => !first.has(label) || !second.has(label));
  return apart.map((label) => `no label ${label} on both sides of ${operatorOf(query, node)}`);
}

function operatorOf(query: Query, { firstChild }: SyntaxNode): string {
  return textOf(query, firstChild?.nextSibling ?? null);
}

function labelNamesIn(query: Query, node: SyntaxNode | null | undefined): string[] {
  return node == null ? [] : nodesOf(node, 'LabelName').map((name) => textOf(query, name));
}

const NONE: ReadonlySet<string> = new Set();

function both(labels: ReadonlySet<string>, others: Iterable<string>): ReadonlySet<string> {
  return new Set([...others].filter((label) => labels.has(label)));
}

function without(labels: ReadonlySet<string>, others: Iterable<string>): ReadonlySet<string> {
  const gone = new Set(others);
  return new Set([...labels].filter((label) => !gone.has(label)));
}

/** The labels that every series of the result has. One that only some have is not among them. */
export function labelsGivenBy(query: Query, known: KnownSeries, node = query.root): ReadonlySet<string> {
  switch (node.name) {
    case 'VectorSelector':
      return known.series.get(textOf(query, node.getChild('Identifier')))?.labels ?? NONE;
    case 'AggregateExpr':
      return labelsOfAggregate(query, known, node);
    case 'FunctionCall':
      return labelsOfCall(query, known, node);
    case 'BinaryExpr':
      return labelsOfBinary(query, known, node);
    default: {
      const inner = operandsOf(node)[0];
      return inner === undefined ? NONE : labelsGivenBy(query, known, inner);
    }
  }
}

function labelsOfAggregate(query: Query, known: KnownSeries, node: SyntaxNode): ReadonlySet<string> {
  const inner = labelsOfBody(query, known, node);
  const modifier = node.getChild('AggregateModifier');
  const named = labelNamesIn(query, modifier);
  if (modifier?.getChild('Without')) return without(inner, named);
  if (/^(topk|bottomk|limitk|limit_ratio)$/.test(functionOf(query, node))) return inner;
  return both(inner, named);
}

function labelsOfBody(query: Query, known: KnownSeries, node: SyntaxNode): ReadonlySet<string> {
  const body = node.getChild('FunctionCallBody');
  return body === null ? NONE : labelsGivenBy(query, known, body);
}

function labelsOfCall(query: Query, known: KnownSeries, node: SyntaxNode): ReadonlySet<string> {
  const called = functionOf(query, node);
  if (/^(vector|scalar|time)$/.test(called)) return NONE;
  if (called.startsWith('absent')) return new Set(labelsMatchedIn(query, node));
  const inner = labelsOfBody(query, known, node);
  if (called === 'histogram_quantile') return without(inner, ['le']);
  if (!/^label_(replace|join)$/.test(called)) return inner;
  const [made] = nodesOf(node, 'StringLiteral').map((one) => textOf(query, one).slice(1, -1));
  return new Set([...inner, ...(made === undefined ? [] : [made])]);
}

/** `absent` answers with the labels that it was asked for by value. */
function labelsMatchedIn(query: Query, node: SyntaxNode): string[] {
  const matchers = selectorsOf(query, node).flatMap((selector) => selector.matchers);
  return matchers.filter(({ operator }) => operator === '=').map(({ label }) => label);
}

function labelsOfBinary(query: Query, known: KnownSeries, node: SyntaxNode): ReadonlySet<string> {
  const [first, second] = labelsOfSides(query, known, node);
  // With a number on one side, all labels are of the other.
  if (first === undefined || second === undefined) return first ?? NONE;
  if (node.getChild('Or')) return both(first, second);
  if (node.getChild('And') ?? node.getChild('Unless')) return first;
  const clause = node.getChild('MatchingModifierClause');
  const [matching, included] = clause?.getChildren('GroupingLabels') ?? [];
  if (clause?.getChild('GroupLeft')) return new Set([...first, ...labelNamesIn(query, included)]);
  if (clause?.getChild('GroupRight')) return new Set([...second, ...labelNamesIn(query, included)]);
  const named = labelNamesIn(query, matching);
  return clause?.getChild('On') ? both(first, named) : without(first, named);
}

/** Numbers are left out, computed ones too. */
function labelsOfSides(query: Query, known: KnownSeries, node: SyntaxNode): ReadonlySet<string>[] {
  const vectors = operandsOf(node).filter((side) => nodesOf(side, 'VectorSelector', 'Vector').length > 0);
  return vectors.map((side) => labelsGivenBy(query, known, side));
}

/** The expressions right below a node, numbers and strings left out. */
export function operandsOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (/(?<!Duration)Expr$|Selector$|Call$|Body$/.test(child.name)) found.push(child);
  }
  return found;
}
