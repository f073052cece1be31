import type { ProbeReport } from '../probe/report.ts';
import type { ProbeMatrix } from './schemas.ts';

/** What the latest probe of a target by one module found. */
export interface LatestProbe {
  readonly module: string;
  readonly report: ProbeReport;
}

/** The latest report of each target that was probed, by each module. */
export interface LatestProbes {
  /** Takes in a report; it takes the place of the one before of that target and module. Default: `default`. */
  readonly put: (report: ProbeReport, module?: string) => void;
  /** The last ones, latest first. */
  readonly all: () => readonly LatestProbe[];
}

const REPORTS_KEPT = 100;

/** Makes {@link LatestProbes} without any. */
export function createLatestProbes(): LatestProbes {
  const latest = new Map<string, LatestProbe>();
  return {
    put(report, module = 'default') {
      const key = `${module} ${report.target}`;
      latest.delete(key);
      latest.set(key, { module, report });
      const [oldest] = latest.keys();
      if (latest.size > REPORTS_KEPT && oldest !== undefined) latest.delete(oldest);
    },
    all: () => [...latest.values()].toReversed(),
  };
}

/** The reports as a matrix: what was found of each check at each target. */
export function matrixOf(latest: readonly LatestProbe[]): ProbeMatrix {
  const titles = new Map(
    latest.flatMap(({ report }) => report.checks.map(({ id, title }) => [id, title] as const)),
  );
  return {
    checks: [...titles].map(([id, title]) => ({ id, title })),
    probes: latest.map(({ module, report: { target, startedAt, outcome, reason = null, eras, checks } }) => ({
      target,
      module,
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
