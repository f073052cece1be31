import { flagged } from '../exporter/settings/index.ts';
import { allowedText, defaultText } from '../exporter/settings/telling.ts';

/** The widest line of help. */
const WIDTH = 110;

/** Where the words of a flag begin. */
const INDENT = 6;

/** Help for every flag that is a setting: what it means, what it must be, and its default. */
export function settingsHelp(): string {
  const flags = [...flagged.values()].map((setting) => {
    const { flag, about } = setting;
    const words = `${about.meaning}: ${allowedText(setting)} (default: ${defaultText(setting)})`;
    return `  ${flag}\n${wrapped(words.replaceAll('`', ''))}`;
  });
  return `${flags.join('\n')}\n  --config FILE\n${wrapped('a file of settings, in YAML; check-config checks it')}\n`;
}

function wrapped(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const each of text.split(' ')) {
    if (line !== '' && line.length + each.length + 1 > WIDTH - INDENT) {
      lines.push(line);
      line = each;
    } else line = line === '' ? each : `${line} ${each}`;
  }
  return [...lines, line].map((each) => ' '.repeat(INDENT) + each).join('\n');
}
