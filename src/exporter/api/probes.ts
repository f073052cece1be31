import type { ProbeReport } from '../probe/report.ts';
import type { ProbeMatrix } from './schemas.ts';

/** The latest report of each target that was probed. */
export interface LatestProbes {
  /** Takes in a report; it takes the place of the one before of that target. */
  readonly put: (report: ProbeReport) => void;
  /** Those of the targets probed last, latest first. */
  readonly all: () => readonly ProbeReport[];
}

const TARGETS_KEPT = 100;

/** Makes {@link LatestProbes} without any. */
export function createLatestProbes(): LatestProbes {
  const reports = new Map<string, ProbeReport>();
  return {
    put(report) {
      reports.delete(report.target);
      reports.set(report.target, report);
      const [oldest] = reports.keys();
      if (reports.size > TARGETS_KEPT && oldest !== undefined) reports.delete(oldest);
    },
    all: () => [...reports.values()].toReversed(),
  };
}

/** The reports as a matrix: what was found of each check at each target. */
export function matrixOf(reports: readonly ProbeReport[]): ProbeMatrix {
  const titles = new Map(
    reports.flatMap(({ checks }) => checks.map(({ id, title }) => [id, title] as const)),
  );
  return {
    checks: [...titles].map(([id, title]) => ({ id, title })),
    probes: reports.map(({ target, startedAt, outcome, reason = null, eras, checks }) => ({
      target,
      at: startedAt,
      outcome,
      reason,
      eras: [...eras],
      results: checks.map(({ id, verdict, words, faults }) => ({
        check: id,
        verdict,
        words,
        faults: [...faults],
      })),
    })),
  };
}
