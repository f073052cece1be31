import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { probeMetrics } from '../../src/exporter/probe/probe-metrics.ts';
import { DASHBOARDS } from '../../src/ops/dashboard/dashboards.ts';
import { linesOf } from '../../src/ops/dashboard/page.ts';
import { metricList } from '../../src/signals/index.ts';
import { dashboards, queries } from './built-dashboards.ts';

/** Everything that Grafana fills in, filled in with something of the same kind. */
function filledIn(expr: string): string {
  return expr.replaceAll(/\$__(rate_interval|range)/g, '5m').replaceAll(/\$\w+/g, 'x');
}

function nodesOf(promql: string, name: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  parser.parse(promql).iterate({ enter: ({ type, node }) => void (type.name === name && found.push(node)) });
  return found;
}

/** The names of all series that a query selects. */
function namesIn(expr: string): string[] {
  const query = filledIn(expr);
  return nodesOf(query, 'VectorSelector').map((node) => query.slice(node.from, node.to).replace(/\{.*/s, ''));
}

function isPromql(promql: string): boolean {
  let valid = true;
  parser.parse(promql).iterate({ enter: ({ type }) => void (valid &&= !type.isError) });
  return valid;
}

/** Of what no function over time makes a rate: those look at the windows of their alerts or at ten minutes. */
const FIXED_WINDOWS = /\[(10m|1h)\]/;

describe('the query', () => {
  const named = queries.map(({ name, target }) => [name, target] as const);
  const annotations = dashboards.flatMap(({ title, annotations: { list } }) =>
    list.map(({ name, expr }) => [`${title}, mark ${name}`, { expr }] as const),
  );

  it.each([...named, ...annotations])('of %s is PromQL', (_, { expr }) => {
    expect(isPromql(filledIn(expr)), expr).toBe(true);
  });

  it.each(named)('of %s looks as far back as there are points or a page is long', (_, target) => {
    const windows = [...target.expr.matchAll(/\[([^\]]+)\]/g)].map(([, window = '']) => window);
    // What is drawn over time looks at the time between two points; what is told once, at all that is shown.
    const usual = target.range ? '$__rate_interval' : '$__range';
    expect(windows.filter((window) => window !== usual && !FIXED_WINDOWS.test(`[${window}]`))).toEqual([]);
  });

  it.each(named)(
    'of %s asks for values at one time or over time, as its panel can show them',
    (_, target) => {
      expect(target.datasource.uid).toBe('${datasource}');
      expect(target.instant).toBe(!target.range);
    },
  );

  it.each(queries.map(({ name, panel, target }) => [name, panel.type, target] as const))(
    'of %s fits a panel of kind %s',
    (_, type, { instant, format }) => {
      expect(instant).toBe(type === 'stat' || type === 'table');
      const formats: Readonly<Record<string, string>> = { table: 'table', heatmap: 'heatmap' };
      expect(format).toBe(formats[type]);
    },
  );

  it('has a letter of its own within its panel', () => {
    for (const { panel } of queries)
      expect(panel.targets.map(({ refId }) => refId)).toEqual(
        panel.targets.map((_, i) => String.fromCodePoint(65 + i)),
      );
  });

  it.each(named)(
    'of %s is asked with exemplars where its metric has them',
    (_, { expr, exemplar, range }) => {
      const has = namesIn(expr).some((asked) =>
        metricList.some(({ name, exemplars }) => exemplars && [name, `${name}_bucket`].includes(asked)),
      );
      expect(exemplar ?? false).toBe(has && range);
    },
  );
});

describe('a legend', () => {
  const drawn = queries.filter(({ panel }) => panel.type !== 'table');

  /** The labels by which the outermost aggregation groups: those that its series have. */
  function groupedBy(expr: string): string[] {
    const query = filledIn(expr);
    const [first] = nodesOf(query, 'AggregateExpr');
    const modifier = first?.getChild('AggregateModifier');
    if (modifier === undefined || modifier === null) return [];
    return [...query.slice(modifier.from, modifier.to).matchAll(/\w+/g)].map(([word]) => word).slice(1);
  }

  it.each(drawn.map(({ name, target }) => [name, target] as const))(
    'of %s names every label that its series have, and no other',
    (_, { expr, legendFormat }) => {
      const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
      const there = groupedBy(expr).filter(
        (label) => !expr.startsWith('histogram_quantile') || label !== 'le',
      );
      expect(named).toEqual(there);
      expect(legendFormat).not.toBe('');
    },
  );
});

it('every metric of the tables is shown on some dashboard', () => {
  const asked = DASHBOARDS.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels.flatMap(linesOf)));
  const names = new Set(asked.flatMap(({ promql }) => namesIn(promql)));
  const isAsked = (name: string): boolean => names.has(name) || names.has(`${name}_bucket`);
  const unseen = [...metricList, ...probeMetrics].filter(({ name }) => !isAsked(name));
  expect(unseen.map(({ name }) => name)).toEqual([]);
});
