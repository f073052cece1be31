import { z } from 'zod';

/** What is told of a setting, wherever people meet it: in help, documentation and errors. */
export interface About {
  /** What it is for, as in "the port of ...": no capital, no full stop. */
  readonly meaning: string;
  /** What it must be: follows "it must be". */
  readonly allowed: string;
  /** The same where it is written as one text, on the command line or in a variable. */
  readonly allowedInText?: string;
  /** Its value is told to nobody, and it has no flag: command lines are seen by others. */
  readonly secret?: true;
  /** Whether a reload may change it while the program runs; or may change one value into another. */
  readonly reloads?: true | ((before: unknown, after: unknown) => boolean);
  /** Told as the default where none can be written down. */
  readonly otherwise?: string;
  /** The name of the flag, where it is not that of the key. */
  readonly flag?: string;
  /** Reads what is not simply a text, a number or a list of texts: a flag may be given several times. */
  readonly fromTexts?: (texts: readonly string[]) => unknown;
  /** A program loaded by `--import` reads it, and the proxy does not. */
  readonly ofRegister?: true;
}

const told = z.registry<About>();
const allowedOf = z.registry<Pick<About, 'allowed'>>();

/** Declares a setting: a schema, and what is told of it. Its name is the place where it stands in the whole. */
export function setting<Schema extends z.ZodType>(schema: Schema, about: About): Schema {
  const own = schema.clone();
  told.add(own, about);
  return own;
}

/** Declares a value inside a setting, which has something of its own that it must be. */
export function inner<Schema extends z.ZodType>(schema: Schema, allowed: string): Schema {
  const own = schema.clone();
  allowedOf.add(own, { allowed });
  return own;
}

/** The items of a list that is written as text. */
export function itemsOf(text: string): string[] {
  return text.split(',').flatMap((item) => item.trim() || []);
}

/** What is told of a schema that is a setting. */
export function aboutOf(schema: z.ZodType): About | undefined {
  return told.get(schema);
}

/** What a value must be, if its schema says so. */
export function allowedFor(schema: z.ZodType): string | undefined {
  return told.get(schema)?.allowed ?? allowedOf.get(schema)?.allowed;
}

/** A schema without its default, and without its leave to be absent. */
export function bare(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault
    ? bare(schema.unwrap() as z.ZodType)
    : schema;
}

/** The schema of what stands inside another under this name, or at this index. */
export function schemaIn(schema: z.ZodType, step: PropertyKey): z.ZodType | undefined {
  const whole = bare(schema);
  if (whole instanceof z.ZodObject) {
    const shape = whole.shape as Readonly<Record<PropertyKey, z.ZodType>>;
    return Object.hasOwn(shape, step) ? shape[step] : undefined;
  }
  if (whole instanceof z.ZodArray) return whole.element as z.ZodType;
  if (whole instanceof z.ZodRecord) return whole.valueType as z.ZodType;
  return undefined;
}
