import {
  alertNameOf,
  catalogue,
  isJudged,
  runbookUrlOf,
  type Fault,
  type FaultAlert,
  type JudgedFault,
  type RuledFault,
} from '../faults/index.ts';
import { metrics, type LabelName } from '../signals/index.ts';
import { conditionInClients, conditionOfRule, PLACE } from './fault-rules.ts';
import {
  above,
  atLeast,
  either,
  group,
  increase,
  presentWithin,
  select,
  sum,
  unless,
  type Vector,
} from './promql.ts';

/** The names of the alerts that watch the exporter itself, as ids in the manner of the faults'. */
export const OWN_ALERTS = {
  errors: 'observer-errors',
  absent: 'metrics-absent',
  refused: 'settings-refused',
} as const;

/** A Prometheus alerting rule. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Annotations;
}

/** What an alert says. */
export interface Annotations {
  readonly summary: string;
  readonly description: string;
  readonly runbook_url: string;
}

/** What a description names: values in a test, Prometheus' templates in the rule. */
export interface Particulars {
  readonly value: string;
  readonly label: (name: string) => string;
}

const TEMPLATES: Particulars = {
  value: '{{ printf "%.0f" $value }}',
  label: (name) => `{{ $labels.${name} }}`,
};

/** A group of rules, which Prometheus evaluates together. */
export interface AlertGroup {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

/** Every alert, by the file in which it is shipped: those of cases, and those that look at many over hours. */
export const ALERT_FILES: Readonly<Record<string, () => readonly AlertGroup[]>> = {
  'mcp-session-faults.yaml': () => [
    { name: 'mcp-session-faults', rules: catalogue.filter(isJudged).map(alertOfFault) },
    { name: 'mcp-session-exporter', rules: [errorsAlert(), absentAlert(), refusedAlert()] },
  ],
  'mcp-session-fleet.yaml': () => [
    {
      name: 'mcp-session-fleet',
      rules: catalogue.filter((fault) => fault.decidedBy === 'rule').flatMap(alertsOfRule),
    },
  ],
};

const UNCONDITIONALLY: Pick<RuledFault['alert'], 'for' | 'keepFiringFor'> = {};

function alertOfFault(fault: Fault): AlertRule {
  const { for: after, keepFiringFor } = fault.decidedBy === 'rule' ? fault.alert : UNCONDITIONALLY;
  return {
    alert: alertNameOf(fault.id),
    expr: (fault.decidedBy === 'rule' ? conditionOfRule(fault) : conditionOf(fault)).promql,
    ...(after === undefined ? undefined : { for: after }),
    ...(keepFiringFor === undefined ? undefined : { keep_firing_for: keepFiringFor }),
    labels: labelsOfFault(fault),
    annotations: annotationsOfFault(fault, TEMPLATES),
  };
}

/** That of a fault, and the one of what is seen in clients alone. */
function alertsOfRule(fault: RuledFault): AlertRule[] {
  const rule = alertOfFault(fault);
  if (fault.alert.inClients === undefined) return [rule];
  const { promql: expr } = conditionInClients(fault);
  return [rule, { ...rule, expr, labels: labelsOfFault(fault, fault.alert.inClients.severity) }];
}

/**
 * Half a case below the limit: `increase` extrapolates what it saw to the whole window, so that one case reads as
 * 1.0 and a little more, and rounding may take it below. It cannot see a case that came before the first scrape of
 * a young process, which is just when the ids of the process before it come in: hence the open cases beside it.
 */
function conditionOf(fault: JudgedFault): Vector<(typeof PLACE)[number]> {
  const { cases, window } = fault.alert;
  const begun = sum(increase(select(metrics.faults, { fault: fault.id }), window), PLACE);
  const open = sum(select(metrics.faultsActive, { fault: fault.id }), PLACE);
  return either(above(begun, cases - 0.5), atLeast(open, cases));
}

/** The labels that the alert of a fault has beside those of its series. */
export function labelsOfFault(
  fault: Fault,
  severity: FaultAlert['severity'] = fault.alert.severity,
): Readonly<Record<string, string>> {
  const named: Partial<Record<LabelName, string>> = { fault: fault.id, side: fault.side };
  return { ...named, severity };
}

/** What the alert of a fault says. */
export function annotationsOfFault(fault: Fault, particulars: Particulars): Annotations {
  return {
    summary: `${fault.title}.`,
    description: [
      fault.decidedBy === 'rule' ? foundByRule(fault, particulars) : foundByJudge(fault, particulars),
      `On the wire: ${fault.signature}.`,
      `The rule: ${fault.rule.text}`,
      `At the server: ${fault.remedy.server}`,
      `At the client: ${fault.remedy.client}`,
    ].join('\n'),
    runbook_url: runbookUrlOf(fault.id),
  };
}

function foundByJudge({ alert }: JudgedFault, { value, label }: Particulars): string {
  const where = `at target ${label('target')} of job ${label('job')}, as seen by the ${label('vantage')}`;
  return `Cases begun within ${alert.window}, or still open, ${where}: ${value}.`;
}

function foundByRule(fault: RuledFault, { value, label }: Particulars): string {
  const place = conditionOfRule(fault).labels.map((name) => `${name} ${label(name)}`);
  return `${fault.alert.value} (${place.join(', ')}): ${value}.`;
}

function errorsAlert(): AlertRule {
  const failing = sum(increase(select(metrics.observerErrors), '15m'), ['job', 'instance', 'stage']);
  return {
    alert: alertNameOf(OWN_ALERTS.errors),
    expr: above(failing, 0.5).promql,
    labels: { severity: 'warning' },
    annotations: annotationsOfErrors(TEMPLATES),
  };
}

/** What the alert about errors of the exporter says. */
export function annotationsOfErrors({ value, label }: Particulars): Annotations {
  return {
    summary: 'The session exporter failed to take in what it saw.',
    description: [
      `Errors in stage ${label('stage')} of ${label('instance')} (job ${label('job')}) within 15m: ${value}.`,
      'The watched program is not affected, but counts are incomplete, and faults may be missed.',
      'Pass onError to see the errors, and report them.',
    ].join('\n'),
    runbook_url: runbookUrlOf(OWN_ALERTS.errors),
  };
}

/** Not `absent()`: that would also fire where nothing was ever watched, and could not name the job that is gone. */
function absentAlert(): AlertRule {
  const info = select(metrics.exporterInfo);
  const gone = unless(group(presentWithin(info, '1d'), ['job']), group(info, ['job']));
  return {
    alert: alertNameOf(OWN_ALERTS.absent),
    expr: gone.promql,
    for: '5m',
    labels: { severity: 'warning' },
    annotations: annotationsOfAbsence(TEMPLATES),
  };
}

/** What the alert about missing metrics says. */
export function annotationsOfAbsence({ label }: Particulars): Annotations {
  return {
    summary: 'A job that was watched tells nothing any more.',
    description: [
      `No instance of job ${label('job')} has answered a scrape with session metrics for 5m; within the last day one did.`,
      'While this lasts, no other alert on its sessions can fire.',
      'See whether the program runs, whether the exporter is still loaded into it, and whether /metrics can be reached.',
    ].join('\n'),
    runbook_url: runbookUrlOf(OWN_ALERTS.absent),
  };
}

/** Whoever sends SIGHUP has gone when the answer stands on stderr. */
function refusedAlert(): AlertRule {
  const read = select(metrics.configReloadSuccessful);
  const instances = ['job', 'instance'] as const;
  return {
    alert: alertNameOf(OWN_ALERTS.refused),
    expr: unless(group(read, instances), group(above(read, 0), instances)).promql,
    for: '1m',
    labels: { severity: 'warning' },
    annotations: annotationsOfRefusal(TEMPLATES),
  };
}

/** What the alert about settings that were refused says. */
export function annotationsOfRefusal({ label }: Particulars): Annotations {
  return {
    summary: 'A proxy was told to read its settings again, and refused them.',
    description: [
      `The settings that ${label('instance')} (job ${label('job')}) read last are not allowed, or could not be put in force.`,
      'Those from before stay in force; at its next start the proxy would not come up.',
      'Its stderr says what is wrong, and so does mcp-session-exporter check-config.',
    ].join('\n'),
    runbook_url: runbookUrlOf(OWN_ALERTS.refused),
  };
}
