import { checkTogether } from './together.ts';
import { NO_FILE, readFile, type FileSaid } from './file.ts';
import { readFlags, type Said } from './flags.ts';
import { isMapping, valueOf, type Given } from './given.ts';
import { issueProblems, refusedProblem } from './issues.ts';
import type { Problem } from './problem.ts';
import { settingsSchema, type Settings } from './schema.ts';
import { readVariables, type Environment } from './variables.ts';

/** Where settings come from. Flags count more than variables, these more than the file, and it more than defaults. */
export interface Sources {
  /** Flags, as in `['--port', '9464']`. */
  readonly args?: readonly string[];
  readonly environment?: Environment;
  /** A file, where neither flag nor variable names one. */
  readonly file?: string;
}

/** The settings, or one line for each thing that is wrong. */
export type Read =
  | { readonly settings: Settings; readonly problems?: undefined }
  | { readonly settings?: undefined; readonly problems: readonly string[] };

/** So many problems are told; a foreign file is nothing but problems. */
const MOST_TOLD = 50;

/** Reads the settings. Never throws; whatever is wrong is told at once. */
export function readSettings(sources: Sources): Read {
  const flags = readFlags(sources.args ?? []);
  const variables = readVariables(sources.environment ?? {});
  const name = (flags.config ?? variables.config)?.file ?? sources.file;
  const file = name === undefined ? NO_FILE : readFile(name);
  return judged(file, [variables, flags]);
}

/** The settings of a file that was read, and of what else was said, the latter counting more. */
export function judged(file: FileSaid, said: readonly Said[]): Read {
  const problems: Problem[] = [...said.toReversed().flatMap((each) => each.problems), ...file.problems];
  const given = new Map<string, Given>();
  for (const each of said.flatMap((one) => one.given)) given.set(each.setting.key, each);
  const input = [...given.values()].reduce<unknown>(
    (whole, each) => withValue(whole, each.setting.path, valueOf(each)),
    file.value,
  );
  const result = settingsSchema.safeParse(input);
  const issues = result.error?.issues ?? [];
  problems.push(...issueProblems(issues, input, given, file));
  for (const each of checkTogether(input, issues)) problems.push(refusedProblem(each, input, given, file));
  if (result.success && problems.length === 0) return { settings: result.data };
  const lines = [...new Set(problems.toSorted((one, other) => one.at - other.at).map(({ line }) => line))];
  const more = lines.length - MOST_TOLD;
  return { problems: more > 0 ? [...lines.slice(0, MOST_TOLD), `and ${more} more problems`] : lines };
}

/** A mapping with another value at a path. Where something else than a mapping stands on the way, that is refused later. */
function withValue(whole: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (!isMapping(whole)) return whole;
  return { ...whole, [step]: withValue(rest.length > 0 ? (whole[step] ?? {}) : undefined, rest, value) };
}
