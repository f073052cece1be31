import { alertNameOf, runbookPathOf } from '../../faults/index.ts';
import { UIDS } from '../dashboard/uids.ts';
import type { Vector } from '../promql/index.ts';
import { sourceOf } from '../source.ts';
import type { AlertDefinition, Level, Particulars, RecordingRule, Tuned } from './definition.ts';
import { DEFAULT_VALUES, type LevelValues, type Values } from './values.ts';

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
  readonly dashboard_url: string;
}

const TEMPLATES: Particulars = {
  value: '{{ printf "%.0f" $value }}',
  percent: '{{ $value | humanizePercentage }}',
  label: (name) => `{{ $labels.${name} }}`,
  inUrl: (name) => `{{ $labels.${name} | urlquery }}`,
};

/** The rules of an alert: none for what was switched off. */
export function rulesOf(definition: AlertDefinition, values: Values): AlertRule[] {
  return definition.levels.flatMap((level) => {
    const { severity, for: after, keep_firing_for: keep } = levelValues(definition, level, values);
    if (severity === 'none') return [];
    const condition = conditionOf(definition, level, values);
    return [
      {
        alert: alertNameOf(definition.id),
        expr: condition.promql,
        ...(isNothing(after) ? undefined : { for: after }),
        ...(isNothing(keep) ? undefined : { keep_firing_for: keep }),
        labels: labelsOf(definition, severity, values),
        annotations: annotationsOf(definition, condition.labels, TEMPLATES, values),
      },
    ];
  });
}

/** What an alert has recorded: nothing where all of its rules were switched off. */
export function recordingsOf(definition: AlertDefinition, values: Values): readonly RecordingRule[] {
  if (rulesOf(definition, values).length === 0) return [];
  return definition.recordings?.(tunedOf(definition, values), sourceOf(values.jobs)) ?? [];
}

function isNothing(duration: string): boolean {
  return /^0+[a-z]+$/.test(duration);
}

function levelValues({ id }: AlertDefinition, { severity }: Level, { alerts }: Values): LevelValues {
  return alerts[id]?.[severity] as LevelValues;
}

/** The values by which an alert decides. */
function tunedOf({ id }: AlertDefinition, { alerts }: Values): Tuned {
  return alerts[id] as Tuned;
}

/** What one rule of an alert asks Prometheus for. */
export function conditionOf(
  definition: AlertDefinition,
  level: Level,
  values: Values = DEFAULT_VALUES,
): Vector {
  return level.condition(tunedOf(definition, values), sourceOf(values.jobs));
}

/** The labels that an alert has beside those of its series. */
export function labelsOf(
  { labels }: AlertDefinition,
  severity: string,
  values: Values = DEFAULT_VALUES,
): Readonly<Record<string, string>> {
  return { ...values.labels, ...labels, severity };
}

/** What an alert says of series with these labels. */
export function annotationsOf(
  definition: AlertDefinition,
  labels: readonly string[],
  particulars: Particulars,
  values: Values = DEFAULT_VALUES,
): Annotations {
  return {
    summary: definition.summary,
    description: definition.describe(particulars, tunedOf(definition, values)).join('\n'),
    runbook_url: `${withoutSlash(values.runbook_url)}/${pageOf(definition.id)}`,
    dashboard_url: dashboardUrl(definition, labels, particulars, values),
  };
}

function pageOf(id: string): string {
  return runbookPathOf(id).split('/').at(-1) as string;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/** The variables that all dashboards have, and that are labels of the same name. */
const COMMON = ['job', 'target'] as const;

/** With that chosen which the alert is about. */
function dashboardUrl(
  { dashboard, variables = {} }: AlertDefinition,
  labels: readonly string[],
  { inUrl }: Particulars,
  { dashboard_url: base }: Values,
): string {
  const common = COMMON.filter((name) => labels.includes(name) && !(name in variables)).map(
    (name) => [name, inUrl(name)] as const,
  );
  const own = Object.entries(variables).map(
    ([name, given]) => [name, typeof given === 'string' ? given : inUrl(given.label)] as const,
  );
  const chosen = [...common, ...own].map(([name, value]) => `var-${name}=${value}`);
  return `${withoutSlash(base)}/d/${UIDS[dashboard]}?${chosen.join('&')}`;
}
