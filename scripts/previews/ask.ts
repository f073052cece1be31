import { parse } from 'yaml';
import type { Answer, Dashboard, Panel, Series, Target } from '../../tools/dashboard-previews/src/preview.ts';
import { chosenIn, filled, rateWindowMs, type Chosen, type Span } from './variables.ts';

/** Points that a panel as wide as the page has room for; the step of a query follows from it. */
const POINTS_ACROSS = 1200;
const COLUMNS = 24;

/** A Prometheus, and by which names the values of its labels are shown. */
export interface Source {
  readonly url: string;
  readonly named: (value: string) => string;
}

interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** What Prometheus answers to every query of every panel that is seen. Throws where it refuses one. */
export async function answersFor(
  dashboard: Dashboard,
  { url, named }: Source,
  span: Span,
): Promise<Answer[]> {
  const chosen = chosenIn(dashboard);
  const asked = dashboard.panels.flatMap((panel) =>
    (panel.targets ?? [])
      .filter(({ hide }) => hide !== true)
      .map((target) => answerOf(panel, target, { url, span, chosen })),
  );
  return (await Promise.all(asked)).map((answer) => ({
    ...answer,
    series: answer.series.map(({ metric, points }) => ({ metric: mapped(metric, named), points })),
  }));
}

/** The labels of the series that an expression has at the end of the span, its variables filled. */
export async function labelsFor(
  expr: string,
  dashboard: Dashboard,
  { url }: Source,
  span: Span,
): Promise<Result['metric'][]> {
  const result = await instant(url, filled(expr, chosenIn(dashboard), span, span.scrapeMs), span);
  return result.map(({ metric }) => metric);
}

/** How often a Prometheus scrapes when a job does not say otherwise. */
export async function scrapeIntervalOf({ url }: Source): Promise<number> {
  const { yaml } = await ask<{ readonly yaml: string }>(`${url}/api/v1/status/config`);
  const config = parse(yaml) as { readonly global: { readonly scrape_interval: string } };
  return millisecondsOf(config.global.scrape_interval);
}

interface Asking {
  readonly url: string;
  readonly span: Span;
  readonly chosen: ReadonlyMap<string, Chosen>;
}

async function answerOf(panel: Panel, target: Target, { url, span, chosen }: Asking): Promise<Answer> {
  const stepMs = stepOf(panel, target, span);
  const expr = filled(target.expr, chosen, span, stepMs);
  const about = { panel: panel.id, refId: target.refId, expr };
  if (target.instant === true)
    return { ...about, stepMs: 0, series: (await instant(url, expr, span)).map(seriesOf) };
  // Grafana asks at whole multiples of the step, so that a page that is refreshed does not flicker.
  const whole = (ms: number): string => String((Math.floor(ms / stepMs) * stepMs) / 1000);
  const during = new URLSearchParams({
    query: expr,
    start: whole(span.from),
    end: whole(span.to),
    step: String(stepMs / 1000),
  });
  const { result } = await ask<{ readonly result: readonly Result[] }>(`${url}/api/v1/query_range?${during}`);
  return { ...about, stepMs, series: result.map(seriesOf) };
}

async function instant(url: string, query: string, { to }: Span): Promise<readonly Result[]> {
  const asked = new URLSearchParams({ query, time: String(to / 1000) });
  return (await ask<{ readonly result: readonly Result[] }>(`${url}/api/v1/query?${asked}`)).result;
}

function mapped(metric: Result['metric'], named: Source['named']): Result['metric'] {
  return Object.fromEntries(Object.entries(metric).map(([label, value]) => [label, named(value)]));
}

function seriesOf({ metric, value, values }: Result): Series {
  return { metric, points: values ?? (value === undefined ? [] : [value]) };
}

/** No more points than there is room for, none between two scrapes, and none nearer than the query wants. */
function stepOf(panel: Panel, target: Target, span: Span): number {
  const points = panel.maxDataPoints ?? (POINTS_ACROSS * panel.gridPos.w) / COLUMNS;
  const roomMs = Math.ceil((span.to - span.from) / points / 1000) * 1000;
  const least = target.interval ?? panel.interval ?? '';
  const stepMs = Math.max(
    roomMs,
    least === '' || least.startsWith('$') ? span.scrapeMs : millisecondsOf(least),
  );
  return least === '$__rate_interval' ? rateWindowMs(stepMs, span) : stepMs;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function millisecondsOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)(ms|[smhd])/g)];
  if (parts.length === 0) throw new Error(`"${duration}" is no duration; it must be like 15s or 1m30s`);
  return parts.reduce((sum, [, count, unit = 's']) => sum + Number(count) * (UNITS[unit] ?? 0), 0);
}

async function ask<Data>(address: string): Promise<Data> {
  const response = await fetch(address);
  const text = await response.text();
  if (!response.ok) throw new Error(`${decodeURIComponent(address)} answered ${response.status}: ${text}`);
  return (JSON.parse(text) as { readonly data: Data }).data;
}
