import { alertNameOf, catalogue, runbookPathOf, type Fault, type Threshold } from '../faults/index.ts';
import { CLOSED_LABELS, metricList, type LabelName, type Metric } from '../signals/index.ts';
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

A fault is counted when a session, a client or a client family falls into it; repeats are evidence, not new faults. The severity is how much it hurts those concerned: critical, users are cut off; high, soon or in part; medium, it costs.

| fault | at fault | severity | what happens |
| --- | --- | --- | --- |
${catalogue.map((fault) => `| [\`${fault.id}\`](#${fault.id}) | ${fault.side} | ${fault.severity} | ${fault.title} |`).join('\n')}

${catalogue.map(faultSection).join('\n')}`;
}

function faultSection(fault: Fault): string {
  const { alert, rule } = fault;
  return `## ${fault.id}

${fault.title}. At fault: the ${fault.side}. Severity: ${fault.severity}. Seen from: ${fault.vantages.join(', ')}.

**On the wire:** ${fault.signature}.

**The rule:** ${rule.text} (${rule.source})

| threshold | value | why |
| --- | --- | --- |
${Object.entries(fault.thresholds).map(thresholdRow).join('\n')}

**Alert:** \`${alertNameOf(fault.id)}\`, ${alert.severity}, from ${alert.cases} ${alert.cases === 1 ? 'case' : 'cases'} that began within ${alert.window} or ${alert.cases === 1 ? 'is' : 'are'} still open. The reason: ${alert.reason}.

**Runbook:** [${runbookPathOf(fault.id)}](${runbookPathOf(fault.id).replace(/^docs\//, '')})

**Reported in:** ${fault.evidence.join(', ')}
`;
}

function thresholdRow([name, { value, unit, reason }]: [string, Threshold]): string {
  return `| \`${name}\` | ${valueOf(value, unit)} | ${reason} |`;
}

function valueOf(value: number, unit: Threshold['unit']): string {
  if (unit !== 'ms') return String(value);
  if (value >= 60_000 && value % 60_000 === 0) return `${value} ms (${value / 60_000} min)`;
  return `${value} ms (${value / 1000} s)`;
}
