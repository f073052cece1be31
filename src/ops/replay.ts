import { Registry } from 'prom-client';
import { exposeToPrometheus } from '../sinks/prometheus.ts';
import { createObserver, type Observer } from '../observer.ts';
import { metricList, type Counts, type Metric, type Sample } from '../signals/index.ts';
import { START, tell, type Script } from '../../test/faults/script.ts';
import { allScripts } from '../../test/faults/scripts/index.ts';

/** How often a replay is scraped, in seconds of its own time: as often as Prometheus does unless told otherwise. */
export const SCRAPE_SECONDS = 60;

/** One series as a scraper would have it: a value every {@link SCRAPE_SECONDS}, from the start on. */
export interface Scraped {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

/** Tells a script with some quiet before and after it, and scrapes these metrics all the while. */
export function scrapeScript(
  script: Script,
  of: readonly Metric[],
  before: number,
  after: number,
): Scraped[] {
  const rounds: Sample[][][] = [];
  const around: Script = {
    ...script,
    tell(wire) {
      wire.pass(before);
      script.tell(wire);
      wire.pass(after);
    },
  };
  tell(around, {}, ({ observer, now }) => {
    // What one exchange took may be longer than the time between two scrapes.
    while (now - START >= rounds.length * SCRAPE_SECONDS * 1000) {
      rounds.push(of.map((metric) => observer.counts.samples(metric)));
    }
  });
  return of.flatMap((metric, m) =>
    (rounds[0]?.[m] ?? []).map(({ labels }, i) => ({
      name: metric.name,
      labels,
      values: rounds.map((round) => round[m]?.[i]?.value ?? 0),
    })),
  );
}

/** The whole exposition after every script was told, each to an observer of its own, and all counts were added. */
export async function exposeAllScripts(): Promise<string> {
  const scripts = allScripts.flatMap(({ faulty, quiet }) => [...faulty, ...quiet]);
  const registry = new Registry();
  exposeToPrometheus({ counts: addedUp(scripts.map((script) => tell(script))), refresh: () => {} }, registry);
  return registry.metrics();
}

/** What a new observer shows, and to it what every one of these has counted since it was new. */
function addedUp(observers: readonly Observer[]): Counts {
  const created = createObserver({ now: () => START }).counts;
  const told = new Map(metricList.map((metric) => [metric, sumOf(metric, created, observers)]));
  return { ...created, samples: (metric) => told.get(metric) ?? [] };
}

function sumOf(metric: Metric, created: Counts, observers: readonly Observer[]): Sample[] {
  const zero = new Map(created.samples(metric).map((sample) => [keyOf(sample), sample]));
  const sums = new Map(zero);
  for (const { counts } of observers) {
    for (const sample of counts.samples(metric)) {
      const key = keyOf(sample);
      sums.set(key, plus(sums.get(key), sample, zero.get(key)));
    }
  }
  const samples = [...sums];
  // In the order of the table, not in that in which the stories were told: a new one then moves no line.
  if (!metric.bornAtZero) samples.sort(([a], [b]) => (a < b ? -1 : 1));
  return samples.map(([, sample]) => sample);
}

function keyOf({ labels }: Sample): string {
  return JSON.stringify(labels);
}

function plus(sum: Sample | undefined, more: Sample, zero: Sample | undefined): Sample {
  return {
    labels: more.labels,
    value: (sum?.value ?? 0) + more.value - (zero?.value ?? 0),
    buckets: more.buckets?.map((count, i) => (sum?.buckets?.[i] ?? 0) + count - (zero?.buckets?.[i] ?? 0)),
    sum: (sum?.sum ?? 0) + more.sum - (zero?.sum ?? 0),
    exemplars: undefined,
  };
}
