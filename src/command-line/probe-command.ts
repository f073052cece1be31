import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { headersIn, probe, reportAsJUnit, reportAsText, type ProbeReport } from '../exporter/probe/index.ts';
import { VERSION } from '../version.ts';
import type { Terminal } from './index.ts';

const HEADERS_VARIABLE = 'MCP_SESSION_EXPORTER_PROBE_HEADERS';

const HELP = `Usage: mcp-session-exporter probe [options] URL

Walks the life of one session at a server, from its handshake to its end and beyond, and the revision that has no
sessions, and says check by check whether the server handles them right. It calls no tool, and ends every session
that it begins.

Options:
  --json                print the report as JSON
  --junit               print the report as JUnit XML
  --debug               show every exchange, also those of checks that passed
  --headers-file FILE   send the headers in this file, one on a line, as "Authorization: Bearer ..."; - is stdin
  --hold TIME           hold the event stream for so long; 20s or longer shows whether it is kept alive (default 2s)
  --timeout TIME        the longest that one request may take (default 5s)
  --origin ORIGIN       the web page that is played (default: one that does not exist)
  --help                print this

${HEADERS_VARIABLE} holds headers too, in the same form. A header is never given as an
option: whoever lists the processes of the machine would read it.

Exit code: 0 nothing failed, 1 a check failed, 2 the server could not be probed.
`;

const EXIT_CODES: Readonly<Record<ProbeReport['outcome'], number>> = { passed: 0, failed: 1, unprobed: 2 };

/** `mcp-session-exporter probe`. */
export async function probeCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  try {
    const asked = parsed(args);
    if (asked.help) {
      stdout.write(HELP);
      return 0;
    }
    const report = await probe(asked.url, { ...asked.options, headers: headersOf(asked.headersFile) });
    stdout.write(printed(report, asked, stdout));
    return EXIT_CODES[report.outcome];
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof TypeError)) throw error;
    stderr.write(`mcp-session-exporter probe: ${error.message.replace(/\.$/, '')}. See --help.\n`);
    return 2;
  }
}

interface Asked {
  readonly url: string;
  readonly help: boolean;
  readonly json: boolean;
  readonly junit: boolean;
  readonly debug: boolean;
  readonly headersFile: string | undefined;
  readonly options: { readonly holdMs?: number; readonly timeoutMs?: number; readonly origin?: string };
}

/** What was asked. Throws a TypeError or a RangeError that says what is wrong with it. */
function parsed(args: readonly string[]): Asked {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      junit: { type: 'boolean', default: false },
      debug: { type: 'boolean', default: false },
      'headers-file': { type: 'string' },
      hold: { type: 'string' },
      timeout: { type: 'string' },
      origin: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { help, json, junit, debug, hold, timeout, origin } = values;
  if (positionals.length !== 1 && !help) throw new RangeError('name the address of one server');
  if (json && junit) throw new RangeError('--json and --junit exclude each other');
  return {
    url: positionals[0] ?? '',
    help,
    json,
    junit,
    debug,
    headersFile: values['headers-file'],
    options: {
      ...(hold === undefined ? undefined : { holdMs: milliseconds('--hold', hold) }),
      ...(timeout === undefined ? undefined : { timeoutMs: milliseconds('--timeout', timeout) }),
      ...(origin === undefined ? undefined : { origin }),
    },
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

function milliseconds(option: string, text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  if (number === undefined || unit === undefined)
    throw new RangeError(`${option} is ${JSON.stringify(text)}; allowed is a time such as 500ms, 20s or 1m`);
  return Number(number) * (UNITS[unit] as number);
}

/** The headers of the environment, and over them those of the file. */
function headersOf(file: string | undefined): Record<string, string> {
  const inherited = headersIn(process.env[HEADERS_VARIABLE] ?? '');
  return file === undefined ? inherited : { ...inherited, ...headersIn(textOf(file)) };
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? process.stdin.fd : file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RangeError(`--headers-file ${JSON.stringify(file)} cannot be read (${code ?? 'unknown'})`, {
      cause: error,
    });
  }
}

function printed(report: ProbeReport, { json, junit, debug }: Asked, stdout: NodeJS.WritableStream): string {
  if (junit) return reportAsJUnit(report);
  if (!json) return reportAsText(report, stdout, debug);
  const told = { version: VERSION, ...report, startedAt: new Date(report.startedAt).toISOString() };
  return `${JSON.stringify(told, undefined, 2)}\n`;
}
