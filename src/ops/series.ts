import { CLOSED_LABELS, canOccur, type LabelName, type Metric } from '../signals/index.ts';

/**
 * The most series that twenty targets, seen from one vantage point, may ever have together: a scrape of that many
 * was measured to hold up a program's event loop for 120 to 210 ms.
 */
export const SERIES_CEILING = 50_000;

/** How many series a metric can have for one vantage point and one target, as Prometheus counts them. */
export function seriesOf(metric: Metric): number {
  const combinations = combinationsOf(metric.labels);
  const { limit = combinations.length } = metric;
  // What there is no room for is told as one more.
  const places =
    combinations.length > limit
      ? bornOf(metric, combinations) + limit + 1
      : combinations.filter(canOccur).length;
  // Beside its buckets a histogram has one without bound, the sum and the count.
  return metric.type === 'histogram' ? places * (metric.buckets.length + 3) : places;
}

function bornOf(metric: Metric, combinations: readonly Partial<Record<LabelName, string>>[]): number {
  return metric.bornAtZero ? combinations.filter((labels) => (labels.error_type ?? '') === '').length : 0;
}

/** How many there can be in all, as seen from a server. */
export function seriesOfAll(metrics: readonly Metric[]): number {
  const seen = metrics.filter(({ vantages }) => vantages.includes('server'));
  return seen.reduce((sum, metric) => sum + seriesOf(metric), 0);
}

/** No tool, and any: the values of `gen_ai_tool_name` for an observer that was given no names. */
const TOOLS = ['', 'other'];

function combinationsOf(labels: readonly LabelName[]): Partial<Record<LabelName, string>>[] {
  let rows: Partial<Record<LabelName, string>>[] = [{}];
  for (const label of labels) {
    if (!(label in CLOSED_LABELS) && label !== 'gen_ai_tool_name') continue;
    const values = label === 'gen_ai_tool_name' ? TOOLS : CLOSED_LABELS[label as keyof typeof CLOSED_LABELS];
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [label]: value })));
  }
  return rows;
}
