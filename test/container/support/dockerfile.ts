import { readFileSync } from 'node:fs';

/** One instruction of a Dockerfile: its word in capitals, and the rest with the build arguments filled in. */
export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** What stands between one FROM and the next. */
export interface Stage {
  readonly base: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile of the simple kind: no here-documents, no heredoc, one form of each instruction. */
export function readDockerfile(path: string): readonly Stage[] {
  const args = new Map<string, string>();
  const stages: { base: string; name: string | undefined; instructions: Instruction[] }[] = [];
  for (const line of linesOf(readFileSync(path, 'utf8'))) {
    const [, word = '', raw = ''] = /^([A-Z]+)\s+(.*)$/s.exec(line) ?? [];
    if (word === '') throw new Error(`no instruction: ${line}`);
    if (word === 'ARG') {
      const [name = '', value = ''] = raw.split('=', 2);
      args.set(name, value);
    } else if (word === 'FROM') {
      const [, base = '', name] = /^(\S+)(?: AS (\S+))?$/.exec(filledIn(raw, args)) ?? [];
      stages.push({ base, name, instructions: [] });
    } else stages.at(-1)?.instructions.push({ word, rest: raw });
  }
  return stages;
}

/** The rest of the only instruction with this word. */
export function only({ instructions }: Stage, word: string): string {
  const [found, ...others] = instructions.filter((each) => each.word === word);
  if (found === undefined || others.length > 0)
    throw new Error(`${word} stands there ${others.length + 1} times`);
  return found.rest;
}

/** The variables that a stage sets. */
export function environmentOf({ instructions }: Stage): Record<string, string> {
  const pairs = instructions.filter(({ word }) => word === 'ENV').flatMap(({ rest }) => rest.split(/\s+/));
  return Object.fromEntries(pairs.map((pair) => pair.split('=', 2) as [string, string]));
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

function filledIn(text: string, args: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => args.get(name) ?? '');
}
