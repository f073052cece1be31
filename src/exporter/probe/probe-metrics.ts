import { prometheusNameOf, type Unit } from '../../signals/naming.ts';
import { CHECK_IDS, PHASES } from './checks.ts';
import type { ProbeReport } from './report.ts';

/** The labels of the metrics of a probe, each with its closed list of values. */
export const PROBE_LABELS = { check: CHECK_IDS, phase: PHASES } as const;

/** A label of a metric of a probe. */
export type ProbeLabel = keyof typeof PROBE_LABELS;

/** A value, and what it is the value of. */
export interface ProbeSample {
  readonly labels: Readonly<Partial<Record<ProbeLabel, string>>>;
  readonly value: number;
}

/** A metric of a probe: a gauge, made anew of each report, in a registry that holds nothing else. */
export interface ProbeMetric<Labels extends readonly ProbeLabel[] = readonly ProbeLabel[]> {
  /** The Prometheus name: it follows from the name and the unit, as in the table of all other metrics. */
  readonly name: string;
  readonly help: string;
  readonly labels: Labels;
  readonly samples: (report: ProbeReport) => readonly ProbeSample[];
}

function row<const Labels extends readonly ProbeLabel[]>(
  name: string,
  unit: Unit,
  help: string,
  labels: Labels,
  samples: ProbeMetric['samples'],
): ProbeMetric<Labels> {
  return { name: prometheusNameOf(name, unit, 'gauge'), help, labels, samples };
}

/** The table of what `/probe` answers. */
export const probeTable = {
  success: row(
    'mcp.probe.success',
    '',
    'Whether the server could be probed and nothing failed: 1, else 0.',
    [],
    ({ outcome }) => [{ labels: {}, value: outcome === 'passed' ? 1 : 0 }],
  ),
  check: row(
    'mcp.probe.check',
    '',
    'Whether a check passed: 1, else 0. One that is not for such a server, or was not seen, has no series.',
    ['check'],
    ({ checks }) =>
      checks
        .filter(({ verdict }) => verdict === 'passed' || verdict === 'failed')
        .map(({ id, verdict }) => ({ labels: { check: id }, value: verdict === 'passed' ? 1 : 0 })),
  ),
  statusCode: row(
    'mcp.probe.status_code',
    '',
    'The status of the last answer in a check; 0 when there was none.',
    ['check'],
    ({ checks }) =>
      checks.flatMap(({ id, exchanges }) => {
        const last = exchanges.at(-1);
        return last === undefined ? [] : [{ labels: { check: id }, value: last.status }];
      }),
  ),
  duration: row(
    'mcp.probe.duration',
    's',
    'Time that the checks of a phase took; a phase without any takes 0.',
    ['phase'],
    ({ phases }) => PHASES.map((phase) => ({ labels: { phase }, value: phases[phase] / 1000 })),
  ),
  timestamp: row(
    'mcp.probe.timestamp',
    's',
    'When the probe began, in seconds since the epoch: one may be told more than once.',
    [],
    ({ startedAt }) => [{ labels: {}, value: startedAt / 1000 }],
  ),
} as const;

/** Every metric that `/probe` answers, in the order in which it does. */
export const probeMetrics: readonly ProbeMetric[] = Object.values(probeTable);
