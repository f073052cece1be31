import type { Annotations, Particulars } from './alerts.ts';
import { alertNameOf } from '../faults/index.ts';
import { SCRAPE_SECONDS, type Scraped } from './replay.ts';

/** A test file of promtool. */
export interface AlertTestFile {
  readonly rule_files: readonly string[];
  readonly evaluation_interval: string;
  readonly tests: readonly AlertTest[];
}

/** One test of a file: series, and what must be told at which moments. */
export interface AlertTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test: readonly Moment[];
}

/** What one alert must tell at one moment. */
export interface Moment {
  readonly eval_time: string;
  readonly alertname: string;
  readonly exp_alerts: readonly { readonly exp_labels: Labels; readonly exp_annotations: Annotations }[];
}

/** Labels of a series or an alert. */
export type Labels = Readonly<Record<string, string>>;

/** Whom the series are scraped from. */
export const SCRAPED_FROM: Labels = { job: 'mcp', instance: 'server-1:9464' };

/** What a description names in a test. */
export function particulars(value: number, labels: Labels): Particulars {
  return { value: String(value), label: (name) => labels[name] ?? '' };
}

/** A test of these series, a sample each {@link SCRAPE_SECONDS}. */
export function testOf(name: string, series: readonly Scraped[], moments: readonly Moment[]): AlertTest {
  const input = series.map((each) => ({ series: textOf(each), values: notation(each.values) }));
  return { name, interval: `${SCRAPE_SECONDS}s`, input_series: input, alert_rule_test: moments };
}

/** At this scrape the alert must tell just these; none when there are none. */
export function at(scrape: number, id: string, ...alerts: Moment['exp_alerts']): Moment {
  return { eval_time: `${scrape * SCRAPE_SECONDS}s`, alertname: alertNameOf(id), exp_alerts: alerts };
}

function textOf({ name, labels }: Scraped): string {
  const pairs = Object.entries({ ...SCRAPED_FROM, ...labels }).map(
    ([label, value]) => `${label}=${JSON.stringify(value)}`,
  );
  return `${name}{${pairs.join(', ')}}`;
}

/** Promtool's shorthand: `7x2` is 7 and two more of it; `_x2` is a gap of two. */
function notation(values: readonly number[]): string {
  const runs: { value: number; length: number }[] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run !== undefined && Object.is(run.value, value)) run.length++;
    else runs.push({ value, length: 1 });
  }
  return runs
    .map(({ value, length }) => (Number.isNaN(value) ? `_x${length}` : `${value}x${length - 1}`))
    .join(' ');
}
