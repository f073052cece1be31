import { VERSION } from '../version.ts';
import { replayCommand } from './replay-command.ts';

/** Where a command reads nothing from, and writes to. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** One word of the command line, and what it does. Answers the exit code. */
type Command = (args: readonly string[], terminal: Terminal) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = { replay: replayCommand };

const HELP = `Usage: mcp-session-exporter <command> [options]

Watches MCP sessions, and says who is at fault when one breaks.

Commands:
  replay FILE...   judge recordings, and print the faults with their evidence

Options:
  --help           print this, or the help of a command
  --version        print the version

To watch a server, no command is needed:
  node --import mcp-session-exporter/register server.js
`;

/** Exit code of a command line that is not understood, and of a command that could not do its work. */
export const FAILED = 2;

/** Runs a command line; answers the exit code. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  const [word = '', ...rest] = args;
  if (word === '--version') return print(terminal.stdout, `${VERSION}\n`, 0);
  if (word === '--help' || word === '-h') return print(terminal.stdout, HELP, 0);
  if (word === '') return print(terminal.stderr, HELP, FAILED);
  if (Object.hasOwn(COMMANDS, word)) return (COMMANDS[word] as Command)(rest, terminal);
  const known = Object.keys(COMMANDS).join(', ');
  const reason = `mcp-session-exporter: there is no command ${JSON.stringify(word)}; the commands are: ${known}\n`;
  return print(terminal.stderr, reason, FAILED);
}

function print(stream: NodeJS.WritableStream, text: string, code: number): number {
  stream.write(text);
  return code;
}
