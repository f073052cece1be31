import { alertNameOf, runbookPathOf } from '../faults/index.ts';
import { UIDS } from './dashboard/uids.ts';
import type { AlertDefinition, Level } from './rules/definition.ts';
import { definitions } from './rules/definitions.ts';
import { inhibitions, type Inhibition } from './rules/inhibition.ts';

/** `docs/alerts.md`: every alert there is, why it is as loud as it is, and what can be set. */
export function alertsPage(): string {
  return `# Alerts

<!-- Written by \`npm run generate\`. Do not edit. -->

The files beside [alerts/tests](../alerts/tests) are rules for Prometheus 2.42 or newer. Each alert says in its \`description\` what it is about, with names and numbers, and leads on: \`runbook_url\` to what it means and how to mend it, \`dashboard_url\` to the dashboard, with job and target chosen. [alerts/tests](../alerts/tests) shows each of them not yet firing, firing, over, and silent in the face of what looks like it, for \`promtool test rules\`. [examples/operations](../examples/operations) shows where all of this goes in a stack of your own.

## How loud

| severity | when | who |
| --- | --- | --- |
| \`critical\` | users are cut off or exposed now, and more of them than one | somebody is woken |
| \`warning\` | somebody must act, or it will come to that | somebody looks in working hours |
| \`info\` | it is true, and a cost at the most | nobody is told; it stands where people look |

The page of each alert that can wake somebody begins with what to do first. An alert that pages has a floor: one client that loops, or two events, do not reach it. What proves by a single case that everybody is hurt needs none, and says so. An alert whose number flickers is told for a while after its end (\`keep_firing_for\`), so that nobody is told twice.

## All of them

| alert | severity | fires | dashboard |
| --- | --- | --- | --- |
${definitions.map(row).join('\n')}

## Silent while another one fires

[alerts/alertmanager/inhibit-rules.yaml](../alerts/alertmanager/inhibit-rules.yaml) holds these for the configuration of Alertmanager.

| while | not sent | of the same | why |
| --- | --- | --- | --- |
${inhibitions.map(inhibitionRow).join('\n')}

## With values of your own

\`\`\`sh
mcp-session-exporter rules --values values.yaml > mcp-session-exporter.yaml
mcp-session-exporter rules --values values.yaml --format prometheusrule > prometheus-rule.yaml
\`\`\`

The first prints all rules as one file for \`rule_files\`, the second a PrometheusRule for the operator of Kubernetes; with the values as they are it is [alerts/kubernetes/prometheus-rule.yaml](../alerts/kubernetes/prometheus-rule.yaml). A file of values says what differs and no more; [alerts/values/values.example.yaml](../alerts/values/values.example.yaml), which \`mcp-session-exporter rules --print-values\` prints, has every value there is, with its reason. What is not known in it is refused.

\`\`\`yaml
dashboard_url: https://grafana.example.com
labels: { team: agents }
alerts:
  recovery-burn: { objective: 0.99 }
  memory-running-out: { limitBytes: 536870912 }
  idle-poll: { info: { severity: none } }
\`\`\`

Links to dashboards lead to http://127.0.0.1:3000, where the compose file has Grafana: give \`dashboard_url\` the address of yours. Thresholds by which judges decide, before anything is counted, are [settings of the exporter](configuration.md), and are listed with the [faults](faults.md).

## What each goes by

${definitions.map(section).join('\n')}`;
}

function row({ id, levels, when, dashboard }: AlertDefinition): string {
  const severities = levels.map(({ severity }) => severity).join(', ');
  const runbook = runbookPathOf(id).replace(/^docs\//, '');
  return `| [\`${alertNameOf(id)}\`](${runbook}) | ${severities} | when ${cell(when)} | \`${UIDS[dashboard]}\` |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function inhibitionRow({ while: source, silent, equal, reason }: Inhibition): string {
  const first = source === undefined ? 'any that is critical' : `\`${alertNameOf(source)}\``;
  const others =
    silent.length === 0
      ? 'the same alert, less loud'
      : silent.map((id) => `\`${alertNameOf(id)}\``).join(', ');
  return `| ${first} | ${others} | ${equal.map((label) => `\`${label}\``).join(', ')} | ${reason} |`;
}

function section({ id, tunables, levels }: AlertDefinition): string {
  const values = Object.entries(tunables).map(
    ([name, { value, unit, reason }]) =>
      `| \`${name}\` | ${value}${unit === 'duration' ? '' : unitOf(unit)} | ${reason} |`,
  );
  const table =
    values.length === 0 ? '' : `\n| value | default | why |\n| --- | --- | --- |\n${values.join('\n')}\n`;
  return `### ${alertNameOf(id)}

\`${id}\`: ${levels.map(levelText).join(' ')}
${table}`;
}

function unitOf(unit: string): string {
  return unit === 'ms' ? ' ms' : unit === 'bytes' ? ' bytes' : '';
}

function levelText({ severity, reason, for: after, keepFiringFor }: Level): string {
  const durations = [
    ...(after === undefined ? [] : [`after ${after}`]),
    ...(keepFiringFor === undefined ? [] : [`told for ${keepFiringFor} longer`]),
  ];
  return `**${severity}**${durations.length === 0 ? '' : ` (${durations.join(', ')})`}: ${reason}.`;
}
