import { readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { SETTLE_MS } from '../../../src/recording/index.ts';
import { metricList, metrics, type Metric, type Sample } from '../../../src/signals/index.ts';
import { tellRecording, type ToldRecording } from '../../support/told-recording.ts';

const FAULTY = join(import.meta.dirname, '../../corpus/faulty');

/** The faults of which there is a recording of real traffic. */
export const recordedFaults = readdirSync(FAULTY).toSorted();

/** A program that is scraped before and after it has seen the recordings: each as a target that is called as its fault. */
export interface RecordedFaults {
  readonly server: Server;
  /** From now on its answers tell what was recorded. */
  tellAll(): void;
  /** How often it was scraped. */
  scrapes(): number;
}

/** Makes {@link RecordedFaults}; the server does not listen yet. */
export async function serveRecordedFaults(): Promise<RecordedFaults> {
  const recordings = (await Promise.all(recordedFaults.map(open))).flat();
  const before = seriesOf(recordings);
  for (const told of recordings) told.passTo(told.seconds + SETTLE_MS / 1000);
  const after = seriesOf(recordings);
  // What never moves says nothing, and would make the scrape forty times as long.
  const moving = new Set([...after].filter(([, value]) => value > 0).map(([key]) => key));
  let [scrapes, text] = [0, expositionOf(before, moving)];
  const server = createServer((_request, response) => {
    scrapes++;
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(text);
  });
  return { server, scrapes: () => scrapes, tellAll: () => void (text = expositionOf(after, moving)) };
}

/** So many subjects are told each story at once: enough for what one case, or a few, must not raise. */
const CROWD = 12;

function open(id: string): Promise<ToldRecording[]> {
  const files = readdirSync(join(FAULTY, id)).filter((name) => name.endsWith('.jsonl'));
  return Promise.all(files.map((file) => tellRecording(join(FAULTY, id, file), id)));
}

/** The values by series. What belongs to the process is told by each recording alike, and stands there once. */
function seriesOf(recordings: readonly ToldRecording[]): Map<string, number> {
  const series = new Map<string, number>();
  for (const metric of metricList.filter(({ type }) => type !== 'histogram'))
    for (const told of recordings)
      for (const sample of told.samples(metric)) {
        const key = keyOf(metric, sample);
        const known = sample.labels['target'] === undefined ? 0 : (series.get(key) ?? 0);
        series.set(key, known + sample.value * (isOfMany(metric) ? CROWD : 1));
      }
  return series;
}

/** A sum over all subjects, which grows with them. */
function isOfMany(metric: Metric): boolean {
  return metric.type === 'counter' || metric === metrics.faultsActive;
}

function keyOf({ name }: Metric, { labels }: Sample): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return `${name}{${pairs.join()}}`;
}

function expositionOf(series: ReadonlyMap<string, number>, told: ReadonlySet<string>): string {
  return [...told].map((key) => `${key} ${series.get(key) ?? 0}\n`).join('');
}
