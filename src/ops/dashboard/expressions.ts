import { PROBE_LABELS, type ProbeMetric } from '../../exporter/probe/probe-metrics.ts';
import type { LabelName } from '../../signals/index.ts';
import {
  atLeast,
  before,
  either,
  increase,
  matched,
  max,
  sum,
  unless,
  type Matcher,
  type ScrapeLabel,
  type Series,
  type Vector,
} from '../promql.ts';

/** What dashboards alone ask Prometheus for: probes, alerts, and a few functions that no rule needs. */

type Matchers<Label extends string> = { readonly [Name in Label]?: Matcher };

type ProbedLabel<M extends ProbeMetric> = M['labels'][number] | ScrapeLabel;

/** The series of a metric that `/probe` answers. Throws a RangeError for a value that is not on the list of its label. */
export function probed<M extends ProbeMetric>(
  metric: M,
  matchers: Matchers<ProbedLabel<M>> = {},
): Vector<ProbedLabel<M>> {
  const closed: Readonly<Record<string, readonly string[]>> = PROBE_LABELS;
  for (const [label, matcher] of Object.entries<Matcher | undefined>(matchers)) {
    if (typeof matcher === 'string' && closed[label]?.includes(matcher) === false)
      throw new RangeError(`${label}: "${matcher}" is not one of its values`);
  }
  const labels = [...metric.labels, 'job', 'instance'] as unknown as readonly ProbedLabel<M>[];
  return { labels, promql: selector(metric.name, matchers) };
}

/** What an alert can be told apart by: its own labels, and those of the series it was computed from. */
export type AlertLabel = 'alertname' | 'severity' | LabelName | ScrapeLabel;

const ALERT_LABELS = ['alertname', 'severity', 'job', 'instance', 'target', 'side', 'fault'] as const;

/** 1 for each alert of ours that fires. Prometheus writes this series itself, so it is in no table of metrics. */
export function firing(matchers: Matchers<AlertLabel> = {}): Vector<(typeof ALERT_LABELS)[number]> {
  const ours = { alertname: { like: 'Mcp.*' }, alertstate: 'firing', ...matchers };
  return { labels: ALERT_LABELS, promql: selector('ALERTS', ours) };
}

function selector(name: string, matchers: Readonly<Record<string, Matcher | undefined>>): string {
  const parts = Object.entries(matchers).flatMap(([label, matcher]) =>
    matcher === undefined ? [] : [matched(label, matcher)],
  );
  return parts.length === 0 ? name : `${name}{${parts.join(', ')}}`;
}

/** How often a counter began anew within the window, as it does when its process starts again. */
export function resets<Label extends string>(counter: Series<Label>, window: string): Vector<Label> {
  if (counter.metric.type !== 'counter')
    throw new RangeError(`${counter.metric.name} is no counter: it has no resets`);
  return { labels: counter.labels, promql: `resets(${counter.promql}[${window}])` };
}

/**
 * The sum of what agrees in the labels `by`, of each case once: what agrees in the labels `apart` is one thing, and as
 * many times there as the vantage tells that saw most of it.
 */
export function sumOnce<Label extends string, const By extends readonly NoInfer<Label>[]>(
  vector: Vector<Label | 'vantage'>,
  apart: readonly NoInfer<Label>[],
  by: By,
): Vector<By[number]> {
  const seen = sum(vector, [...apart, 'vantage']);
  return sum(max(seen, apart) as Vector<By[number]>, by);
}

/** How much a counter grew within the window, all of it where its series came with its first count. */
export function grown<Label extends string>(counter: Series<Label>, window: string): Vector<Label> {
  return either(unless(counter, before(counter, window)), increase(counter, window));
}

/** How many series agree in the labels `by`. */
export function count<Label extends string, const By extends readonly NoInfer<Label>[]>(
  vector: Vector<Label>,
  by: By,
): Vector<By[number]> {
  const grouping = by.length === 0 ? '' : ` by (${by.join(', ')})`;
  return { labels: by, promql: `count${grouping} (${vector.promql})` };
}

/** The least of all series that agree in the labels `by`. */
export function min<Label extends string, const By extends readonly NoInfer<Label>[]>(
  vector: Vector<Label>,
  by: By,
): Vector<By[number]> {
  return { labels: by, promql: `min by (${by.join(', ')}) (${vector.promql})` };
}

/** Only the series that are 0. */
export function atZero<Label extends string>(vector: Vector<Label>): Vector<Label> {
  return { labels: vector.labels, promql: `${vector.promql} == 0` };
}

/** Without the series of which there is nothing to tell: a quantile of no observation is no number. */
export function measured<Label extends string>(vector: Vector<Label>): Vector<Label> {
  return atLeast(vector, 0);
}

/** What the first is of the second, 0 included, where there is anything of the second; both have the same labels. */
export function ratio<Label extends string>(
  part: Vector<Label>,
  whole: Vector<NoInfer<Label>>,
): Vector<Label> {
  return { labels: part.labels, promql: `${part.promql} / (${whole.promql} > 0)` };
}
