import type { Vector } from './selectors.ts';

/** Vectors with numbers and with each other. Where two are joined, their labels say so, and the types hold them to it. */

/** Only the series above the bound. */
export function above<Label extends string>(vector: Vector<Label>, bound: number): Vector<Label> {
  return { labels: vector.labels, promql: `${vector.promql} > ${bound}` };
}

/** Only the series at or above the bound. */
export function atLeast<Label extends string>(vector: Vector<Label>, bound: number): Vector<Label> {
  return { labels: vector.labels, promql: `${vector.promql} >= ${bound}` };
}

/**
 * Only the series that count so many or more. Half of one is forgiven: `increase` extrapolates what it saw to the whole
 * window, and rounding may take it below the true count.
 */
export function reached<Label extends string>(vector: Vector<Label>, count: number): Vector<Label> {
  return atLeast(vector, count - 0.5);
}

/** Only the series below the bound. */
export function below<Label extends string>(vector: Vector<Label>, bound: number): Vector<Label> {
  return { labels: vector.labels, promql: `${vector.promql} < ${bound}` };
}

/** Only the series that are 0. */
export function atZero<Label extends string>(vector: Vector<Label>): Vector<Label> {
  return { labels: vector.labels, promql: `${vector.promql} == 0` };
}

/** Without the series of which there is nothing to tell: a quantile of no observation is no number. */
export function measured<Label extends string>(vector: Vector<Label>): Vector<Label> {
  return atLeast(vector, 0);
}

/** Of the first what stands so to the second, which has the same labels. */
export function compared<Label extends string>(
  first: Vector<Label>,
  operator: '>=' | '>' | '<=' | '<',
  second: Vector<NoInfer<Label>>,
): Vector<Label> {
  return { labels: first.labels, promql: `${first.promql} ${operator} ${second.promql}` };
}

/** The first less the second; both have the same labels. */
export function minus<Label extends string>(
  first: Vector<Label>,
  second: Vector<NoInfer<Label>>,
): Vector<Label> {
  return { labels: first.labels, promql: `(${first.promql} - ${second.promql})` };
}

/** So many times the vector. */
export function times<Label extends string>(factor: number, vector: Vector<Label>): Vector<Label> {
  return { labels: vector.labels, promql: `${factor} * (${vector.promql})` };
}

/** The vector, of which all is meant, in another unit. */
export function dividedBy<Label extends string>(vector: Vector<Label>, unit: number): Vector<Label> {
  return { labels: vector.labels, promql: `${whole(vector).promql} / ${unit}` };
}

/** The vector, to the nearest multiple of a step. */
export function toNearest<Label extends string>(step: number, vector: Vector<Label>): Vector<Label> {
  return { labels: vector.labels, promql: `round(${vector.promql}, ${step})` };
}

/** What the first is of the second, 0 included, where there is anything of the second; both have the same labels. */
export function ratio<Label extends string>(part: Vector<Label>, of: Vector<NoInfer<Label>>): Vector<Label> {
  return { labels: part.labels, promql: `${part.promql} / (${of.promql} > 0)` };
}

/** What each part is of its whole. The whole has fewer labels than the parts; a whole of nothing has no parts. */
export function share<Part extends string, Whole extends Part>(
  part: Vector<Part>,
  of: Vector<Whole>,
): Vector<Part> {
  const promql = `${part.promql} / on (${of.labels.join(', ')}) group_left () (${of.promql} > 0)`;
  return { labels: part.labels, promql };
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

/** Of the first what the second, which has fewer labels, lacks in all of those. */
export function without<Label extends string, Fewer extends Label>(
  first: Vector<Label>,
  second: Vector<Fewer>,
): Vector<Label> {
  const promql = `${first.promql}\nunless on (${second.labels.join(', ')})\n(${second.promql})`;
  return { labels: first.labels, promql };
}

/** The vector in brackets, so that what follows is asked of the whole. */
export function whole<Label extends string>(vector: Vector<Label>): Vector<Label> {
  return { labels: vector.labels, promql: `(\n${vector.promql}\n)` };
}
