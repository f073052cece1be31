import { CLOSED_LABELS, type Metric } from '../signals/index.ts';

/**
 * A small builder of PromQL over the table of metrics. No name of a metric or label is ever typed as text: what a
 * selector may match and a sum may group by follows from the row, so a rename that misses a query does not compile.
 */

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

type LabelOf<M extends Metric> = M['labels'][number] | ScrapeLabel;
type Matchers<Label extends string> = { readonly [Name in Label]?: Matcher };

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
  const parts = Object.entries(matchers).flatMap(([label, matcher]) =>
    matcher === undefined ? [] : [matched(label, matcher)],
  );
  return { metric, labels, promql: parts.length === 0 ? name : `${name}{${parts.join(', ')}}` };
}

/** What a selector says of one label. Throws a RangeError for a value that is not on the list of its label. */
export function matched(label: string, matcher: Matcher): string {
  if (typeof matcher !== 'string')
    return 'like' in matcher
      ? `${label}=~${JSON.stringify(matcher.like)}`
      : `${label}!~${JSON.stringify(matcher.unlike)}`;
  const closed = CLOSED_LABELS[label as keyof typeof CLOSED_LABELS] as readonly string[] | undefined;
  if (closed?.includes(matcher) === false)
    throw new RangeError(`${label}: "${matcher}" is not one of its values`);
  return `${label}=${JSON.stringify(matcher)}`;
}

/** How much a counter grew within the window, which ended so long `ago`, extrapolated to all of it. */
export function increase<Label extends string>(
  counter: Series<Label>,
  window: string,
  ago?: string,
): Vector<Label> {
  return overTime('increase', counter, window, ago);
}

/** How much a counter grew a second, on average over the window. */
export function rate<Label extends string>(counter: Series<Label>, window: string): Vector<Label> {
  return overTime('rate', counter, window);
}

/** 1 for every series of a selector that had a sample within the window. */
export function presentWithin<Label extends string>(gauge: Vector<Label>, window: string): Vector<Label> {
  return { labels: gauge.labels, promql: `present_over_time(${gauge.promql}[${checked(window)}])` };
}

/** How much a gauge grew a second, by the straight line through the window, which ended so long `ago`. */
export function slope<Label extends string>(
  gauge: Series<Label>,
  window: string,
  ago?: string,
): Vector<Label> {
  if (gauge.metric.type !== 'gauge')
    throw new RangeError(`${gauge.metric.name} is no gauge: it has no slope`);
  return { labels: gauge.labels, promql: `deriv(${gauge.promql}[${checked(window)}]${offset(ago)})` };
}

/** What a gauge was so long `ago`. */
export function before<Label extends string>(gauge: Series<Label>, ago: string): Vector<Label> {
  return { labels: gauge.labels, promql: `${gauge.promql}${offset(ago)}` };
}

/** The most that a vector came to within the window, looked at once a minute. */
export function peak<Label extends string>(vector: Vector<Label>, window: string): Vector<Label> {
  return { labels: vector.labels, promql: `max_over_time((${vector.promql})[${checked(window)}:1m])` };
}

/** The least that a vector came to within the window, which ended so long `ago`, looked at once a minute. */
export function lowest<Label extends string>(
  vector: Vector<Label>,
  window: string,
  ago?: string,
): Vector<Label> {
  const promql = `min_over_time((${vector.promql})[${checked(window)}:1m]${offset(ago)})`;
  return { labels: vector.labels, promql };
}

function overTime<Label extends string>(
  name: string,
  counter: Series<Label>,
  window: string,
  ago?: string,
): Vector<Label> {
  if (counter.metric.type === 'gauge')
    throw new RangeError(`${counter.metric.name} is a gauge: it has no ${name}`);
  return { labels: counter.labels, promql: `${name}(${counter.promql}[${checked(window)}]${offset(ago)})` };
}

function offset(ago: string | undefined): string {
  return ago === undefined ? '' : ` offset ${checked(ago)}`;
}

const WINDOW = /^(\d+(?:ms|[smhdwy])|\$__rate_interval|\$__range)$/;

/** A window as it is. Throws a RangeError for what Prometheus would refuse. */
export function checked(window: string): string {
  if (!WINDOW.test(window))
    throw new RangeError(`"${window}" is no window: a Prometheus duration or a Grafana interval`);
  return window;
}

/** The sum of all series that agree in the labels `by`. */
export function sum<Label extends string, const By extends readonly NoInfer<Label>[]>(
  vector: Vector<Label>,
  by: By,
): Vector<By[number]> {
  return grouped('sum', vector, by);
}

/** The greatest of all series that agree in the labels `by`. */
export function max<Label extends string, const By extends readonly NoInfer<Label>[]>(
  vector: Vector<Label>,
  by: By,
): Vector<By[number]> {
  return grouped('max', vector, by);
}

/** 1 for each combination of the labels `by` that exists. */
export function group<Label extends string, const By extends readonly NoInfer<Label>[]>(
  vector: Vector<Label>,
  by: By,
): Vector<By[number]> {
  return grouped('group', vector, by);
}

function grouped<const By extends readonly string[]>(
  name: string,
  vector: Vector,
  by: By,
): Vector<By[number]> {
  const grouping = by.length === 0 ? '' : ` by (${by.join(', ')})`;
  return { labels: by, promql: `${name}${grouping} (${vector.promql})` };
}

/** The value below which the share `q` of all observations lies, from buckets summed by `le` and other labels. */
export function quantile<Label extends string>(
  q: number,
  summed: Vector<Label | 'le'>,
): Vector<Exclude<Label, 'le'>> {
  const labels = summed.labels.filter((label): label is Exclude<Label, 'le'> => label !== 'le');
  return { labels, promql: `histogram_quantile(${q}, ${summed.promql})` };
}

/** What each part is of its whole. The whole has fewer labels than the parts; a whole of nothing has no parts. */
export function share<Part extends string, Whole extends Part>(
  part: Vector<Part>,
  whole: Vector<Whole>,
): Vector<Part> {
  const promql = `${part.promql} / on (${whole.labels.join(', ')}) group_left () (${whole.promql} > 0)`;
  return { labels: part.labels, promql };
}

/** Only the series above the bound. */
export function above<Label extends string>(vector: Vector<Label>, bound: number): Vector<Label> {
  return { labels: vector.labels, promql: `${vector.promql} > ${bound}` };
}

/** Only the series at or above the bound. */
export function atLeast<Label extends string>(vector: Vector<Label>, bound: number): Vector<Label> {
  return { labels: vector.labels, promql: `${vector.promql} >= ${bound}` };
}

/** The first less the second; both have the same labels. */
export function minus<Label extends string>(
  first: Vector<Label>,
  second: Vector<NoInfer<Label>>,
): Vector<Label> {
  return { labels: first.labels, promql: `(${first.promql} - ${second.promql})` };
}

/** The first divided by the second; both have the same labels. */
export function per<Label extends string>(
  first: Vector<Label>,
  second: Vector<NoInfer<Label>>,
): Vector<Label> {
  return { labels: first.labels, promql: `${first.promql} / ${second.promql}` };
}

/** So many times the vector. */
export function times<Label extends string>(factor: number, vector: Vector<Label>): Vector<Label> {
  return { labels: vector.labels, promql: `${factor} * (${vector.promql})` };
}

/** The vector, to the nearest multiple of a step. */
export function toNearest<Label extends string>(step: number, vector: Vector<Label>): Vector<Label> {
  return { labels: vector.labels, promql: `round(${vector.promql}, ${step})` };
}

/** Of the first what stands so to the second, which has the same labels. */
export function compared<Label extends string>(
  first: Vector<Label>,
  operator: '>=' | '>' | '<=' | '<',
  second: Vector<NoInfer<Label>>,
): Vector<Label> {
  return { labels: first.labels, promql: `${first.promql} ${operator} ${second.promql}` };
}

/** The first, where every one of the others has something. */
export function where<Label extends string>(
  first: Vector<Label>,
  ...others: readonly Vector<NoInfer<Label>>[]
): Vector<Label> {
  return { labels: first.labels, promql: [first, ...others].map(({ promql }) => promql).join('\nand\n') };
}

/** The first, where the second, which has fewer labels, has something that agrees in all of those. */
export function within<Label extends string, Fewer extends Label>(
  first: Vector<Label>,
  second: Vector<Fewer>,
): Vector<Label> {
  const promql = `${first.promql}\nand on (${second.labels.join(', ')})\n(${second.promql})`;
  return { labels: first.labels, promql };
}

/** The first, and of the second what the first lacks. */
export function either<Label extends string>(
  first: Vector<Label>,
  second: Vector<NoInfer<Label>>,
): Vector<Label> {
  return { labels: first.labels, promql: `${first.promql}\nor\n${second.promql}` };
}

/** Of the first what the second lacks. */
export function unless<Label extends string>(
  first: Vector<Label>,
  second: Vector<NoInfer<Label>>,
): Vector<Label> {
  return { labels: first.labels, promql: `${first.promql}\nunless\n${second.promql}` };
}

/** Names a label of a vector, as Grafana's legends and variables want it. */
export function labelIn<Label extends string>(vector: Vector<Label>, label: NoInfer<Label>): string {
  if (!vector.labels.includes(label)) throw new RangeError(`${label} is not a label of ${vector.promql}`);
  return label;
}
