import type { Metric } from '../../signals/index.ts';
import type { Script } from '../../../test/faults/script.ts';
import { SCRAPE_SECONDS, scrapeScript, type Scraped } from '../replay.ts';

/** Scrapes a minute. */
export const MINUTE = 60 / SCRAPE_SECONDS;

/** Scrapes an hour. */
export const HOUR = 60 * MINUTE;

/** No sample: the target was not scraped, or did not tell it. */
export const GAP = Number.NaN;

/** So many scrapes with the same value. */
export function constant(length: number, value: number): number[] {
  return Array.from({ length }, () => value);
}

/** A series of one metric. */
export function seriesOf(
  { name }: Pick<Metric, 'name'>,
  labels: Readonly<Record<string, string>>,
  values: readonly number[],
): Scraped {
  return { name, labels, values };
}

/** The series of these metrics while a story is told, and for so many minutes after it; without those that stay at 0. */
export function scraped(
  story: Pick<Script, 'name' | 'tell'>,
  of: readonly Metric[],
  minutesAfter = 1,
): Scraped[] {
  return scrapeScript(story, of, 0, minutesAfter * 60).filter(({ values }) =>
    values.some((value) => value > 0),
  );
}
