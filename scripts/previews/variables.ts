import type { Dashboard, Variable } from '../../tools/dashboard-previews/src/preview.ts';

/** A stretch of time, and how often what is asked about it was scraped. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly scrapeMs: number;
}

/** What a variable stands for: as people read it, and as PromQL does. */
export interface Chosen {
  readonly text: string;
  readonly promql: string;
}

/** What each variable of a dashboard stands for when nobody has chosen: all of it, where that is offered. */
export function chosenIn({ templating }: Dashboard): ReadonlyMap<string, Chosen> {
  return new Map((templating?.list ?? []).flatMap((variable) => chosenOf(variable)));
}

function chosenOf(variable: Variable): [string, Chosen][] {
  const { name, type, allValue, current, query } = variable;
  if (type === 'datasource' || type === 'adhoc') return [];
  const values = [current?.value ?? firstOf(query)].flat();
  if (values.includes('$__all')) return [[name, { text: 'All', promql: allValue ?? '.*' }]];
  return [
    [
      name,
      { text: values.join(' + '), promql: values.length > 1 ? `(${values.join('|')})` : values.join('') },
    ],
  ];
}

/** A variable without a choice, such as a constant, is the first of what it lists. */
function firstOf(query: unknown): string {
  return typeof query === 'string' ? (query.split(',')[0] ?? '').trim() : '';
}

/** Fills the variables of an expression, as Grafana does: those of the dashboard, and its own about time. */
export function filled(
  expr: string,
  chosen: ReadonlyMap<string, Chosen>,
  span: Span,
  stepMs: number,
): string {
  const rangeMs = span.to - span.from;
  const own: Readonly<Record<string, string>> = {
    __interval: duration(stepMs),
    __interval_ms: String(stepMs),
    __rate_interval: duration(rateWindowMs(stepMs, span)),
    __range: duration(rangeMs),
    __range_s: String(Math.round(rangeMs / 1000)),
    __range_ms: String(rangeMs),
  };
  return expr.replaceAll(/\$\{(\w+)(?::\w+)?\}|\$(\w+)/g, (whole, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    return own[name] ?? chosen.get(name)?.promql ?? whole;
  });
}

/** How long `$__rate_interval` is: a rate needs two scrapes in each window, and windows that leave out none. */
export function rateWindowMs(stepMs: number, { scrapeMs }: Span): number {
  return Math.max(stepMs + scrapeMs, 4 * scrapeMs);
}

function duration(ms: number): string {
  return `${Math.round(ms / 1000)}s`;
}
