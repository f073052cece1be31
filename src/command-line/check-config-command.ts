import { parseArgs } from 'node:util';
import { effectiveText, readSettings } from '../exporter/settings/index.ts';
import type { Terminal } from './index.ts';

/** The help of `check-config`. */
export const CHECK_CONFIG_HELP = `Usage: mcp-session-exporter check-config FILE

Checks a file of settings, and prints "ok" with all settings as they would be, defaults included. What is printed is
a file of settings itself; secrets are hidden in it. Variables and flags are left out of account.

Exit code: 0 the file is right, 1 something in it is not allowed (all of it is told on stderr), 2 no file was named.
`;

/** `mcp-session-exporter check-config`. */
export async function checkConfigCommand(
  args: readonly string[],
  { stdout, stderr }: Terminal,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { help: { type: 'boolean', short: 'h' } },
    strict: false,
    allowPositionals: true,
  });
  if (values['help'] === true) {
    stdout.write(CHECK_CONFIG_HELP);
    return 0;
  }
  const [file, ...others] = positionals;
  const strange = Object.keys(values).find((name) => name !== 'help');
  if (file === undefined || others.length > 0 || strange !== undefined) {
    stderr.write('mcp-session-exporter check-config: name one file, and nothing else. See --help.\n');
    return 2;
  }
  const { settings, problems = [] } = readSettings({ file });
  for (const problem of problems) stderr.write(`${problem}\n`);
  if (settings === undefined) return 1;
  stdout.write(`# ok\n${effectiveText(settings)}`);
  return 0;
}
