import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { headersIn, type ProbeOptions } from '../exporter/probe/index.ts';
import { probingOf, readSettings } from '../exporter/settings/index.ts';

/** The variable that holds headers. */
export const HEADERS_VARIABLE = 'MCP_SESSION_EXPORTER_PROBE_HEADERS';

/** What the command line of `probe` asks for. */
export interface Asked {
  readonly url: string;
  readonly help: boolean;
  readonly json: boolean;
  readonly junit: boolean;
  readonly debug: boolean;
  readonly options: ProbeOptions;
}

const FLAGS = {
  json: { type: 'boolean', default: false },
  junit: { type: 'boolean', default: false },
  debug: { type: 'boolean', default: false },
  config: { type: 'string' },
  module: { type: 'string' },
  'headers-file': { type: 'string' },
  'ca-file': { type: 'string' },
  eras: { type: 'string' },
  hold: { type: 'string' },
  timeout: { type: 'string' },
  origin: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'];

/**
 * What was asked. A flag counts more than the module; the headers of the module, the environment and the file are
 * joined, the later counting more. Throws a TypeError or a RangeError that says what is wrong, and no header.
 */
export function probeArguments(args: readonly string[], environment: NodeJS.ProcessEnv): Asked {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: FLAGS });
  const { help, json, junit, debug } = values;
  const asked = { url: positionals[0] ?? '', help, json, junit, debug };
  if (help) return { ...asked, options: {} };
  if (positionals.length !== 1) throw new RangeError('name the address of one server');
  if (json && junit) throw new RangeError('--json and --junit exclude each other');
  const module = moduleOf(values);
  const headers = {
    ...module.headers,
    ...headersIn(environment[HEADERS_VARIABLE] ?? ''),
    ...headersIn(textOf('--headers-file', values['headers-file']) ?? ''),
  };
  return { ...asked, options: { ...module, ...flaggedIn(values), headers } };
}

/** The way to probe that the settings name; that of the defaults without any. */
function moduleOf({ config, module = 'default' }: Values): ProbeOptions {
  if (config === undefined && module === 'default') return {};
  if (config === undefined)
    throw new RangeError('--module names a way to probe in a file of settings; name the file with --config');
  const { settings, problems = [] } = readSettings({ file: config });
  if (settings === undefined) throw new RangeError(problems.join('\n'));
  const { modules } = probingOf(settings);
  const found = modules.get(module);
  if (found !== undefined) return found;
  const names = [...modules.keys()].join(', ');
  throw new RangeError(`--module is ${JSON.stringify(module)}; the modules of ${config} are: ${names}`);
}

function flaggedIn(values: Values): ProbeOptions {
  const { hold, timeout, origin, eras } = values;
  const ca = textOf('--ca-file', values['ca-file']);
  return {
    ...(hold === undefined ? undefined : { holdMs: milliseconds('--hold', hold) }),
    ...(timeout === undefined ? undefined : { timeoutMs: milliseconds('--timeout', timeout) }),
    ...(origin === undefined ? undefined : { origin }),
    ...(eras === undefined ? undefined : { eras: erasIn(eras) }),
    ...(ca === undefined ? undefined : { ca }),
  };
}

type Eras = NonNullable<ProbeOptions['eras']>;

const ERA_WORDS: Readonly<Record<string, Eras>> = {
  sessionful: ['sessionful'],
  sessionless: ['sessionless'],
  both: ['sessionful', 'sessionless'],
};

function erasIn(text: string): Eras {
  if (Object.hasOwn(ERA_WORDS, text)) return ERA_WORDS[text] as Eras;
  const words = Object.keys(ERA_WORDS).join(', ');
  throw new RangeError(`--eras is ${JSON.stringify(text)}; allowed are: ${words}`);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

function milliseconds(option: string, text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  if (number === undefined || unit === undefined)
    throw new RangeError(`${option} is ${JSON.stringify(text)}; allowed is a time such as 500ms, 20s or 1m`);
  return Number(number) * (UNITS[unit] as number);
}

function textOf(option: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file === '-' ? process.stdin.fd : file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RangeError(`${option} ${JSON.stringify(file)} cannot be read (${code ?? 'unknown'})`, {
      cause: error,
    });
  }
}
