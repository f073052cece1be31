import { yaml } from '../../exporter/settings/yaml.ts';
import { ruleFiles } from './groups.ts';
import type { Values } from './values.ts';

/** How rules are printed: as Prometheus reads them, or as the operator of Kubernetes does. */
export const FORMATS = ['prometheus', 'prometheusrule'] as const;

/** See {@link FORMATS}. */
export type Format = (typeof FORMATS)[number];

/** All rules with these values, in one file. */
export function rulesText(values: Values, format: Format): string {
  const groups = [...ruleFiles(values).values()].filter(({ rules }) => rules.length > 0);
  return yamlOf(format === 'prometheus' ? { groups } : manifestOf(values, groups));
}

function manifestOf({ prometheus_rule: { name, namespace, labels } }: Values, groups: unknown): unknown {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: {
      name,
      ...(namespace === '' ? undefined : { namespace }),
      labels: { 'app.kubernetes.io/name': 'mcp-session-exporter', ...labels },
    },
    spec: { groups },
  };
}

/** A value as YAML, without lines that are broken or names for parts. */
export function yamlOf(value: unknown): string {
  return yaml().stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
