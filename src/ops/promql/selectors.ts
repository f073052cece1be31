import { PROBE_LABELS, type ProbeMetric } from '../../exporter/probe/probe-metrics.ts';
import { CLOSED_LABELS, type LabelName, type Metric } from '../../signals/index.ts';

/** Labels that Prometheus itself adds when it scrapes. */
export type ScrapeLabel = 'job' | 'instance';

/** Whatever yields one number a label set. */
export interface Vector<Label extends string = string> {
  readonly promql: string;
  readonly labels: readonly Label[];
}

/** The series of one metric, before anything was computed from them. */
export interface Series<Label extends string = string> extends Vector<Label> {
  readonly metric: Metric;
}

/** What a label must be: this value, or anything that a pattern matches (a Grafana variable counts as one), or does not. */
export type Matcher = string | { readonly like: string } | { readonly unlike: string };

/** What labels must be, by name. */
type Matchers<Label extends string> = { readonly [Name in Label]?: Matcher };

type LabelOf<M extends Metric> = M['labels'][number] | ScrapeLabel;
type ProbedLabel<M extends ProbeMetric> = M['labels'][number] | ScrapeLabel;

/** The series of a counter or gauge. Throws a RangeError for a histogram, which has {@link buckets} instead. */
export function select<M extends Metric>(metric: M, matchers: Matchers<LabelOf<M>> = {}): Series<LabelOf<M>> {
  if (metric.type === 'histogram') throw new RangeError(`${metric.name} is a histogram: select its buckets`);
  return series(metric, metric.name, matchers, []);
}

/** The buckets of a histogram, one series a bound. Throws a RangeError for any other metric. */
export function buckets<M extends Metric>(
  metric: M,
  matchers: Matchers<LabelOf<M> | 'le'> = {},
): Series<LabelOf<M> | 'le'> {
  if (metric.type !== 'histogram')
    throw new RangeError(`${metric.name} is a ${metric.type}: it has no buckets`);
  return series(metric, `${metric.name}_bucket`, matchers, ['le']);
}

function series<Label extends string>(
  metric: Metric,
  name: string,
  matchers: Readonly<Record<string, Matcher | undefined>>,
  more: readonly string[],
): Series<Label> {
  const labels = [...metric.labels, 'job', 'instance', ...more] as unknown as readonly Label[];
  return { metric, labels, promql: selector(name, matchers) };
}

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
type AlertLabel = 'alertname' | 'severity' | LabelName | ScrapeLabel;

const ALERT_LABELS = ['alertname', 'severity', 'job', 'instance', 'target', 'side', 'fault'] as const;

/** 1 for each alert of ours that fires. Prometheus writes this series itself, so it is in no table of metrics. */
export function firing(matchers: Matchers<AlertLabel> = {}): Vector<(typeof ALERT_LABELS)[number]> {
  const ours = { alertname: { like: 'Mcp.*' }, alertstate: 'firing', ...matchers };
  return { labels: ALERT_LABELS, promql: selector('ALERTS', ours) };
}

/** 1 for each target whose last scrape succeeded, and 0 for each other. Prometheus writes it itself, too. */
export function scrapeUp(matchers: Matchers<ScrapeLabel> = {}): Vector<ScrapeLabel> {
  return { labels: ['job', 'instance'], promql: selector('up', matchers) };
}

/** What a rule recorded under this name. */
export function recorded<const Labels extends readonly string[]>(
  name: string,
  labels: Labels,
): Vector<Labels[number]> {
  return { labels, promql: name };
}

function selector(name: string, matchers: Readonly<Record<string, Matcher | undefined>>): string {
  const parts = Object.entries(matchers).flatMap(([label, matcher]) =>
    matcher === undefined ? [] : [matched(label, matcher)],
  );
  return parts.length === 0 ? name : `${name}{${parts.join(', ')}}`;
}

function matched(label: string, matcher: Matcher): string {
  if (typeof matcher !== 'string')
    return 'like' in matcher
      ? `${label}=~${JSON.stringify(matcher.like)}`
      : `${label}!~${JSON.stringify(matcher.unlike)}`;
  const closed = CLOSED_LABELS[label as keyof typeof CLOSED_LABELS] as readonly string[] | undefined;
  if (closed?.includes(matcher) === false)
    throw new RangeError(`${label}: "${matcher}" is not one of its values`);
  return `${label}=${JSON.stringify(matcher)}`;
}

/** Names a label of a vector, as Grafana's legends and variables want it. Throws a RangeError for one it has not. */
export function labelIn<Label extends string>(vector: Vector<Label>, label: NoInfer<Label>): string {
  if (!vector.labels.includes(label)) throw new RangeError(`${label} is not a label of ${vector.promql}`);
  return label;
}
