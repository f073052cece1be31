import { alertNameOf, catalogue, type Fault } from '../faults/index.ts';
import { metrics, type Metric } from '../signals/index.ts';
import { allScripts } from '../../test/faults/scripts/index.ts';
import type { FaultScripts, Script } from '../../test/faults/script.ts';
import {
  annotationsOfAbsence,
  annotationsOfErrors,
  annotationsOfFault,
  labelsOfFault,
  OWN_ALERTS,
  type Annotations,
  type Particulars,
} from './alerts.ts';
import { SCRAPE_SECONDS, scrapeScript, type Scraped } from './replay.ts';

/** A test file of promtool. */
export interface AlertTestFile {
  readonly rule_files: readonly string[];
  readonly evaluation_interval: string;
  readonly tests: readonly AlertTest[];
}

interface AlertTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test: readonly Moment[];
}

interface Moment {
  readonly eval_time: string;
  readonly alertname: string;
  readonly exp_alerts: readonly { readonly exp_labels: Labels; readonly exp_annotations: Annotations }[];
}

type Labels = Readonly<Record<string, string>>;

const SCRAPED_FROM: Labels = { job: 'mcp', instance: 'server-1:9464' };

/** The test files by the id of their alert: one for every alert there is. */
export function alertTestFiles(): ReadonlyMap<string, AlertTestFile> {
  const files = new Map<string, readonly AlertTest[]>(catalogue.map((fault) => [fault.id, testsOf(fault)]));
  files.set(OWN_ALERTS.errors, errorTests());
  files.set(OWN_ALERTS.absent, absenceTests());
  return new Map([...files].map(([id, tests]) => [id, fileOf(tests)]));
}

function testsOf(fault: Fault): AlertTest[] {
  const { quiet } = scriptsOf(fault);
  const faulty = faultyStories(fault);
  return [
    ...faulty.map(({ name, series }) => firing(fault, `fires: ${name}`, series)),
    ...faulty.slice(0, 1).map(({ series }) => youngProcess(fault, series)),
    ...quiet.map((script) => silent(fault, script)),
    othersAtFault(fault),
  ];
}

function scriptsOf(fault: Fault): FaultScripts {
  const scripts = allScripts.find((candidate) => candidate.fault === fault.id);
  if (scripts === undefined) throw new RangeError(`${fault.id} has no scripts`);
  return scripts;
}

function faultyStories(fault: Fault): { readonly name: string; readonly series: readonly Scraped[] }[] {
  return scriptsOf(fault).faulty.map((script) => ({
    name: script.name,
    series: scrapeFaults(fault, script, AFTERWARDS_SECONDS),
  }));
}

function fileOf(tests: readonly AlertTest[]): AlertTestFile {
  return { rule_files: ['../mcp-session-faults.yaml'], evaluation_interval: `${SCRAPE_SECONDS}s`, tests };
}

const MINUTE = 60 / SCRAPE_SECONDS;

/** The quiet after a faulty story: the longest fault that time ends, and a window of as long. */
const AFTERWARDS_SECONDS = 1900;

/** The series of this fault, and of others where the script raises any. */
function scrapeFaults(fault: Fault, script: Script, after: number): Scraped[] {
  const series = scrapeScript(script, [metrics.faults, metrics.faultsActive], 60, after);
  const told = series.filter(
    ({ labels, values }) => labels['fault'] === fault.id || values.some((value) => value > 0),
  );
  // Where one case is not enough for an alert, the same story is told of as many subjects at once.
  return told.map((each) => ({ ...each, values: each.values.map((value) => value * fault.alert.cases) }));
}

function firing(fault: Fault, name: string, series: readonly Scraped[]): AlertTest {
  const begun = seriesOf(metrics.faults, fault, series).values;
  const open = seriesOf(metrics.faultsActive, fault, series).values;
  const onset = begun.findIndex((count) => count >= fault.alert.cases);
  if (onset < 1) throw new RangeError(`${fault.id}: ${name}: never reaches ${fault.alert.cases} cases`);
  const last = begun.length - 1;
  const isOver = open[last] === 0 && begun[last] === begun[last - windowOf(fault)];
  return testOf(name, series, [
    at(onset - 1, fault.id),
    at(onset, fault.id, alertOf(fault, begun[onset] as number, vantageOf(series))),
    ...(isOver ? [at(last, fault.id)] : []),
  ]);
}

/** The process began after the fault did: its first scrape finds a counter that `increase` cannot see rise. */
function youngProcess(fault: Fault, series: readonly Scraped[]): AlertTest {
  const onset = seriesOf(metrics.faults, fault, series).values.findIndex(
    (count) => count >= fault.alert.cases,
  );
  const found = seriesOf(metrics.faultsActive, fault, series).values[onset] as number;
  const rest = series.map((each) => ({ ...each, values: each.values.slice(onset, onset + MINUTE) }));
  return testOf('fires: the first scrape of a young process finds the fault there', rest, [
    at(0, fault.id, alertOf(fault, found, vantageOf(series))),
  ]);
}

function silent(fault: Fault, script: Script): AlertTest {
  // Quiet only as long as its story lasts: what is left behind in it may rightly be told an hour later.
  const series = scrapeFaults(fault, script, SCRAPE_SECONDS);
  const length = series[0]?.values.length ?? 0;
  const step = Math.floor(windowOf(fault) / 2);
  const moments = Array.from({ length: Math.ceil(length / step) - 1 }, (_, i) =>
    at((i + 1) * step, fault.id),
  );
  return testOf(`silent: ${script.name}`, series, [...moments, at(length - 1, fault.id)]);
}

/** All other faults at once: the alert of one must not be raised by another. */
function othersAtFault(fault: Fault): AlertTest {
  const others = catalogue.filter((other) => other !== fault);
  const series = others.flatMap((other) => {
    const told = faultyStories(other)[0]?.series ?? [];
    return [metrics.faults, metrics.faultsActive].map((metric) => seriesOf(metric, other, told));
  });
  const onsets = new Set(series.map(({ values }) => values.findIndex((value) => value > 0)));
  const moments = [...onsets].toSorted((a, b) => a - b).map((onset) => at(onset, fault.id));
  return testOf('silent: every fault but this one', series, moments);
}

function seriesOf(metric: Metric, fault: Fault, series: readonly Scraped[]): Scraped {
  const found = series.find(({ name, labels }) => name === metric.name && labels['fault'] === fault.id);
  if (found === undefined) throw new RangeError(`${metric.name} has no series for ${fault.id}`);
  return found;
}

/** Where the watch stood in the story. */
function vantageOf(series: readonly Scraped[]): string {
  return series.find(({ values }) => values.some((value) => value > 0))?.labels['vantage'] ?? 'server';
}

function alertOf(fault: Fault, cases: number, vantage: string): Moment['exp_alerts'][number] {
  const labels = { job: SCRAPED_FROM['job'] as string, vantage, target: 'default' };
  return {
    exp_labels: { ...labels, ...labelsOfFault(fault) },
    exp_annotations: annotationsOfFault(fault, particulars(cases, labels)),
  };
}

function particulars(value: number, labels: Labels): Particulars {
  return { value: String(value), label: (name) => labels[name] ?? '' };
}

/** How many scrapes the window of a fault's alert holds. */
function windowOf({ alert }: Fault): number {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
  const [, count, unit] = /^(\d+)([smhd])$/.exec(alert.window) ?? [];
  const seconds = Number(count) * (units[unit ?? ''] ?? Number.NaN);
  if (!Number.isInteger(seconds)) throw new RangeError(`"${alert.window}" is not a duration of one unit`);
  return seconds / SCRAPE_SECONDS;
}

function testOf(name: string, series: readonly Scraped[], moments: readonly Moment[]): AlertTest {
  const input = series.map((each) => ({ series: textOf(each), values: notation(each.values) }));
  return { name, interval: `${SCRAPE_SECONDS}s`, input_series: input, alert_rule_test: moments };
}

function at(scrape: number, id: string, ...alerts: Moment['exp_alerts']): Moment {
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

const GAP = Number.NaN;

function constant(length: number, value: number): number[] {
  return Array.from({ length }, () => value);
}

function errorTests(): AlertTest[] {
  const series = (values: readonly number[]): Scraped[] => [
    { name: metrics.observerErrors.name, labels: { stage: 'hook' }, values },
    { name: metrics.observerErrors.name, labels: { stage: 'judge' }, values: constant(values.length, 0) },
  ];
  const labels = { ...SCRAPED_FROM, stage: 'hook' };
  const told = {
    exp_labels: { ...labels, severity: 'warning' },
    exp_annotations: annotationsOfErrors(particulars(1, labels)),
  };
  const { errors } = OWN_ALERTS;
  return [
    testOf('fires: one error in the hook, and ends', series([...constant(80, 0), ...constant(80, 1)]), [
      at(79, errors),
      at(80, errors, told),
      at(159, errors),
    ]),
    testOf('silent: an old error is told once', series(constant(160, 3)), [
      at(1, errors),
      at(80, errors),
      at(159, errors),
    ]),
  ];
}

function absenceTests(): AlertTest[] {
  const series = (values: readonly number[]): Scraped[] => [
    { name: metrics.exporterInfo.name, labels: { version: '1.0.0' }, values },
  ];
  const labels = { job: SCRAPED_FROM['job'] as string };
  const told = {
    exp_labels: { ...labels, severity: 'warning' },
    exp_annotations: annotationsOfAbsence(particulars(0, labels)),
  };
  const { absent } = OWN_ALERTS;
  const up = constant(10 * MINUTE, 1);
  return [
    // Without a sample a series is stale five minutes after its last one.
    testOf('fires: a job stops answering', series([...up, ...constant(20 * MINUTE, GAP)]), [
      at(14 * MINUTE, absent),
      at(21 * MINUTE, absent, told),
    ]),
    testOf('silent: a deploy of two minutes', series([...up, ...constant(2 * MINUTE, GAP), ...up]), [
      at(12 * MINUTE, absent),
      at(18 * MINUTE, absent),
      at(22 * MINUTE - 1, absent),
    ]),
    testOf('silent: nothing was ever watched', [], [at(0, absent), at(30 * MINUTE, absent)]),
  ];
}
