import type { z } from 'zod';
import { aboutOf, allowedFor, bare, schemaIn } from './about.ts';
import type { FileSaid } from './file.ts';
import type { Given } from './given.ts';
import { hidden, notAllowed, unknown, word, written, type Problem } from './problem.ts';
import { settingsSchema } from './schema.ts';

/** A value that is not allowed where it stands; beside those of the schema there are some that it cannot know. */
export interface Refused {
  readonly path: readonly PropertyKey[];
  /** What is refused, where that is not the value itself. */
  readonly value?: unknown;
  readonly allowed: string;
}

/** What was declared, and the page that lists it. */
export interface Declared {
  readonly schema: z.ZodType;
  readonly page: string;
}

const SETTINGS: Declared = { schema: settingsSchema, page: 'docs/configuration.md' };

/** Tells what the schema found as people wrote it: under the name they used, with the place where it stands. */
export function issueProblems(
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  given: ReadonlyMap<string, Given>,
  file: FileSaid,
  declared: Declared = SETTINGS,
): Problem[] {
  const { schema } = declared;
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => unknownKey([...issue.path, key], given, file, declared));
    if (issue.code === 'invalid_key') return [refusedKey(issue, file, schema)];
    const refused = { path: issue.path, allowed: allowedAt(issue.path, schema) };
    return [refusedProblem(refused, input, given, file, schema)];
  });
}

/** Tells one value that is not allowed. */
export function refusedProblem(
  refused: Refused,
  input: unknown,
  given: ReadonlyMap<string, Given>,
  file: FileSaid,
  declared: z.ZodType = settingsSchema,
): Problem {
  const { path, allowed } = refused;
  const source = sourceOf(path, given);
  if (source !== undefined) {
    const { about } = source.setting;
    const value = about.secret ? hidden : (refused.value ?? textAt(source, path));
    const isOwn = 'value' in refused;
    return {
      line: notAllowed(source.as, value, isOwn ? allowed : (about.allowedInText ?? about.allowed)),
      at: -1,
    };
  }
  const value = isSecret(path, declared) ? hidden : 'value' in refused ? refused.value : valueAt(input, path);
  const { text, at } = file.place(path);
  const name = path.length === 0 ? '' : `: ${written(path)}`;
  return { line: notAllowed(`${text}${name}`, value, allowed), at };
}

/** A name of the operator's own, of which only a file can have any. */
function refusedKey({ path }: z.core.$ZodIssueInvalidKey, file: FileSaid, declared: z.ZodType): Problem {
  const schema = bare(schemaAt(path.slice(0, -1), declared) ?? declared) as z.ZodRecord;
  const allowed = allowedFor(schema.keyType as z.ZodType) ?? 'a name';
  const { text, at } = file.place(path, 'key');
  return { line: `${text}: ${written(path)} is not allowed as a name; it must be ${allowed}`, at };
}

function unknownKey(
  path: readonly PropertyKey[],
  given: ReadonlyMap<string, Given>,
  file: FileSaid,
  { schema, page }: Declared,
): Problem {
  const name = String(path.at(-1));
  const within = bare(schemaAt(path.slice(0, -1), schema) ?? schema) as z.ZodObject;
  const names = Object.keys(within.shape);
  const source = sourceOf(path, given);
  if (source !== undefined)
    return { line: unknown(`${source.as}: ${word(name)}`, 'name', name, names, page), at: -1 };
  const { text, at } = file.place(path, 'key');
  return { line: unknown(`${text}: ${written(path)}`, 'key', name, names, page), at };
}

/** Who gave the setting to which a path leads, unless it was the file. */
function sourceOf(path: readonly PropertyKey[], given: ReadonlyMap<string, Given>): Given | undefined {
  for (let length = path.length; length > 0; length--) {
    const found = given.get(path.slice(0, length).join('.'));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Of a list that was written as text, the item that is meant. */
function textAt({ texts, setting }: Given, path: readonly PropertyKey[]): string {
  const index = path[setting.path.length];
  const item = typeof index === 'number' && setting.about.fromTexts === undefined ? texts[index] : undefined;
  return item ?? texts.join(',');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

function schemaAt(path: readonly PropertyKey[], declared: z.ZodType): z.ZodType | undefined {
  let schema: z.ZodType | undefined = declared;
  for (const step of path) schema = schema === undefined ? undefined : schemaIn(schema, step);
  return schema;
}

/** What must stand at a path: the innermost that says so. */
function allowedAt(path: readonly PropertyKey[], declared: z.ZodType): string {
  for (let length = path.length; length > 0; length--) {
    const schema = schemaAt(path.slice(0, length), declared);
    const allowed = schema === undefined ? undefined : allowedFor(schema);
    if (allowed !== undefined) return allowed;
  }
  return 'a mapping of settings';
}

function isSecret(path: readonly PropertyKey[], declared: z.ZodType): boolean {
  return path.some((_, i) => {
    const schema = schemaAt(path.slice(0, i + 1), declared);
    return schema !== undefined && aboutOf(schema)?.secret === true;
  });
}
