import {
  alertNameOf,
  catalogue,
  runbookPathOf,
  type Fault,
  type JudgedFault,
  type RuledFault,
  type Threshold,
} from '../faults/index.ts';
import { tableThresholds } from '../session/index.ts';
import { CLOSED_LABELS, metricList, type LabelName, type Metric } from '../signals/index.ts';
import { conditionOfRule } from './fault-rules.ts';
import { SERIES_CEILING, seriesOf } from './series.ts';

/** `docs/metrics.md`: every metric there is. */
export function metricsPage(): string {
  const each = metricList.reduce((sum, metric) => sum + seriesOf(metric), 0);
  return `# Metrics

${WRITTEN}

All names start \`mcp_\`, units are base units, and every label has a closed list of values: nothing that comes over the wire makes a new one. Series start at 0 unless a row says otherwise, so that \`increase()\` sees the first event. Prometheus adds \`job\` and \`instance\`.

Series, the last column, is the most a metric can ever have for one vantage point and one target; the buckets, the sum and the count of a histogram are counted one by one. In all there can be ${each}. A test holds twenty targets to ${SERIES_CEILING} at most: a scrape of that many was measured to hold up a program for 120 to 210 ms.

| metric | type | what it tells | labels | stability | series |
| --- | --- | --- | --- | --- | ---: |
${metricList.map(metricRow).join('\n')}

## Buckets

Upper bounds in seconds. Those up to 300 are the ones that the semantic conventions of OpenTelemetry give for MCP; the longer ones are there because sessions live for days.

| histogram | bounds |
| --- | --- |
${metricList
  .filter((metric) => metric.type === 'histogram')
  .map((metric) => `| \`${metric.name}\` | ${metric.buckets.join(' ')} |`)
  .join('\n')}

## Labels

| label | values |
| --- | --- |
${[...new Set(metricList.flatMap((metric) => metric.labels))].map(labelRow).join('\n')}
`;
}

const WRITTEN = '<!-- Written by `npm run generate`. Do not edit. -->';

function metricRow(metric: Metric): string {
  const labels = metric.labels.map((label) => `\`${label}\``).join(', ');
  const help = metric.bornAtZero ? metric.help : `${metric.help} A series appears with its first event.`;
  return `| \`${metric.name}\` | ${metric.type} | ${help} | ${labels} | ${metric.stability} | ${seriesOf(metric)} |`;
}

const OPEN_LABELS: Readonly<Record<Exclude<LabelName, keyof typeof CLOSED_LABELS>, string>> = {
  vantage: '`server`, `client` or `proxy`: those that the observer was told of',
  target: 'the names the observer was given; of several the last is always `other`',
  version: 'the version of the package',
};

function labelRow(label: LabelName): string {
  const values = label in OPEN_LABELS ? OPEN_LABELS[label as keyof typeof OPEN_LABELS] : closedValues(label);
  return `| \`${label}\` | ${values} |`;
}

function closedValues(label: LabelName): string {
  const values = CLOSED_LABELS[label as keyof typeof CLOSED_LABELS];
  return `${values.map((value) => `\`${value}\``).join(', ')} (${values.length})`;
}

/** `docs/faults.md`: every fault there is. */
export function faultsPage(): string {
  return `# Faults

${WRITTEN}

A fault is counted when a session, a client or a client family falls into it; repeats are evidence, not new faults. Some show only in many together: those are decided by a rule of Prometheus, have an alert and no cases, and their numbers stand in the rule. The severity is how much it hurts those concerned: critical, users are cut off; high, soon or in part; medium, it costs.

Every number that decides is an option, and stands below with its reason: \`createObserver({ thresholds: { 'lost-affinity': { count: 3 } } })\`. Those that begin with \`table\` decide [before a judge is asked](#the-session-table), for all faults that rest on them: \`createObserver({ table: { thresholds: { ghostMs: 5000 } } })\`. A name that does not exist is refused.

| fault | at fault | severity | what happens |
| --- | --- | --- | --- |
${catalogue.map((fault) => `| [\`${fault.id}\`](#${fault.id}) | ${fault.side} | ${fault.severity} | ${fault.title} |`).join('\n')}

${catalogue.map(faultSection).join('\n')}
## The session table

| threshold | value | why |
| --- | --- | --- |
${Object.entries(tableThresholds).map(tableRow).join('\n')}
`;
}

function faultSection(fault: Fault): string {
  const { alert, rule, restsOn = [] } = fault;
  const decided = fault.decidedBy === 'rule' ? ' Decided by: a rule of Prometheus.' : '';
  const ofTable = restsOn.map((name) => tableRow([name, tableThresholds[name]]));
  return `## ${fault.id}

${fault.title}. At fault: the ${fault.side}. Severity: ${fault.severity}. Seen from: ${fault.vantages.join(', ')}.${decided}

**On the wire:** ${fault.signature}.

**The rule:** ${rule.text} (${rule.source})

| threshold | value | why |
| --- | --- | --- |
${[...Object.entries(fault.thresholds).map(thresholdRow), ...ofTable].join('\n')}

**Alert:** \`${alertNameOf(fault.id)}\`, ${alert.severity}, ${fault.decidedBy === 'rule' ? whenRule(fault) : whenCases(fault)}. The reason: ${alert.reason}.

**Runbook:** [${runbookPathOf(fault.id)}](${runbookPathOf(fault.id).replace(/^docs\//, '')})

**Reported in:** ${fault.evidence.join(', ')}
`;
}

function whenCases({ alert: { cases, window } }: JudgedFault): string {
  const one = cases === 1;
  return `from ${cases} ${one ? 'case' : 'cases'} that began within ${window} or ${one ? 'is' : 'are'} still open`;
}

function whenRule(fault: RuledFault): string {
  const { promql } = conditionOfRule(fault);
  const asked = metricList.filter(({ name }) => promql.includes(name)).map(({ name }) => `\`${name}\``);
  return `when Prometheus finds it so in ${asked.join(', ')}`;
}

function thresholdRow([name, { value, unit, reason, atMost }]: [string, Threshold]): string {
  const upTo = atMost === undefined ? '' : ` (at most ${atMost})`;
  return `| \`${name}\` | ${valueOf(value, unit)}${upTo} | ${reason} |`;
}

function tableRow([name, threshold]: [string, Threshold]): string {
  return thresholdRow([`table.${name}`, threshold]);
}

function valueOf(value: number, unit: Threshold['unit']): string {
  if (unit === 'bytes') return `${value} bytes (${value / 1024} KiB)`;
  if (unit !== 'ms') return String(value);
  if (value >= 60_000 && value % 60_000 === 0) return `${value} ms (${value / 60_000} min)`;
  return `${value} ms (${value / 1000} s)`;
}
