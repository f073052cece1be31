import {
  alertNameOf,
  catalogue,
  runbookPathOf,
  type Fault,
  type JudgedFault,
  type RuledFault,
  type Threshold,
} from '../faults/index.ts';
import { PROBE_LABELS, probeMetrics, type ProbeMetric } from '../exporter/probe/probe-metrics.ts';
import { tableThresholds } from '../session/index.ts';
import {
  attributeOf,
  CLOSED_LABELS,
  metricList,
  OVERFLOW,
  type LabelName,
  type Metric,
} from '../signals/index.ts';
import { conditionInClients, conditionOfRule } from './fault-rules.ts';
import type { Vector } from './promql/index.ts';
import { SERIES_CEILING, seriesOf, seriesOfAll } from './series.ts';

/** `docs/metrics.md`: every metric there is. */
export function metricsPage(): string {
  const labels = [...new Set(metricList.flatMap((metric) => metric.labels))];
  return `# Metrics

${WRITTEN}

All names start \`mcp_\`, units are base units, and every label has a closed list of values: nothing that comes over the wire makes a new one. Series start at 0 unless a row says otherwise, so that \`increase()\` sees the first event. Prometheus adds \`job\` and \`instance\`.

Series, the last column, is the most a metric can ever have for one vantage point and one target; the buckets, the sum and the count of a histogram are counted one by one. In all there can be ${seriesOfAll(metricList)} as seen from a server. Where it says _for all_, that is a limit for all targets together (of those that are not there from the start): what comes after it is told as one series, with the label \`otel_metric_overflow\` alone. A test holds twenty targets to ${SERIES_CEILING} at most: a scrape of that many was measured to hold up a program for 120 to 210 ms.

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

## By way of OpenTelemetry

The same metrics can be pushed, by OTLP (see [decision 0023](decisions/0023-told-to-opentelemetry.md)). Each has a name by the rules of OpenTelemetry there; a backend that makes a Prometheus name of it arrives at the one above, and at the same labels.

| metric | OpenTelemetry | instrument | unit |
| --- | --- | --- | --- |
${metricList.map(openTelemetryRow).join('\n')}

A label that the conventions of OpenTelemetry know is their attribute; the others have the same name there.

| label | attribute |
| --- | --- |
${[...labels, ...Object.keys(OVERFLOW)].flatMap(attributeRow).join('\n')}

## Labels

| label | values |
| --- | --- |
${labels.map(labelRow).join('\n')}

## Of a probe

\`/probe?target=\` answers with these alone, all gauges, made anew of each probe. Prometheus adds what it was told of the target.

| metric | what it tells | labels |
| --- | --- | --- |
${probeMetrics.map(probeRow).join('\n')}

| label | values |
| --- | --- |
${Object.entries(PROBE_LABELS).map(probeLabelRow).join('\n')}
`;
}

const WRITTEN = '<!-- Written by `npm run generate`. Do not edit. -->';

function probeRow({ name, help, labels }: ProbeMetric): string {
  return `| \`${name}\` | ${help} | ${labels.map((label) => `\`${label}\``).join(', ')} |`;
}

function probeLabelRow([label, values]: readonly [string, readonly string[]]): string {
  return `| \`${label}\` | ${values.map((value) => `\`${value}\``).join(' ')} |`;
}

function metricRow(metric: Metric): string {
  const labels = metric.labels.map((label) => `\`${label}\``).join(', ');
  const help = metric.bornAtZero ? metric.help : `${metric.help} A series appears with its first event.`;
  const series = `${seriesOf(metric)}${metric.limit === undefined ? '' : ', for all'}`;
  return `| \`${metric.name}\` | ${metric.type} | ${help} | ${labels} | ${metric.stability} | ${series} |`;
}

const OPEN_LABELS: Readonly<Record<Exclude<LabelName, keyof typeof CLOSED_LABELS>, string>> = {
  vantage: '`server`, `client` or `proxy`: those that the observer was told of',
  target: 'the names the observer was given; of several the last is always `other`',
  gen_ai_tool_name:
    'the tools the observer was given (`tools`), and `other`; left out where no tool is called',
  version: 'the version of the package',
};

function openTelemetryRow({ name, openTelemetry }: Metric): string {
  const unit = openTelemetry.unit === '' ? '' : `\`${openTelemetry.unit}\``;
  return `| \`${name}\` | \`${openTelemetry.name}\` | ${openTelemetry.instrument} | ${unit} |`;
}

function attributeRow(label: string): string[] {
  const attribute = attributeOf(label);
  return attribute === label ? [] : [`| \`${label}\` | \`${attribute}\` |`];
}

function labelRow(label: LabelName): string {
  const values = label in OPEN_LABELS ? OPEN_LABELS[label as keyof typeof OPEN_LABELS] : closedValues(label);
  return `| \`${label}\` | ${values} |`;
}

function closedValues(label: LabelName): string {
  const all = CLOSED_LABELS[label as keyof typeof CLOSED_LABELS];
  const values = all.filter((value) => value !== '');
  const without = all.length > values.length ? ', or left out' : '';
  return `${values.map((value) => `\`${value}\``).join(', ')} (${values.length})${without}`;
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

function whenCases({ alert: { cases, window, pages } }: JudgedFault): string {
  const one = cases === 1;
  const more = pages === undefined ? '' : `; critical from ${pages.cases}, since ${pages.reason}`;
  return `from ${cases} ${one ? 'case' : 'cases'} that began within ${window} or ${one ? 'is' : 'are'} still open${more}`;
}

function whenRule(fault: RuledFault): string {
  const asked = namesIn(conditionOfRule(fault));
  const { inClients } = fault.alert;
  const more =
    inClients === undefined
      ? ''
      : `; ${inClients.severity} where clients alone see it, in ${namesIn(conditionInClients(fault))}, since ${inClients.reason}`;
  return `when Prometheus finds it so in ${asked}${more}`;
}

function namesIn({ promql }: Vector): string {
  const asked = metricList.filter(({ name }) => promql.includes(name));
  return asked.map(({ name }) => `\`${name}\``).join(', ');
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
