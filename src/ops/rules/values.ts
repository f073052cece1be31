/** Every value that operators may change in the rules. From here follow the file of defaults, errors and documentation. */
import { z } from 'zod';
import {
  inner,
  issueProblems,
  readFile,
  refusedProblem,
  type Declared,
  type FileSaid,
  type Refused,
} from '../../exporter/settings/index.ts';
import { tableThresholds } from '../../session/index.ts';
import type { AlertDefinition, Level, Tunable } from './definition.ts';
import { definitions } from './definitions.ts';

const DURATION = /^\d+(ms|s|m|h|d|w|y)$/;
const WINDOW = /^0*[1-9]\d*(ms|s|m|h|d|w|y)$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Labels by which alerts are routed, grouped and inhibited: their values are ours. */
const OURS: ReadonlySet<string> = new Set([
  'alertname',
  'fault',
  'instance',
  'job',
  'severity',
  'side',
  'target',
  'vantage',
]);

const ALLOWED_DURATION = 'a duration of Prometheus in one unit, as in 15m';

const ALLOWED_WINDOW = `${ALLOWED_DURATION}, longer than 0`;

const duration = z.string().regex(DURATION);

/** A window of nothing, or of half a millisecond, Prometheus would refuse; a count of 0 is always reached. */
function valueSchema({ value, unit }: Tunable): z.ZodType {
  if (typeof value === 'string') return inner(z.string().regex(WINDOW).default(value), ALLOWED_WINDOW);
  const from = (least: number): z.ZodType => z.number().min(least).default(value);
  switch (unit) {
    case 'ms':
      return inner(z.int().min(1).default(value), 'a whole number of ms from 1');
    case 'bytes':
      return inner(from(1), 'a number of bytes from 1');
    case 'count':
      return inner(from(leastOf(value)), `a number from ${leastOf(value)}`);
    default:
      return inner(from(0), 'a number from 0');
  }
}

/** A count that is 0 unless somebody says otherwise means something else by it. */
function leastOf(count: number): number {
  return count === 0 ? 0 : 1;
}

/** The severities as values: with `none` that rule is left out. */
const SEVERITIES = ['critical', 'warning', 'info', 'none'] as const;

function levelSchema({ severity, for: after = '0s', keepFiringFor = '0s' }: Level): z.ZodType {
  const shape = {
    severity: inner(z.enum(SEVERITIES).default(severity), '"critical", "warning", "info" or "none"'),
    for: inner(duration.default(after), ALLOWED_DURATION),
    keep_firing_for: inner(duration.default(keepFiringFor), ALLOWED_DURATION),
  };
  return inner(z.strictObject(shape).prefault({}), 'a mapping of severity, for and keep_firing_for');
}

function alertSchema({ tunables, levels }: AlertDefinition): z.ZodType {
  const values = Object.entries(tunables).map(([name, tunable]) => [name, valueSchema(tunable)] as const);
  const rules = levels.map((level) => [level.severity, levelSchema(level)] as const);
  const shape = Object.fromEntries<z.ZodType>([...values, ...rules]);
  return inner(z.strictObject(shape).prefault({}), 'a mapping of the values of this alert');
}

const alertsShape = Object.fromEntries(definitions.map((alert) => [alert.id, alertSchema(alert)]));

const labelText = inner(z.string().max(1024), 'a text, in quotes if it looks like a number');

const extraLabels = z.record(
  inner(
    z
      .string()
      .regex(LABEL)
      .refine((name) => !OURS.has(name)),
    'a label of Prometheus that these alerts do not have themselves',
  ),
  labelText,
);

const baseUrl = z.union([
  z.literal(''),
  z.string().refine((text) => /^https?:$/.test(URL.parse(text)?.protocol ?? '')),
]);

/** All values, as they stand in a file. */
const valuesSchema = z.strictObject({
  jobs: inner(
    z.string().refine(isPattern).default(''),
    'a pattern that matches the whole name of each job whose alerts these are; empty for all',
  ),
  runbook_url: inner(
    baseUrl.default('https://github.com/mcp-session-exporter/mcp-session-exporter/blob/main/docs/runbooks'),
    'an http or https URL, to which the name of the page is added',
  ),
  dashboard_url: inner(
    // Where Grafana listens when it is not told otherwise, and in our compose file.
    baseUrl.default('http://127.0.0.1:3000'),
    'the http or https URL of Grafana; empty for links without a host',
  ),
  labels: inner(extraLabels.default({}), 'a mapping of labels that each alert gets'),
  prometheus_rule: inner(
    z
      .strictObject({
        name: inner(
          z
            .string()
            .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/)
            .default('mcp-session-exporter'),
          'the name of an object of Kubernetes',
        ),
        namespace: inner(
          z
            .string()
            .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$/)
            .default(''),
          'a namespace of Kubernetes; empty for the one in which it is applied',
        ),
        labels: inner(
          z.record(z.string(), labelText).default({}),
          'a mapping of labels, by which the operator selects its rules',
        ),
      })
      .prefault({}),
    'a mapping of name, namespace and labels',
  ),
  alerts: inner(z.strictObject(alertsShape).prefault({}), 'a mapping of alerts, each with its values'),
});

/** Prometheus knows no looking ahead or back, and no references. */
const BEYOND_RE2 = /\(\?(?:<?[=!])|\\[1-9]/;

function isPattern(text: string): boolean {
  try {
    return !BEYOND_RE2.test(text) && new RegExp(`^(?:${text})$`).flags === '';
  } catch {
    return false;
  }
}

/** What is in force of one rule of an alert. */
export interface LevelValues {
  readonly severity: (typeof SEVERITIES)[number];
  readonly for: string;
  readonly keep_firing_for: string;
}

/** The values of one alert: its own by name, and of each of its rules by its severity as declared. */
type AlertValues = Readonly<Record<string, number | string | LevelValues>>;

/** All values that are in force. */
export interface Values extends Omit<z.infer<typeof valuesSchema>, 'alerts'> {
  readonly alerts: Readonly<Record<string, AlertValues>>;
}

/** The values, or one line for each thing that is wrong. */
export type ReadValues =
  | { readonly values: Values; readonly problems?: undefined }
  | { readonly values?: undefined; readonly problems: readonly string[] };

/** Every value as it is unless somebody says otherwise. */
export const DEFAULT_VALUES: Values = valuesSchema.parse({}) as Values;

const DECLARED: Declared = { schema: valuesSchema, page: 'docs/alerts.md' };

/** Reads a file of values. Never throws; whatever is wrong is told at once. */
export function readValues(file: string): ReadValues {
  return valuesIn(readFile(file));
}

/** The values that a file says, which was read. */
function valuesIn(file: FileSaid): ReadValues {
  const result = valuesSchema.safeParse(file.value);
  const problems = [
    ...file.problems,
    ...issueProblems(result.error?.issues ?? [], file.value, new Map(), file, DECLARED),
  ];
  const values = result.data as Values | undefined;
  const together = values === undefined ? [] : outOfReach(values);
  for (const each of together) problems.push(refusedProblem(each, values, new Map(), file, valuesSchema));
  if (values !== undefined && problems.length === 0) return { values };
  return { problems: problems.toSorted((one, other) => one.at - other.at).map(({ line }) => line) };
}

/** Values that are allowed each by itself, and together ask for what cannot be. */
function outOfReach({ alerts }: Values): Refused[] {
  return [
    ...burnOutOfReach(alerts['recovery-burn'] ?? {}),
    ...returnTooSoon(alerts['client-latched-off'] ?? {}),
  ];
}

/** No share is above all: a rate that would need it could never be told. */
function burnOutOfReach(burn: AlertValues): Refused[] {
  const objective = Number(burn['objective']);
  const fastest = Math.max(
    ...['fastRate', 'steadyRate', 'slowRate', 'creepingRate'].map((name) => Number(burn[name])),
  );
  if (objective < 1 && fastest * (1 - objective) < 1) return [];
  const least = Math.ceil((1 - 1 / fastest) * 1000) / 1000;
  return [
    {
      path: ['alerts', 'recovery-burn', 'objective'],
      allowed: `a number from ${least} that is less than 1, or the rate ${fastest} can never be reached`,
    },
  ];
}

/** A client counts as active for a while after its last request: who is silent shows only after that. */
function returnTooSoon(latched: AlertValues): Refused[] {
  const active = tableThresholds.activeMs.value;
  if (Number(latched['returnMs']) > active) return [];
  return [
    {
      path: ['alerts', 'client-latched-off', 'returnMs'],
      allowed: `more than ${active} ms, for which a silent client still counts as active`,
    },
  ];
}
