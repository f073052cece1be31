import type { Vantage } from '../../src/exchange/index.ts';
import { createObserver, type Observer } from '../../src/observer.ts';
import { momentOf } from '../../src/recording/in-order.ts';
import { readRecording, type Happening } from '../../src/recording/read-recording.ts';
import type { Metric, Sample } from '../../src/signals/index.ts';

/** A recording that is told bit by bit, as to a process of its own. */
export interface ToldRecording {
  /** How many seconds it lasts. */
  readonly seconds: number;
  /** Tells what happened until so many seconds from its beginning, and lets the rest of that time pass. */
  passTo(seconds: number): void;
  /** What a metric shows then, each run of the recorder by itself. */
  samples(metric: Metric): readonly Sample[];
}

interface Run {
  readonly startedAt: number;
  readonly happenings: Happening[];
}

/** Memory is no part of a recording: what an ordinary program needs. */
const MEMORY_BYTES = 128 * 1024 * 1024;

const SECOND = 1000;

/** Reads a recording whose server is called `target`, whatever it was called then. Throws for a line that is damaged. */
export async function tellRecording(file: string, target: string): Promise<ToldRecording> {
  const runs = await runsOf(file);
  const from = Math.min(...runs.map(({ startedAt }) => startedAt));
  const to = Math.max(...runs.flatMap(({ happenings }) => happenings.map(momentOf)));
  const told = runs.map((run) => tell(run, target));
  return {
    seconds: (to - from) / SECOND,
    passTo: (seconds) => told.forEach((run) => run.passTo(from + seconds * SECOND)),
    samples: (metric) => told.flatMap(({ observer }) => observer.counts.samples(metric)),
  };
}

async function runsOf(file: string): Promise<Run[]> {
  const runs = new Map<string, Run>();
  let current: Run | undefined;
  await readRecording(file, {
    header({ run, startedAt }) {
      current = runs.get(run) ?? { startedAt, happenings: [] };
      runs.set(run, current);
    },
    record: (happening) => current?.happenings.push(happening),
    damaged: ({ line, reason }) => {
      throw new Error(`${file}:${line}: ${reason}`);
    },
  });
  return [...runs.values()];
}

function tell(
  { startedAt, happenings }: Run,
  target: string,
): { readonly observer: Observer; passTo(moment: number): void } {
  let clock = startedAt;
  let next = 0;
  const inOrder = happenings.toSorted((a, b) => momentOf(a) - momentOf(b));
  const vantages = new Set<Vantage>();
  for (const { type, of } of happenings) if (type === 'exchange') vantages.add(of.vantage);
  const observer = createObserver({
    vantages: vantages.size === 0 ? ['server'] : [...vantages],
    targets: [target],
    now: () => clock,
    memory: () => MEMORY_BYTES,
    table: { watchedSince: startedAt },
  });

  /** The observer is refreshed each second, as by the exporter's timer. */
  function silence(until: number): void {
    while (clock + SECOND <= until) {
      clock += SECOND;
      observer.refresh();
    }
    clock = Math.max(clock, until);
  }

  function take(happening: Happening): void {
    if (happening.type === 'exchange') observer.exchange(happening.of);
    else if (happening.type === 'stream') observer.streamOpened({ ...happening.of, target });
    else if (happening.type === 'connection') observer.connection({ ...happening.of, target });
  }

  return {
    observer,
    passTo(moment) {
      for (; next < inOrder.length; next++) {
        const happening = inOrder[next] as Happening;
        if (momentOf(happening) > moment) break;
        silence(momentOf(happening));
        take(happening);
      }
      silence(moment);
      observer.refresh();
    },
  };
}
