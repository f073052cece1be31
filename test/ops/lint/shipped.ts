import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** Everything we ship that asks Prometheus for something or is read by Prometheus, Alertmanager or Grafana. */

/** The root of the repository. */
export const ROOT = join(import.meta.dirname, '../../..');

/** An alerting or a recording rule. */
export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A file, by its path below the root. */
export interface File {
  readonly path: string;
  readonly text: string;
}

/** The files that match, sorted. */
export function files(...patterns: readonly string[]): File[] {
  const exclude = ['**/node_modules/**', '**/.cache/**'];
  const paths = globSync([...patterns], { cwd: ROOT, exclude });
  return paths.toSorted().map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** The files of rules that Prometheus loads. */
export const RULE_FILES = 'alerts/*.yaml';

/** The dashboards that Grafana is given. */
export const DASHBOARDS = 'dashboards/*.json';

/** What a compose file mounts, and the compose files. */
export const COMPOSE_FILES = [
  'docker-compose.yml',
  'compose.yaml',
  '{examples,compose}/**/{docker-compose.yml,compose.yaml}',
];

/** Whole configurations of Alertmanager. */
export const ALERTMANAGERS = '{compose,examples}/**/alertmanager*.{yml,yaml}';

/** What tells Alertmanager by which labels to go, whole or in part. */
export const ROUTING = [ALERTMANAGERS, 'alerts/alertmanager/*.yaml'];

/** Everything else in which names may stand. */
export const TEXTS = [
  '*.md',
  'docs/**/*.md',
  '{compose,examples}/**/*.{md,yaml,yml,json,js,ts,service}',
  'docker-compose.yml',
  'alerts/**/*.{yaml,yml,md}',
  'dashboards/**/*.{json,yaml,yml,md}',
];

/** Every rule of {@link RULE_FILES}, in the order in which it is loaded. */
export function rules(): Rule[] {
  return files(RULE_FILES).flatMap(({ text }) =>
    parseAllDocuments(text).flatMap((document) => rulesIn(document.toJS())),
  );
}

/** The rules of a file as Prometheus reads it, or of a manifest of its operator. */
function rulesIn(file: unknown): Rule[] {
  const { groups, spec } = file as { groups?: { rules: Rule[] }[]; spec?: { groups?: { rules: Rule[] }[] } };
  return (groups ?? spec?.groups ?? []).flatMap((group) => group.rules);
}

export function alertingRules(): Rule[] {
  return rules().filter(({ alert }) => alert !== undefined);
}

export function recordingRules(): Rule[] {
  return rules().filter(({ record }) => record !== undefined);
}

/** Every text under one of these keys, however deep. */
export function textsUnder(keys: ReadonlySet<string>, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    keys.has(key) && typeof inner === 'string' ? [inner] : textsUnder(keys, inner),
  );
}

/** What a file of YAML or JSON says. */
export function read(path: string): unknown {
  return parse(readFileSync(join(ROOT, path), 'utf8'));
}
