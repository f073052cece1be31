import { nearest } from '../exporter/settings/index.ts';
import { VERSION } from '../version.ts';
import { checkConfigCommand } from './check-config-command.ts';
import { probeCommand } from './probe-command.ts';
import { proxyCommand } from './proxy-command.ts';
import { replayCommand } from './replay-command.ts';
import { rulesCommand } from './rules-command.ts';

/** Where a command reads nothing from, and writes to. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Exit code of a command line that is not understood, and of a command that could not do its work. */
export const FAILED = 2;

/** One word of the command line, and what it does. */
interface Command {
  /** What follows the word, most of the time. */
  readonly takes: string;
  readonly does: string;
  /** Answers the exit code. */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  proxy: {
    takes: '--upstream URL',
    does: 'stand in front of MCP servers, and watch what passes',
    run: proxyCommand,
  },
  probe: {
    takes: 'URL',
    does: 'ask a server, check by check, whether it handles sessions right',
    run: probeCommand,
  },
  replay: {
    takes: 'FILE...',
    does: 'judge recordings, and print the faults with their evidence',
    run: replayCommand,
  },
  'check-config': {
    takes: 'FILE',
    does: 'check a file of settings, and print all settings as they would be',
    run: checkConfigCommand,
  },
  rules: {
    takes: '--values FILE',
    does: 'print the rules for Prometheus, with thresholds of your own',
    run: rulesCommand,
  },
};

/** Runs a command line; answers the exit code. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  const [word = '', ...rest] = args;
  if (word === '--version') return print(terminal.stdout, `${VERSION}\n`, 0);
  if (word === '') return print(terminal.stderr, help(), FAILED);
  if (word === '--help' || word === '-h' || word === 'help') return helpWith(rest, terminal);
  const command = commandOf(word);
  return command === undefined ? refuse(word, terminal) : command.run(rest, terminal);
}

/** `help proxy` is `proxy --help`. */
async function helpWith([word]: readonly string[], terminal: Terminal): Promise<number> {
  if (word === undefined || word.startsWith('-')) return print(terminal.stdout, help(), 0);
  const command = commandOf(word);
  return command === undefined ? refuse(word, terminal) : command.run(['--help'], terminal);
}

function commandOf(word: string): Command | undefined {
  return Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
}

function refuse(word: string, { stderr }: Terminal): number {
  const names = Object.keys(COMMANDS);
  const meant = nearest(word, names);
  const instead = meant === undefined ? `the commands are ${names.join(', ')}` : `did you mean ${meant}?`;
  const reason = `there is no command ${JSON.stringify(word.slice(0, 100))}; ${instead}`;
  return print(stderr, `mcp-session-exporter: ${reason}\n`, FAILED);
}

function help(): string {
  const usages = Object.entries(COMMANDS).map(
    ([word, { takes, does }]) => [`${word} ${takes}`, does] as const,
  );
  const width = Math.max(...usages.map(([usage]) => usage.length));
  return `Usage: mcp-session-exporter <command> [options]

Watches MCP sessions, and says who is at fault when one breaks.

Commands:
${usages.map(([usage, does]) => `  ${usage.padEnd(width)}   ${does}`).join('\n')}
  ${'help COMMAND'.padEnd(width)}   print the help of a command

Options:
  ${'--help'.padEnd(width)}   print this, or the help of a command
  ${'--version'.padEnd(width)}   print the version

To watch a server, no command is needed:
  node --import mcp-session-exporter/register server.js
`;
}

function print(stream: NodeJS.WritableStream, text: string, code: number): number {
  stream.write(text);
  return code;
}
