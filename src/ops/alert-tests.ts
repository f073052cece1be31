import { catalogue, isJudged, type JudgedFault } from '../faults/index.ts';
import { metrics, type Metric } from '../signals/index.ts';
import { allScripts } from '../../test/faults/scripts/index.ts';
import type { FaultScripts, Script } from '../../test/faults/script.ts';
import { capacityTests } from './alert-tests/capacity-tests.ts';
import { exporterTests } from './alert-tests/exporter-tests.ts';
import { probeTests } from './alert-tests/probe-tests.ts';
import { recoveryTests } from './alert-tests/recovery-tests.ts';
import { secondsOf } from './duration.ts';
import {
  at,
  SCRAPED_FROM,
  testFileOf,
  testOf,
  toldBy,
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
      (fault) =>
        [
          fault.id,
          isJudged(fault) ? testFileOf('mcp-session-faults.yaml', testsOf(fault)) : ruleTestFile(fault),
        ] as const,
    ),
    ...recoveryTests(),
    ...capacityTests(),
    ...probeTests(),
    ...exporterTests(),
  ]);
}

function testsOf(fault: JudgedFault): AlertTest[] {
  const { quiet } = scriptsOf(fault);
  const faulty = faultyStories(fault);
  return [
    ...faulty.map((story, i) => firing(fault, story, i === 0)),
    ...faulty.slice(0, 1).map(({ series }) => youngProcess(fault, series)),
    ...paging(fault),
    ...quiet.map((script) => silent(fault, script)),
  ];
}

/** The first story again, of as many subjects as somebody is woken for. */
function paging(fault: JudgedFault): AlertTest[] {
  const { pages } = fault.alert;
  const [script] = scriptsOf(fault).faulty;
  if (pages === undefined || script === undefined) return [];
  const series = scrapeFaults(fault, script, AFTERWARDS_SECONDS, pages.cases);
  return [firing(fault, { name: `${script.name}, ${pages.cases} times`, series }, false)];
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

/** The quiet after a faulty story: the longest fault that time ends, and a window of as long. */
const AFTERWARDS_SECONDS = 1900;

/** The series of this fault, and of others where the script raises any. */
function scrapeFaults(
  fault: JudgedFault,
  script: Script,
  after: number,
  subjects = fault.alert.cases,
): Scraped[] {
  const series = scrapeScript(script, [metrics.faults, metrics.faultsActive], 60, after);
  const told = series.filter(
    ({ labels, values }) => labels['fault'] === fault.id || values.some((value) => value > 0),
  );
  // Where one case is not enough for an alert, the same story is told of as many subjects at once.
  return told.map((each) => ({ ...each, values: each.values.map((value) => value * subjects) }));
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
    at(onset, fault.id, ...alertsOf(fault, begun[onset] as number, vantageOf(series))),
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
    at(0, fault.id, ...alertsOf(fault, found, vantageOf(series))),
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

/** So many cases are told by one rule, or by two where they are enough to page for. */
function alertsOf({ id, alert }: JudgedFault, cases: number, vantage: string): Moment['exp_alerts'] {
  const labels = { ...SCRAPED_FROM, vantage, target: 'default' };
  const loud = alert.pages !== undefined && cases >= alert.pages.cases;
  return [alert.severity, ...(loud ? (['critical'] as const) : [])].map((severity) =>
    toldBy(id, severity, labels, cases),
  );
}

/** How many scrapes the window of a fault's alert holds. */
function windowOf({ alert }: JudgedFault): number {
  return secondsOf(alert.window) / SCRAPE_SECONDS;
}
