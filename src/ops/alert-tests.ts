import { catalogue, isJudged, type JudgedFault } from '../faults/index.ts';
import { metrics, type Metric } from '../signals/index.ts';
import { allScripts } from '../../test/faults/scripts/index.ts';
import type { FaultScripts, Script } from '../../test/faults/script.ts';
import {
  annotationsOfAbsence,
  annotationsOfErrors,
  annotationsOfFault,
  annotationsOfRefusal,
  labelsOfFault,
  OWN_ALERTS,
} from './alerts.ts';
import {
  at,
  particulars,
  SCRAPED_FROM,
  testOf,
  type AlertTest,
  type AlertTestFile,
  type Moment,
} from './promtool.ts';
import { SCRAPE_SECONDS, scrapeScript, type Scraped } from './replay.ts';
import { ruleTestFile } from './rule-tests.ts';

/** The test files by the id of their alert: one for every alert there is. */
export function alertTestFiles(): ReadonlyMap<string, AlertTestFile> {
  return new Map([
    ...catalogue.map(
      (fault) => [fault.id, isJudged(fault) ? fileOf(testsOf(fault)) : ruleTestFile(fault)] as const,
    ),
    [OWN_ALERTS.errors, fileOf(errorTests())],
    [OWN_ALERTS.absent, fileOf(absenceTests())],
    [OWN_ALERTS.refused, fileOf(refusalTests())],
  ]);
}

function testsOf(fault: JudgedFault): AlertTest[] {
  const { quiet } = scriptsOf(fault);
  const faulty = faultyStories(fault);
  return [
    ...faulty.map((story, i) => firing(fault, story, i === 0)),
    ...faulty.slice(0, 1).map(({ series }) => youngProcess(fault, series)),
    ...quiet.map((script) => silent(fault, script)),
  ];
}

function scriptsOf(fault: JudgedFault): FaultScripts {
  const scripts = allScripts.find((candidate) => candidate.fault === fault.id);
  if (scripts === undefined) throw new RangeError(`${fault.id} has no scripts`);
  return scripts;
}

/** A faulty script, told and scraped. */
interface Story {
  readonly name: string;
  readonly series: readonly Scraped[];
}

function faultyStories(fault: JudgedFault): Story[] {
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
function scrapeFaults(fault: JudgedFault, script: Script, after: number): Scraped[] {
  const series = scrapeScript(script, [metrics.faults, metrics.faultsActive], 60, after);
  const told = series.filter(
    ({ labels, values }) => labels['fault'] === fault.id || values.some((value) => value > 0),
  );
  // Where one case is not enough for an alert, the same story is told of as many subjects at once.
  return told.map((each) => ({ ...each, values: each.values.map((value) => value * fault.alert.cases) }));
}

/** With `alone` no other alert may be told at the onset: the alert of one fault must not be raised by another. */
function firing(fault: JudgedFault, { name, series }: Story, alone: boolean): AlertTest {
  const begun = seriesOf(metrics.faults, fault, series).values;
  const open = seriesOf(metrics.faultsActive, fault, series).values;
  const onset = begun.findIndex((count) => count >= fault.alert.cases);
  if (onset < 1) throw new RangeError(`${fault.id}: ${name}: never reaches ${fault.alert.cases} cases`);
  const last = begun.length - 1;
  const isOver = open[last] === 0 && begun[last] === begun[last - windowOf(fault)];
  const raised = new Set(
    series.filter(({ values }) => values.some((value) => value > 0)).map(({ labels }) => labels['fault']),
  );
  const others = alone ? catalogue.filter(isJudged).filter(({ id }) => !raised.has(id)) : [];
  return testOf(`fires: ${name}`, series, [
    at(onset - 1, fault.id),
    at(onset, fault.id, alertOf(fault, begun[onset] as number, vantageOf(series))),
    ...others.map(({ id }) => at(onset, id)),
    ...(isOver ? [at(last, fault.id)] : []),
  ]);
}

/** The process began after the fault did: its first scrape finds a counter that `increase` cannot see rise. */
function youngProcess(fault: JudgedFault, series: readonly Scraped[]): AlertTest {
  const onset = seriesOf(metrics.faults, fault, series).values.findIndex(
    (count) => count >= fault.alert.cases,
  );
  const found = seriesOf(metrics.faultsActive, fault, series).values[onset] as number;
  const rest = series.map((each) => ({ ...each, values: each.values.slice(onset, onset + 2) }));
  return testOf('fires: the first scrape of a young process finds the fault there', rest, [
    at(0, fault.id, alertOf(fault, found, vantageOf(series))),
  ]);
}

function silent(fault: JudgedFault, script: Script): AlertTest {
  // Quiet only as long as its story lasts: what is left behind in it may rightly be told an hour later.
  const series = scrapeFaults(fault, script, SCRAPE_SECONDS);
  const length = series[0]?.values.length ?? 0;
  const step = Math.floor(windowOf(fault) / 2);
  const moments = Array.from({ length: Math.ceil(length / step) - 1 }, (_, i) =>
    at((i + 1) * step, fault.id),
  );
  return testOf(`silent: ${script.name}`, series, [...moments, at(length - 1, fault.id)]);
}

function seriesOf(metric: Metric, fault: JudgedFault, series: readonly Scraped[]): Scraped {
  const found = series.find(({ name, labels }) => name === metric.name && labels['fault'] === fault.id);
  if (found === undefined) throw new RangeError(`${metric.name} has no series for ${fault.id}`);
  return found;
}

/** Where the watch stood in the story. */
function vantageOf(series: readonly Scraped[]): string {
  return series.find(({ values }) => values.some((value) => value > 0))?.labels['vantage'] ?? 'server';
}

function alertOf(fault: JudgedFault, cases: number, vantage: string): Moment['exp_alerts'][number] {
  const labels = { job: SCRAPED_FROM['job'] as string, vantage, target: 'default' };
  return {
    exp_labels: { ...labels, ...labelsOfFault(fault) },
    exp_annotations: annotationsOfFault(fault, particulars(cases, labels)),
  };
}

/** How many scrapes the window of a fault's alert holds. */
function windowOf({ alert }: JudgedFault): number {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
  const [, count, unit] = /^(\d+)([smhd])$/.exec(alert.window) ?? [];
  const seconds = Number(count) * (units[unit ?? ''] ?? Number.NaN);
  if (!Number.isInteger(seconds)) throw new RangeError(`"${alert.window}" is not a duration of one unit`);
  return seconds / SCRAPE_SECONDS;
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
    testOf('fires: one error in the hook, and ends', series([...constant(20, 0), ...constant(20, 1)]), [
      at(19, errors),
      at(20, errors, told),
      at(39, errors),
    ]),
    testOf('silent: an old error is told once', series(constant(40, 3)), [
      at(1, errors),
      at(20, errors),
      at(39, errors),
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
      at(13 * MINUTE, absent),
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

function refusalTests(): AlertTest[] {
  const series = (values: readonly number[]): Scraped[] => [
    { name: metrics.configReloadSuccessful.name, labels: {}, values },
  ];
  const told = {
    exp_labels: { ...SCRAPED_FROM, severity: 'warning' },
    exp_annotations: annotationsOfRefusal(particulars(0, SCRAPED_FROM)),
  };
  const { refused } = OWN_ALERTS;
  const good = constant(5 * MINUTE, 1);
  return [
    testOf(
      'fires: settings are refused, and ends when others are read',
      series([...good, ...constant(5 * MINUTE, 0), ...good]),
      [at(5 * MINUTE - 1, refused), at(8 * MINUTE, refused, told), at(11 * MINUTE, refused)],
    ),
    testOf('silent: mended at once', series([...good, 0, ...good]), [at(6 * MINUTE, refused)]),
    testOf('silent: a program that reads no settings again', [], [at(10 * MINUTE, refused)]),
  ];
}
