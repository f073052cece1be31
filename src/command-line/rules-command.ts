import { parseArgs } from 'node:util';
import { nearest } from '../exporter/settings/index.ts';
import {
  DEFAULT_VALUES,
  FORMATS,
  readValues,
  rulesText,
  valuesText,
  type Format,
} from '../ops/rules/index.ts';
import type { Terminal } from './index.ts';

/** The help of `rules`. */
export const RULES_HELP = `Usage: mcp-session-exporter rules [--values FILE] [--format FORMAT]

Prints the recording and alerting rules for Prometheus 2.42 or newer.

  --values FILE
      thresholds, durations, severities, labels and URLs that differ from the defaults, in YAML
  --format FORMAT
      prometheus: a file for rule_files (default); prometheusrule: a manifest for the operator of Kubernetes
  --print-values
      print every value with its default and the reason for it, which is a file of values itself

Exit code: 0 the rules are printed, 1 a value is not allowed (all of them are told on stderr), 2 the command line is
not understood.
`;

const OPTIONS = ['values', 'format', 'print-values', 'help'] as const;

/** `mcp-session-exporter rules`. */
export async function rulesCommand(args: readonly string[], { stdout, stderr }: Terminal): Promise<number> {
  const asked = askedBy(args);
  if ('problem' in asked) {
    stderr.write(`mcp-session-exporter rules: ${asked.problem}\n`);
    return 2;
  }
  if (asked.print !== 'rules') {
    stdout.write(asked.print === 'help' ? RULES_HELP : valuesText());
    return 0;
  }
  const { values, problems = [] } =
    asked.file === undefined ? { values: DEFAULT_VALUES } : readValues(asked.file);
  for (const problem of problems) stderr.write(`${problem}\n`);
  if (values === undefined) return 1;
  stdout.write(rulesText(values, asked.format));
  return 0;
}

type Asked =
  | { readonly problem: string }
  | { readonly print: 'help' | 'values' }
  | { readonly print: 'rules'; readonly file: string | undefined; readonly format: Format };

function askedBy(args: readonly string[]): Asked {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      values: { type: 'string' },
      format: { type: 'string' },
      'print-values': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
    strict: false,
    allowPositionals: true,
  });
  if (values['help'] === true) return { print: 'help' };
  const strange = Object.keys(values).find((name) => !OPTIONS.some((option) => option === name));
  if (strange !== undefined) return { problem: unknownFlag(strange) };
  const [word] = positionals;
  if (word !== undefined)
    return { problem: `${JSON.stringify(word.slice(0, 100))} is not understood; see --help` };
  if (values['print-values'] === true) return { print: 'values' };
  const { values: file, format = 'prometheus' } = values;
  if (file !== undefined && typeof file !== 'string') return { problem: '--values: name a file of values' };
  const known = FORMATS.find((each) => each === format);
  if (known === undefined)
    return {
      problem: `--format: ${JSON.stringify(format)} is not allowed; it must be ${FORMATS.join(' or ')}`,
    };
  return { print: 'rules', file, format: known };
}

function unknownFlag(name: string): string {
  const meant = nearest(name, OPTIONS);
  const instead =
    meant === undefined
      ? `those are ${OPTIONS.map((option) => `--${option}`).join(', ')}`
      : `did you mean --${meant}?`;
  return `--${name.slice(0, 100)}: there is no such flag; ${instead}`;
}
