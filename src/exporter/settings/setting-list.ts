import { z } from 'zod';
import { aboutOf, bare, type About } from './about.ts';
import { settingsSchema } from './schema.ts';

/** One setting, under all the names it has. */
export interface Setting {
  /** The keys that lead to it in a file; `*` stands for an index, or a name of the operator's own. */
  readonly path: readonly string[];
  /** The same in one text, as in `proxy.upstreams[].name`. */
  readonly key: string;
  /** `--` and the key, without the section of the command; undefined where only a file can hold it. */
  readonly flag: string | undefined;
  readonly variable: string | undefined;
  readonly about: About;
  /** The default; undefined where there is none. */
  readonly fallback: unknown;
  readonly schema: z.ZodType;
}

/** What the names of all variables begin with. */
export const PREFIX = 'MCP_SESSION_EXPORTER_';

/** Every setting, in the order of the schema; those inside a list or mapping after it. */
export const settingList: readonly Setting[] = settingsWithin(settingsSchema, []);

/** Those that can be given by a flag or a variable: settings that do not stand inside another. */
export const outerSettings: readonly Setting[] = settingList.filter(({ path }) => !path.includes('*'));

function settingsWithin(schema: z.ZodType, path: readonly string[]): Setting[] {
  const about = aboutOf(schema);
  const own = about === undefined ? [] : [settingAt(schema, path, about)];
  return [...own, ...partsOf(bare(schema)).flatMap(([step, part]) => settingsWithin(part, [...path, step]))];
}

function partsOf(schema: z.ZodType): readonly (readonly [string, z.ZodType])[] {
  if (schema instanceof z.ZodObject) return Object.entries(schema.shape);
  if (schema instanceof z.ZodArray) return [['*', schema.element as z.ZodType]];
  if (schema instanceof z.ZodRecord) return [['*', schema.valueType as z.ZodType]];
  return [];
}

function settingAt(schema: z.ZodType, path: readonly string[], about: About): Setting {
  const isInner = path.includes('*');
  return {
    path,
    key: path.join('.').replaceAll('.*', '[]'),
    flag: isInner || about.secret || !hasText(schema, about) ? undefined : `--${flagName(path, about)}`,
    variable: isInner || !hasText(schema, about) ? undefined : PREFIX + path.join('_').toUpperCase(),
    about,
    fallback: schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined,
    schema,
  };
}

/** The proxy is what most flags are for: its own go without its name. */
function flagName(path: readonly string[], { flag }: About): string {
  return flag ?? (path[0] === 'proxy' ? path.slice(1) : path).join('-').replaceAll('_', '-');
}

/** Whether it can be written as one text; a mapping can not, unless it says how. */
function hasText(schema: z.ZodType, { fromTexts }: About): boolean {
  const whole = bare(schema);
  return fromTexts !== undefined || !(whole instanceof z.ZodRecord || whole instanceof z.ZodObject);
}
