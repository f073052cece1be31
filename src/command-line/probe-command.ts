import { probe, reportAsJUnit, reportAsText, type ProbeReport } from '../exporter/probe/index.ts';
import { VERSION } from '../version.ts';
import type { Terminal } from './index.ts';
import { HEADERS_VARIABLE, probeArguments, type Asked } from './probe-arguments.ts';

const HELP = `Usage: mcp-session-exporter probe [options] URL

Walks the life of one session at a server, from its handshake to its end and beyond, and the revision that has no
sessions, and says check by check whether the server handles them right. It calls no tool, and ends every session
that it begins.

Options:
  --json                print the report as JSON
  --junit               print the report as JUnit XML
  --debug               show every exchange, also those of checks that passed
  --config FILE         probe as this file of settings says, in probe.modules (docs/configuration.md)
  --module NAME         by this module of the file (default: default)
  --headers-file FILE   send the headers in this file, one on a line, as "Authorization: Bearer ..."; - is stdin
  --ca-file FILE        trust who signed with the certificates in this file too, in PEM; - is stdin
  --eras ERAS           hold the server to the rules of sessionful, sessionless or both (default both)
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
    const asked = probeArguments(args, process.env);
    if (asked.help) {
      stdout.write(HELP);
      return 0;
    }
    const report = await probe(asked.url, asked.options);
    stdout.write(printed(report, asked, stdout));
    return EXIT_CODES[report.outcome];
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof TypeError)) throw error;
    stderr.write(`mcp-session-exporter probe: ${error.message.replace(/\.$/, '')}. See --help.\n`);
    return 2;
  }
}

function printed(report: ProbeReport, { json, junit, debug }: Asked, stdout: NodeJS.WritableStream): string {
  if (junit) return reportAsJUnit(report);
  if (!json) return reportAsText(report, stdout, debug);
  const told = { version: VERSION, ...report, startedAt: new Date(report.startedAt).toISOString() };
  return `${JSON.stringify(told, undefined, 2)}\n`;
}
