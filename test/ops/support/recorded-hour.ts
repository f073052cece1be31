import type { Metric, Sample } from '../../../src/signals/index.ts';
import { SCRAPE_SECONDS, type Scraped } from '../../../src/ops/replay.ts';
import { tellRecording, type ToldRecording } from '../../support/told-recording.ts';

/** A recording, and what its server is called. */
export interface Recorded {
  readonly target: string;
  readonly file: string;
}

/** A recording that begins at a moment of the hour. */
export interface Placed {
  readonly from: number;
  readonly told: ToldRecording;
}

/**
 * Spreads the recordings of each target evenly over so many seconds: clients come and go all the while. One that would
 * not end in them begins as late as it may.
 */
export async function startingAt(recordings: readonly Recorded[], seconds: number): Promise<Placed[]> {
  const targets = Map.groupBy(recordings, ({ target }) => target);
  const placed = [...targets.values()].map((ofTarget) =>
    Promise.all(
      ofTarget.map(async ({ file, target }, i) => {
        const told = await tellRecording(file, target);
        const last = Math.max(0, seconds - told.seconds);
        return { told, from: Math.min((i * seconds) / ofTarget.length, last) };
      }),
    ),
  );
  return (await Promise.all(placed)).flat();
}

/**
 * What a scraper saw in so many seconds: the recordings with their pauses as they were, all in one process. Series
 * that stay 0 are left out, but for one of each metric.
 */
export async function scrapeHour(
  placed: readonly Placed[],
  of: readonly Metric[],
  seconds: number,
): Promise<Scraped[]> {
  const series = new Map<string, { name: string; labels: Scraped['labels']; values: number[] }>();
  const rounds = seconds / SCRAPE_SECONDS + 1;
  for (let round = 0; round < rounds; round++) {
    const now = round * SCRAPE_SECONDS;
    for (const { from, told } of placed) {
      if (now >= from) told.passTo(now - from);
      for (const metric of of) for (const part of partsOf(metric, movedOf(told, metric))) add(part, round);
    }
  }
  const all = [...series.values()];
  return all.filter(
    (each) => each.values.some((value) => value > 0) || all.find(({ name }) => name === each.name) === each,
  );

  /** What belongs to a target adds up; what belongs to the process is there once. */
  function add({ name, labels, value }: Part, round: number): void {
    const key = JSON.stringify([name, labels]);
    const known = series.get(key) ?? { name, labels, values: Array.from({ length: rounds }, () => 0) };
    series.set(key, known);
    const before = known.values[round] as number;
    known.values[round] = labels['target'] === undefined ? Math.max(before, value) : before + value;
  }
}

interface Part {
  readonly name: string;
  readonly labels: Scraped['labels'];
  readonly value: number;
}

/** Without those at 0, where every series begins, but for one. */
function movedOf(told: ToldRecording, metric: Metric): readonly Sample[] {
  return told.samples(metric).filter(({ value }, i) => value !== 0 || i === 0);
}

/** A histogram as it is scraped. */
function partsOf({ name, buckets }: Metric, samples: readonly Sample[]): Part[] {
  return samples.flatMap(({ labels, value, sum, buckets: counted }) => {
    if (counted === undefined) return [{ name, labels, value }];
    return [
      ...counted.map((count, i) => ({
        name: `${name}_bucket`,
        labels: { ...labels, le: String(buckets[i] ?? '+Inf') },
        value: count,
      })),
      { name: `${name}_sum`, labels, value: sum },
      { name: `${name}_count`, labels, value },
    ];
  });
}
