import { CLOSED_LABELS, canOccur, type LabelName, type Metric } from '../signals/index.ts';

/**
 * The most series that twenty targets, seen from one vantage point, may ever have together: a scrape of that many
 * was measured to hold up a program's event loop for 120 to 210 ms.
 */
export const SERIES_CEILING = 50_000;

/** How many series a metric can have for one vantage point and one target, as Prometheus counts them. */
export function seriesOf(metric: Metric): number {
  const combinations = combinationsOf(metric.labels).filter(canOccur).length;
  // Beside its buckets a histogram has one without bound, the sum and the count.
  return metric.type === 'histogram' ? combinations * (metric.buckets.length + 3) : combinations;
}

function combinationsOf(labels: readonly LabelName[]): Partial<Record<LabelName, string>>[] {
  let rows: Partial<Record<LabelName, string>>[] = [{}];
  for (const label of labels) {
    if (!(label in CLOSED_LABELS)) continue;
    const values = CLOSED_LABELS[label as keyof typeof CLOSED_LABELS];
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [label]: value })));
  }
  return rows;
}
