import { checked, matched, type ScrapeLabel, type Vector } from '../promql.ts';
import type { Source } from '../source.ts';

/** What rules alone ask Prometheus for: forecasts, ages, what rules recorded, and whether a scrape succeeded. */

/** 1 for each target whose last scrape succeeded, and 0 for each other: Prometheus writes it itself. */
export function scrapeUp({ matchers: { job } }: Source): Vector<ScrapeLabel> {
  const selector = job === undefined ? '' : `{${matched('job', job)}}`;
  return { labels: ['job', 'instance'], promql: `up${selector}` };
}

/** The greatest value of each series of a selector within the window. */
export function greatest<Label extends string>(selector: Vector<Label>, window: string): Vector<Label> {
  return { labels: selector.labels, promql: `max_over_time(${selector.promql}[${checked(window)}])` };
}

/** The most that a vector came to within a long window, looked at every five minutes. */
export function highest<Label extends string>(vector: Vector<Label>, window: string): Vector<Label> {
  return { labels: vector.labels, promql: `max_over_time((${vector.promql})[${checked(window)}:5m])` };
}

/** What a vector comes to in so many seconds, if it goes on as within the window. */
export function ahead<Label extends string>(
  vector: Vector<Label>,
  window: string,
  seconds: number,
): Vector<Label> {
  const promql = `predict_linear((${vector.promql})[${checked(window)}:1m], ${seconds})`;
  return { labels: vector.labels, promql };
}

/** The seconds since each time that a gauge tells. */
export function ageOf<Label extends string>(gauge: Vector<Label>): Vector<Label> {
  return { labels: gauge.labels, promql: `time() - ${gauge.promql}` };
}

/** Only the series below the bound. */
export function below<Label extends string>(vector: Vector<Label>, bound: number): Vector<Label> {
  return { labels: vector.labels, promql: `${vector.promql} < ${bound}` };
}

/** Of the first what the second, which has fewer labels, lacks in all of those. */
export function without<Label extends string, Fewer extends Label>(
  first: Vector<Label>,
  second: Vector<Fewer>,
): Vector<Label> {
  return {
    labels: first.labels,
    promql: `${first.promql}\nunless on (${second.labels.join(', ')})\n(${second.promql})`,
  };
}

/** The vector in brackets, so that what follows is asked of the whole. */
export function whole<Label extends string>(vector: Vector<Label>): Vector<Label> {
  return { labels: vector.labels, promql: `(\n${vector.promql}\n)` };
}

/** The vector, of which all is meant, in another unit. */
export function dividedBy<Label extends string>(vector: Vector<Label>, unit: number): Vector<Label> {
  return { labels: vector.labels, promql: `${whole(vector).promql} / ${unit}` };
}

/** What a rule recorded under this name. */
export function recorded<const Labels extends readonly string[]>(
  name: string,
  labels: Labels,
): Vector<Labels[number]> {
  return { labels, promql: name };
}
