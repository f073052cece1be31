import { parseArgs } from 'node:util';
import { replay, type Damage } from '../recording/index.ts';
import type { Terminal } from './index.ts';
import { reportAsJson, reportAsText } from './report.ts';

const HELP = `Usage: mcp-session-exporter replay [--json] FILE...

Judges recordings as the exporter would have judged the traffic itself, on recorded time, and prints the faults
with their evidence. The files of one run are joined again, in whatever order they are given.

Options:
  --json   print the report as JSON
  --help   print this

Exit code: 0 no fault, 1 faults were found, 2 nothing could be judged.
A line that is damaged is told on stderr, with its place; the rest is judged.
`;

/** Damaged lines that are told of each file; a foreign file is nothing but such lines. */
const DAMAGE_TOLD = 10;

/** `mcp-session-exporter replay`. */
export async function replayCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { stdout, stderr } = terminal;
  const told = (text: string): void => void stderr.write(`mcp-session-exporter replay: ${text}\n`);
  const asked = parsed(args);
  if (typeof asked === 'string') {
    told(`${asked}. See --help.`);
    return 2;
  }
  if (asked.help) {
    stdout.write(HELP);
    return 0;
  }
  const damage = createDamageTeller((line) => stderr.write(`${line}\n`));
  const report = await replay(asked.files, { damaged: (each) => damage.tell(each) });
  damage.rest();
  if (report.exchanges === 0) {
    told('nothing could be judged: there is no exchange in what was read');
    return 2;
  }
  stdout.write(asked.json ? reportAsJson(report) : reportAsText(report, stdout));
  return report.found.length > 0 ? 1 : 0;
}

interface Asked {
  readonly files: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
}

/** What was asked, or what is wrong with it. */
function parsed(args: readonly string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (positionals.length === 0 && !values.help) return 'name at least one recording';
    return { files: positionals, ...values };
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
  }
}

/** Tells the first damaged lines of each file, and then how many more there were. */
function createDamageTeller(line: (text: string) => void): { tell(damage: Damage): void; rest(): void } {
  const counts = new Map<string, number>();
  return {
    tell({ file, line: number, reason }) {
      const count = (counts.get(file) ?? 0) + 1;
      counts.set(file, count);
      if (count <= DAMAGE_TOLD) line(`${number === 0 ? file : `${file}:${number}`}: ${reason}`);
    },
    rest() {
      for (const [file, count] of counts) {
        if (count > DAMAGE_TOLD) line(`${file}: ${count - DAMAGE_TOLD} more lines are damaged`);
      }
    },
  };
}
