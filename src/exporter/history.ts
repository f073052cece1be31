import type { Counts, Metric, Sample } from '../signals/index.ts';
import { metrics } from '../signals/index.ts';

/** The last quarter of an hour as columns of equal length, oldest first. Times are ms since the epoch. */
export interface HistoryColumns {
  readonly at: readonly number[];
  readonly activeSessions: readonly number[];
  readonly openStreams: readonly number[];
  /** The following are events a second since the sample before. */
  readonly lostSessions: readonly number[];
  readonly recoveredSessions: readonly number[];
  readonly clientErrors: readonly number[];
  readonly handshakes: readonly number[];
}

/** A ring of samples of the counts. */
export interface History {
  /** Takes a sample, unless the last one is younger than {@link SAMPLE_EVERY_MS}. */
  sample(now: number): void;
  columns(): HistoryColumns;
}

/** Between two samples. */
export const SAMPLE_EVERY_MS = 5000;

/** How many samples are kept: 15 minutes. */
export const SAMPLES_KEPT = 180;

interface Reading {
  readonly at: number;
  readonly activeSessions: number;
  readonly openStreams: number;
  readonly lost: number;
  readonly recovered: number;
  readonly clientErrors: number;
  readonly handshakes: number;
}

type Counted = 'lost' | 'recovered' | 'clientErrors' | 'handshakes';

/** Makes an empty {@link History}. The first sample is the baseline of the rates, and has none. */
export function createHistory(counts: Pick<Counts, 'samples'>): History {
  let readings: Reading[] = [];
  return {
    sample(now) {
      const last = readings.at(-1);
      // A timer that comes a little early must not halve the sampling rate.
      if (last !== undefined && now - last.at < SAMPLE_EVERY_MS - 500) return;
      readings = [...readings.slice(-SAMPLES_KEPT), readingOf(counts, now)];
    },
    columns() {
      const kept = readings.slice(-SAMPLES_KEPT);
      const before = (i: number): Reading | undefined => readings[readings.length - kept.length + i - 1];
      const rates = (key: Counted): number[] => kept.map((reading, i) => rateOf(before(i), reading, key));
      return {
        at: kept.map((reading) => Math.round(reading.at)),
        activeSessions: kept.map((reading) => reading.activeSessions),
        openStreams: kept.map((reading) => reading.openStreams),
        lostSessions: rates('lost'),
        recoveredSessions: rates('recovered'),
        clientErrors: rates('clientErrors'),
        handshakes: rates('handshakes'),
      };
    },
  };
}

function readingOf(counts: Pick<Counts, 'samples'>, at: number): Reading {
  const total = (metric: Metric, counted: (sample: Sample) => boolean = () => true): number =>
    counts.samples(metric).reduce((sum, sample) => sum + (counted(sample) ? sample.value : 0), 0);
  return {
    at,
    activeSessions: total(metrics.sessionsActive),
    openStreams: total(metrics.streamsOpen),
    lost: total(metrics.sessionsLost),
    recovered: total(metrics.recoveries, ({ labels }) => labels.outcome === 'reinitialized'),
    clientErrors: total(metrics.httpResponses, ({ labels }) =>
      /^4\d\d$/.test(labels.http_response_status_code ?? ''),
    ),
    handshakes: total(metrics.initializes),
  };
}

function rateOf(before: Reading | undefined, reading: Reading, key: Counted): number {
  if (before === undefined) return 0;
  const perSecond = ((reading[key] - before[key]) * 1000) / (reading.at - before.at);
  return Math.round(perSecond * 1000) / 1000;
}
