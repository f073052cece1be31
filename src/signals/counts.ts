import { canOccur, CLOSED_LABELS, type LabelName, type LabelValues } from './labels.ts';
import { metricList, type Metric } from './metrics.ts';

/** The values of the labels that only an observer knows. */
export interface Dimensions {
  readonly vantages: readonly string[];
  /** The names a target may have. Of several the last is always `other`; a single one takes everything. */
  readonly targets: readonly string[];
  readonly version: string;
}

/** One time series as it stands. `buckets` are cumulative, and belong to histograms. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly buckets: readonly number[] | undefined;
  readonly sum: number;
}

type Tuple<L extends readonly LabelName[]> = { readonly [I in keyof L]: LabelValues[L[I] & LabelName] };

/**
 * All counts, as plain numbers in fixed arrays: counting is an addition, and every sink reads the same numbers.
 * A label value that is not on its list counts as the list's last, which is `other` wherever one can occur.
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
  /** Every series of a metric. */
  samples(metric: Metric): Sample[];
  /** How many series there can ever be, histogram buckets counted one by one. */
  readonly ceiling: number;
}

/** Makes {@link Counts} with everything at 0. */
export function createCounts(dimensions: Dimensions): Counts {
  const columns = new Map<Metric, Column>(metricList.map((metric) => [metric, columnOf(metric, dimensions)]));
  const column = (metric: Metric): Column => columns.get(metric) as Column;
  let ceiling = 0;
  for (const [{ type }, { real, width }] of columns) {
    // Of a histogram the count is told as well; it is kept as the bucket without bound.
    ceiling += real.length * (type === 'histogram' ? width + 1 : width);
  }
  return {
    add: (metric, by, ...labels) => {
      const { values, index } = column(metric);
      const at = index(labels);
      values[at] = (values[at] as number) + by;
    },
    set: (metric, value, ...labels) => {
      const { values, index } = column(metric);
      values[index(labels)] = value;
    },
    clear: (metric) => void column(metric).values.fill(0),
    observe: (metric, value, ...labels) => {
      const { values, index, width } = column(metric);
      const at = index(labels) * width;
      const bucket = bucketOf(metric.buckets, value);
      values[at + bucket] = (values[at + bucket] as number) + 1;
      values[at + width - 1] = (values[at + width - 1] as number) + value;
    },
    samples: (metric) => samplesOf(metric, column(metric)),
    ceiling,
  };
}

interface Column {
  readonly values: Float64Array;
  /** Numbers kept for a series: one, or a bucket each, the one without bound, and the sum. */
  readonly width: number;
  readonly index: (labels: readonly string[]) => number;
  readonly real: readonly { readonly at: number; readonly labels: Readonly<Record<string, string>> }[];
}

function columnOf(metric: Metric, dimensions: Dimensions): Column {
  const lists = metric.labels.map((label) => valuesOf(label, dimensions));
  const positions = lists.map((list) => new Map(list.map((value, i) => [value, i])));
  const size = lists.reduce((product, list) => product * list.length, 1);
  const width = metric.type === 'histogram' ? metric.buckets.length + 2 : 1;
  const locate = (labels: readonly string[]): number =>
    labels.reduce((at, label, i) => {
      const { length } = lists[i] as readonly string[];
      return at * length + ((positions[i] as Map<string, number>).get(label) ?? length - 1);
    }, 0);
  let latest: readonly string[] = [];
  let latestAt = locate(latest);
  return {
    values: new Float64Array(size * width),
    width,
    // What is counted was mostly counted just before: comparing is cheaper than looking up.
    index(labels) {
      if (!isSame(labels, latest)) {
        latestAt = locate(labels);
        latest = labels;
      }
      return latestAt;
    },
    real: combinations(metric.labels, lists).filter(({ labels }) => canOccur(labels)),
  };
}

function isSame(labels: readonly string[], others: readonly string[]): boolean {
  for (let i = 0; i < labels.length; i++) if (labels[i] !== others[i]) return false;
  return true;
}

function valuesOf(label: LabelName, dimensions: Dimensions): readonly string[] {
  if (label === 'vantage') return dimensions.vantages;
  if (label === 'version') return [dimensions.version];
  if (label === 'target') return targetsOf(dimensions.targets);
  return CLOSED_LABELS[label];
}

function targetsOf(targets: readonly string[]): readonly string[] {
  return targets.length < 2 ? targets : [...targets.filter((target) => target !== 'other'), 'other'];
}

function combinations(names: readonly LabelName[], lists: readonly (readonly string[])[]): Column['real'] {
  let rows: { at: number; labels: Record<string, string> }[] = [{ at: 0, labels: {} }];
  names.forEach((name, i) => {
    const list = lists[i] as readonly string[];
    rows = rows.flatMap((row) =>
      list.map((value, j) => ({ at: row.at * list.length + j, labels: { ...row.labels, [name]: value } })),
    );
  });
  return rows;
}

function bucketOf(buckets: readonly number[], value: number): number {
  let i = 0;
  while (i < buckets.length && value > (buckets[i] as number)) i++;
  return i;
}

function samplesOf(metric: Metric, { values, width, real }: Column): Sample[] {
  const samples: Sample[] = [];
  for (const { at, labels } of real) {
    if (metric.type !== 'histogram') {
      const value = values[at] as number;
      if (value !== 0 || metric.bornAtZero) samples.push({ labels, value, buckets: undefined, sum: 0 });
      continue;
    }
    const buckets: number[] = [];
    let count = 0;
    for (let i = 0; i < width - 1; i++) buckets.push((count += values[at * width + i] as number));
    samples.push({ labels, value: count, buckets, sum: values[at * width + width - 1] as number });
  }
  return samples;
}
