import type { TraceContext } from '../exchange/index.ts';
import { columnOf, type Column, type Dimensions, type Labels, type Place } from './column.ts';
import type { LabelName, LabelValues } from './labels.ts';
import type { Metric } from './metric.ts';
import { metricList } from './metrics.ts';

/** A span that a number came from. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
  /** The value that was observed, or added. */
  readonly value: number;
  /** Ms since the epoch. */
  readonly at: number;
}

/** One time series as it stands. `buckets` are cumulative, and belong to histograms. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  readonly buckets: readonly number[] | undefined;
  readonly sum: number;
  /** The latest of each bucket, or of the counter; undefined when there is none at all. */
  readonly exemplars: readonly (Exemplar | undefined)[] | undefined;
}

/** Told of every value that goes into a histogram, with the series it went to and the span it came from. */
export type ObservationListener = (
  metric: Metric,
  value: number,
  labels: Labels,
  trace: TraceContext | undefined,
) => void;

type Tuple<L extends readonly LabelName[]> = { readonly [I in keyof L]: LabelValues[L[I] & LabelName] };

/**
 * All counts, as plain numbers in arrays: counting is an addition, and every sink reads the same numbers. A label
 * value that is not on its list counts as the list's last, which is `other` wherever one can occur.
 */
export interface Counts {
  /** Adds to a counter or gauge. */
  add<L extends readonly LabelName[]>(metric: Metric<L>, by: number, ...labels: Tuple<L>): void;
  /** Sets a gauge. */
  set<L extends readonly LabelName[]>(metric: Metric<L>, value: number, ...labels: Tuple<L>): void;
  /** Sets all series of a gauge to 0. */
  clear(metric: Metric): void;
  /** Takes a value into a histogram. */
  observe<L extends readonly LabelName[]>(metric: Metric<L>, value: number, ...labels: Tuple<L>): void;
  /** What is counted from here on, at the time `at`, came from this span; from none when it is undefined. */
  pointTo(trace: TraceContext | undefined, at: number): void;
  /** Calls `listener` with every value observed; answers a function that stops that. */
  onObserve(listener: ObservationListener): () => void;
  /** Every series of a metric. */
  samples(metric: Metric): Sample[];
  /** How many series there can ever be, histogram buckets counted one by one. */
  readonly ceiling: number;
}

/** Makes {@link Counts} with everything at 0. */
export function createCounts(dimensions: Dimensions): Counts {
  const columns = new Map<Metric, Column>(metricList.map((metric) => [metric, columnOf(metric, dimensions)]));
  const column = (metric: Metric): Column => columns.get(metric) as Column;
  const exemplars = new Map<Metric, Map<number, Exemplar>>();
  let listeners: readonly ObservationListener[] = [];
  let origin: { readonly trace: TraceContext; readonly at: number } | undefined;

  function exemplify(metric: Metric, slot: number, value: number): void {
    if (origin === undefined || !metric.exemplars || !isSampled(origin.trace)) return;
    const of = exemplars.get(metric) ?? new Map<number, Exemplar>();
    exemplars.set(metric, of.set(slot, exemplarOf(origin.trace, value, origin.at)));
  }

  return {
    add: (metric, by, ...labels) => {
      const of = column(metric);
      const { at } = of.place(labels);
      const { values } = of;
      values[at] = (values[at] as number) + by;
      if (origin !== undefined) exemplify(metric, at, by);
    },
    set: (metric, value, ...labels) => {
      const of = column(metric);
      const { at } = of.place(labels);
      of.values[at] = value;
    },
    clear: (metric) => void column(metric).values.fill(0),
    observe: (metric, value, ...labels) => {
      const of = column(metric);
      const place = of.place(labels);
      const { values, width } = of;
      const bucket = place.at + bucketOf(metric.buckets, value);
      const sum = place.at + width - 1;
      values[bucket] = (values[bucket] as number) + 1;
      values[sum] = (values[sum] as number) + value;
      if (origin !== undefined) exemplify(metric, bucket, value);
      for (const listener of listeners) listener(metric, value, place.labels, origin?.trace);
    },
    pointTo: (trace, at) => {
      origin = trace === undefined ? undefined : { trace, at };
    },
    onObserve(listener) {
      listeners = [...listeners, listener];
      return () => {
        listeners = listeners.filter((other) => other !== listener);
      };
    },
    samples: (metric) => samplesOf(metric, column(metric), exemplars.get(metric)),
    ceiling: [...columns].reduce((sum, [metric, of]) => sum + ceilingOf(metric, of), 0),
  };
}

/** Of a histogram the count is told as well; it is kept as the bucket without bound. */
function ceilingOf(metric: Metric, { ceiling, width }: Column): number {
  return ceiling * (metric.type === 'histogram' ? width + 1 : width);
}

/** A span that nobody keeps is no example. */
function isSampled({ traceparent }: TraceContext): boolean {
  return (Number.parseInt(traceparent.slice(-2), 16) & 1) === 1;
}

function exemplarOf({ traceparent }: TraceContext, value: number, at: number): Exemplar {
  const [, traceId = '', spanId = ''] = traceparent.split('-');
  return { traceId, spanId, value, at };
}

function bucketOf(buckets: readonly number[], value: number): number {
  let i = 0;
  while (i < buckets.length && value > (buckets[i] as number)) i++;
  return i;
}

function samplesOf(
  metric: Metric,
  column: Column,
  exemplars: ReadonlyMap<number, Exemplar> | undefined,
): Sample[] {
  const samples: Sample[] = [];
  for (const place of column.places) {
    const sample = sampleAt(place, metric, column, exemplars);
    if (sample.value !== 0 || metric.bornAtZero) samples.push(sample);
  }
  return samples;
}

function sampleAt(
  { at, labels }: Place,
  metric: Metric,
  { values, width }: Column,
  exemplars: ReadonlyMap<number, Exemplar> | undefined,
): Sample {
  const isHistogram = metric.type === 'histogram';
  const slots = isHistogram ? width - 1 : 1;
  const pointers =
    exemplars === undefined ? undefined : Array.from({ length: slots }, (_, i) => exemplars.get(at + i));
  if (!isHistogram)
    return { labels, value: values[at] as number, buckets: undefined, sum: 0, exemplars: pointers };
  const buckets: number[] = [];
  let count = 0;
  for (let i = 0; i < slots; i++) buckets.push((count += values[at + i] as number));
  return { labels, value: count, buckets, sum: values[at + width - 1] as number, exemplars: pointers };
}
