import { alertNameOf } from '../../faults/index.ts';
import type { AlertDefinition } from './definition.ts';
import { definitions } from './definitions.ts';
import { DEFAULT_VALUES, type LevelValues, type Values } from './values.ts';

const HEAD = `# Every value of the rules, as it is unless a file says otherwise. A file of your own needs only what differs:
#   mcp-session-exporter rules --values FILE > /etc/prometheus/rules/mcp-session-exporter.yaml
`;

/** Every value with its default, and why it is what it is: a file of values itself. */
export function valuesText(values: Values = DEFAULT_VALUES): string {
  const { prometheus_rule: rule } = values;
  return `${HEAD}
# Whose alerts these are: a pattern that matches the whole name of a job. Empty: all that tell session metrics.
jobs: ${written(values.jobs)}

# To these URLs the name of the page or dashboard is added. Without a host a link to a dashboard leads to the Grafana in
# which it is read; for messages give it the host, as in https://grafana.example.com
runbook_url: ${written(values.runbook_url)}
dashboard_url: ${written(values.dashboard_url)}

# Further labels of each alert, such as team: agents
labels: {}

# Of the manifest that --format prometheusrule prints. Many operators select rules by a label, such as
# release: kube-prometheus-stack
prometheus_rule:
  name: ${written(rule.name)}
  namespace: ${written(rule.namespace)}
  labels: {}

# The severity none leaves a rule out.
alerts:
${definitions.map((definition) => alertText(definition, values)).join('\n')}`;
}

function alertText(definition: AlertDefinition, { alerts }: Values): string {
  const { id, summary, tunables, levels } = definition;
  const own = alerts[id] ?? {};
  const numbers = Object.entries(tunables).flatMap(([name, { reason }]) => [
    `    # ${reason}`,
    `    ${name}: ${written(own[name])}`,
  ]);
  const rules = levels.flatMap(({ severity, reason }) => [
    `    # ${reason}`,
    `    ${severity}: ${levelText(own[severity] as LevelValues)}`,
  ]);
  return [`  # ${alertNameOf(id)}: ${summary}`, `  ${id}:`, ...numbers, ...rules, ''].join('\n');
}

function levelText({ severity, for: after, keep_firing_for: keep }: LevelValues): string {
  return `{ severity: ${severity}, for: ${after}, keep_firing_for: ${keep} }`;
}

function written(value: unknown): string {
  return value === '' ? "''" : String(value);
}
