import { givenAs, isPlural, type Given } from './given.ts';
import { notAllowed, unknown, type Problem } from './problem.ts';
import { outerSettings, type Setting } from './setting-list.ts';

/** What a command line, or an environment, says. */
export interface Said {
  readonly given: readonly Given[];
  /** The file to read, and the name under which it was given. */
  readonly config: { readonly as: string; readonly file: string } | undefined;
  readonly problems: readonly Problem[];
}

/** The settings of the proxy that have a flag, by its name. */
export const flagged: ReadonlyMap<string, Setting> = new Map(
  outerSettings.flatMap((each) =>
    each.flag === undefined || each.about.ofRegister ? [] : [[each.flag, each] as const],
  ),
);

const CONFIG = '--config';
const NAMES = [...flagged.keys(), CONFIG];

/** Reads flags: `--port 80`, `--port=80`; those of lists several times, or divided by commas. */
export function readFlags(args: readonly string[]): Said {
  const texts = new Map<string, string[]>();
  const problems: string[] = [];
  for (const { name, value } of flagsIn(args)) {
    const problem = problemOf(name, value);
    if (problem !== undefined) problems.push(problem);
    else texts.set(name, [...(texts.get(name) ?? []), value as string]);
  }
  const given: Given[] = [];
  for (const [name, all] of texts) {
    const setting = flagged.get(name);
    const isOne = setting === undefined || !isPlural(setting);
    if (isOne && all.length > 1) problems.push(`${name}: is given ${all.length} times`);
    const read = setting === undefined ? undefined : givenAs(name, setting, all);
    if (read !== undefined) given.push(read);
  }
  const file = texts.get(CONFIG)?.[0];
  return {
    given,
    problems: problems.map((line) => ({ line, at: -1 })),
    config: file === undefined ? undefined : { as: CONFIG, file },
  };
}

interface Flag {
  readonly name: string;
  readonly value: string | undefined;
}

/** Every flag with what follows it, unless that is a flag: then it has lost its value. */
function flagsIn(args: readonly string[]): Flag[] {
  const flags: Flag[] = [];
  for (let i = 0; i < args.length; i++) {
    const [, name, inline] = /^(--[^=]+)(?:=(.*))?$/s.exec(args[i] as string) ?? [];
    const next = args[i + 1];
    if (name === undefined) flags.push({ name: args[i] as string, value: undefined });
    else if (inline !== undefined || next === undefined || next.startsWith('--'))
      flags.push({ name, value: inline });
    else {
      flags.push({ name, value: next });
      i++;
    }
  }
  return flags;
}

function problemOf(name: string, value: string | undefined): string | undefined {
  if (!name.startsWith('--'))
    return `${JSON.stringify(name.slice(0, 100))}: is not understood; settings are given by flags`;
  if (!NAMES.includes(name)) return unknownFlag(name);
  return value === undefined ? notAllowed(name, undefined, allowedFor(name)) : undefined;
}

function allowedFor(flag: string): string {
  const about = flagged.get(flag)?.about;
  return about === undefined ? 'the path of a file' : (about.allowedInText ?? about.allowed);
}

function unknownFlag(flag: string): string {
  const key = flag.slice(2).replaceAll('-', '_');
  const found = outerSettings.find((each) => each.path.join('_') === key);
  if (found?.about.secret)
    return `${flag}: a secret is not given on the command line, which others can see; give ${flag}-file or ${found.variable}`;
  if (found?.about.ofRegister)
    return `${flag}: this is for programs that are watched by --import, where it is ${found.variable}`;
  return unknown(flag, 'flag', flag, NAMES);
}
