import { z } from 'zod';
import { bare, itemsOf } from './about.ts';
import type { Setting } from './setting-list.ts';

/** The value of a setting as somebody gave it, by a flag or a variable. */
export interface Given {
  readonly setting: Setting;
  /** The name under which it was given: `--port`, `MCP_SESSION_EXPORTER_PORT`. */
  readonly as: string;
  /** What was written: the items of a list one by one. */
  readonly texts: readonly string[];
}

/** Takes the texts of a flag, which may stand there several times, or of a variable. Blank is as not given. */
export function givenAs(as: string, setting: Setting, texts: readonly string[]): Given | undefined {
  const isList = isPlural(setting) && setting.about.fromTexts === undefined;
  const written = texts.flatMap((text) => (isList ? itemsOf(text) : text.trim() || []));
  return written.length === 0 ? undefined : { setting, as, texts: written };
}

/** Whether it is a list, or a mapping that is written as a list. */
export function isPlural({ schema }: Setting): boolean {
  const whole = bare(schema);
  return whole instanceof z.ZodArray || whole instanceof z.ZodObject;
}

/** The value that a text stands for. What cannot be read stays a text, for the schema to refuse. */
export function valueOf({ setting, texts }: Given): unknown {
  const { schema, about } = setting;
  const whole = bare(schema);
  if (about.fromTexts !== undefined) return about.fromTexts(texts);
  if (whole instanceof z.ZodArray) return texts;
  const [text = ''] = texts;
  const isNumber = whole instanceof z.ZodNumber && /^-?\d+(\.\d+)?$/.test(text);
  return isNumber ? Number(text) : text;
}

/** Whether a value is a mapping of names to values. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
