import { alertNameOf } from '../faults/index.ts';
import { SCRAPE_SECONDS, type Scraped } from './replay.ts';
import type { Particulars, RuleFile, Severity } from './rules/definition.ts';
import { definitionOf } from './rules/definitions.ts';
import { annotationsOf, conditionOf, labelsOf, type Annotations } from './rules/render.ts';

/** A test file of promtool. */
export interface AlertTestFile {
  readonly rule_files: readonly string[];
  readonly evaluation_interval: string;
  readonly tests: readonly AlertTest[];
}

/** The tests of an alert that is shipped in this file; its rules are evaluated every so many seconds. */
export function testFileOf(
  file: RuleFile,
  tests: readonly AlertTest[],
  everySeconds = SCRAPE_SECONDS,
): AlertTestFile {
  return { rule_files: [`../${file}`], evaluation_interval: `${everySeconds}s`, tests };
}

/** One test of a file: series, and what must be told at which moments. */
export interface AlertTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test: readonly Moment[];
  readonly promql_expr_test?: readonly Reading[];
}

/** What an expression must come to at one moment. */
export interface Reading {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
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
  return {
    value: value.toFixed(0),
    percent: `${Number((value * 100).toPrecision(4))}%`,
    label: (name) => labels[name] ?? '',
    inUrl: (name) => encodeURIComponent(labels[name] ?? ''),
  };
}

/** What an alert tells by the rule of this severity: of the labels those that its condition leaves. */
export function toldBy(
  id: string,
  severity: Severity,
  labels: Labels,
  value: number,
): Moment['exp_alerts'][number] {
  const definition = definitionOf(id);
  const level = definition.levels.find((each) => each.severity === severity);
  if (level === undefined) throw new RangeError(`${id} has no rule that is ${severity}`);
  const names = conditionOf(definition, level).labels;
  const left = Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
  return {
    exp_labels: { ...left, ...labelsOf(definition, severity) },
    exp_annotations: annotationsOf(definition, names, particulars(value, left)),
  };
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

/** At this scrape what was recorded under this name must have just this value. */
export function recordedAt(scrape: number, name: string, labels: Labels, value: number): Reading {
  const exp_samples = [{ labels: seriesText(name, labels), value }];
  return { expr: name, eval_time: `${scrape * SCRAPE_SECONDS}s`, exp_samples };
}

function textOf({ name, labels }: Scraped): string {
  return seriesText(name, { ...SCRAPED_FROM, ...labels });
}

function seriesText(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
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
