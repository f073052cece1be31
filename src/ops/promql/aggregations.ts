import type { Vector } from './selectors.ts';

/** One number of many series: those that agree in the labels `by`. */

/** The sum of all series that agree in the labels `by`. */
export function sum<Label extends string, const By extends readonly NoInfer<Label>[]>(
  vector: Vector<Label>,
  by: By,
): Vector<By[number]> {
  return grouped('sum', vector, by);
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

/** The greatest of all series that agree in the labels `by`. */
export function max<Label extends string, const By extends readonly NoInfer<Label>[]>(
  vector: Vector<Label>,
  by: By,
): Vector<By[number]> {
  return grouped('max', vector, by);
}

/** The least of all series that agree in the labels `by`. */
export function min<Label extends string, const By extends readonly NoInfer<Label>[]>(
  vector: Vector<Label>,
  by: By,
): Vector<By[number]> {
  return grouped('min', vector, by);
}

/** How many series agree in the labels `by`. */
export function count<Label extends string, const By extends readonly NoInfer<Label>[]>(
  vector: Vector<Label>,
  by: By,
): Vector<By[number]> {
  return grouped('count', vector, by);
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
