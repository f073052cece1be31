import {
  catalogue,
  isJudged,
  type Fault,
  type FaultAlert,
  type JudgedFault,
  type RuledFault,
} from '../../faults/index.ts';
import { metrics, type LabelName } from '../../signals/index.ts';
import type { UIDS } from '../dashboard/uids.ts';
import { conditionInClients, conditionOfRule, PLACE } from '../fault-rules.ts';
import { atLeast, either, increase, reached, sum, type Vector } from '../promql/index.ts';
import type { Source } from '../source.ts';
import type { AlertDefinition, Level, Particulars, Tunables, Tuned } from './definition.ts';

/** One alert for each fault of the catalogue. */
export function faultAlerts(): AlertDefinition[] {
  return catalogue.map((fault) => (isJudged(fault) ? alertOfJudged(fault) : alertOfRuled(fault)));
}

/** Of those that are not looked at in Session health first. */
const DASHBOARD_OF: Readonly<Record<string, keyof typeof UIDS>> = {
  'reinit-storm': 'storms',
  'fleet-reinit-storm': 'storms',
  'get-reopen-loop': 'storms',
  'sse-flap': 'storms',
  'auth-loop': 'storms',
  'server-session-leak': 'sessions',
  'client-latched-off': 'clients',
  'era-probe-failure': 'migration',
  'era-probe-leak': 'migration',
  'protocol-version-mismatch': 'migration',
};

function facts(fault: Fault): Pick<AlertDefinition, 'id' | 'summary' | 'labels' | 'dashboard' | 'variables'> {
  const named: Partial<Record<LabelName, string>> = { fault: fault.id, side: fault.side };
  const elsewhere = DASHBOARD_OF[fault.id];
  return {
    id: fault.id,
    summary: `${fault.title}.`,
    labels: named,
    dashboard: elsewhere ?? 'health',
    // There each fault has a row of its own.
    variables: elsewhere === undefined ? { fault: fault.id } : {},
  };
}

function alertOfJudged(fault: JudgedFault): AlertDefinition {
  const { cases, window, severity, reason, pages } = fault.alert;
  const tunables: Tunables = {
    cases: { value: cases, unit: 'count', reason },
    ...(pages && { casesToPage: { value: pages.cases, unit: 'count', reason: pages.reason } }),
    window: { value: window, unit: 'duration', reason: 'cases that began within it are counted together' },
  };
  const level = (of: FaultAlert['severity'], why: string, name: string): Level => ({
    severity: of,
    reason: why,
    condition: (tuned, from) => casesOf(fault, Number(tuned[name]), String(tuned['window']), from),
  });
  const first = level(severity, reason, 'cases');
  return {
    ...facts(fault),
    file: 'mcp-session-faults.yaml',
    when: `${cases === 1 ? 'a case' : `${cases} cases`} began within ${window} or ${cases === 1 ? 'is' : 'are'} still open: ${fault.signature}`,
    tunables,
    levels: pages ? [first, level('critical', pages.reason, 'casesToPage')] : [first],
    describe: (particulars, tuned) => [foundByJudge(particulars, tuned), ...remedies(fault)],
  };
}

function alertOfRuled(fault: RuledFault): AlertDefinition {
  const { severity, reason, for: after, keepFiringFor, inClients } = fault.alert;
  const durations = { ...(after && { for: after }), ...(keepFiringFor && { keepFiringFor }) };
  const numbersOf = (tuned: Tuned): Readonly<Record<string, number>> => tuned as Record<string, number>;
  const all: Level = {
    severity,
    reason,
    ...durations,
    condition: (tuned, from) => conditionOfRule(fault, numbersOf(tuned), from),
  };
  const clients: Level[] = inClients
    ? [
        {
          ...inClients,
          ...durations,
          condition: (tuned, from) => conditionInClients(fault, numbersOf(tuned), from),
        },
      ]
    : [];
  return {
    ...facts(fault),
    file: 'mcp-session-fleet.yaml',
    when: fault.signature,
    tunables: fault.thresholds,
    levels: [all, ...clients],
    describe: (particulars) => [foundByRule(fault, particulars), ...remedies(fault)],
  };
}

/**
 * `increase` cannot see a case that came before the first scrape of a young process, which is just when the ids of the
 * process before it come in: hence the open cases beside it.
 */
function casesOf(fault: JudgedFault, cases: number, window: string, { select }: Source): Vector {
  const begun = sum(increase(select(metrics.faults, { fault: fault.id }), window), PLACE);
  const open = sum(select(metrics.faultsActive, { fault: fault.id }), PLACE);
  return either(reached(begun, cases), atLeast(open, cases));
}

function foundByJudge({ value, label }: Particulars, tuned: Tuned): string {
  const where = `at target ${label('target')} of job ${label('job')}, as seen by the ${label('vantage')}`;
  return `Cases begun within ${tuned['window']}, or still open, ${where}: ${value}.`;
}

function foundByRule(fault: RuledFault, { value, label }: Particulars): string {
  const place = conditionOfRule(fault).labels.map((name) => `${name} ${label(name)}`);
  return `${fault.alert.value} (${place.join(', ')}): ${value}.`;
}

function remedies(fault: Fault): string[] {
  return [
    `On the wire: ${fault.signature}.`,
    `The rule: ${fault.rule.text}`,
    `At the server: ${fault.remedy.server}`,
    `At the client: ${fault.remedy.client}`,
  ];
}
