import type { Kind } from './kinds.ts';

/** How one field of a value stands in a line. */
export interface Field<Value> {
  /** Its name there. */
  readonly key: string;
  readonly kind: Kind<NonNullable<Value>>;
  /** The value that is left out when written, and put back when read; a `required` field has none. */
  readonly fallback: Value | undefined;
  readonly required: boolean;
  /** What it tells, for the docs. */
  readonly tells: string;
}

/** The fields of a value, every one of them: a type that grows will not compile until its table does. */
export type FieldsOf<T> = { readonly [Name in keyof T]-?: Field<T[Name]> };

/** A field that is left out when it has its default. */
export function field<Value>(
  key: string,
  kind: Kind<Value>,
  fallback: NoInfer<Value>,
  tells: string,
): Field<Value> {
  return { key, kind: kind as Kind<NonNullable<Value>>, fallback, required: false, tells };
}

/** A field that is left out when it is undefined. */
export function optional<Value>(key: string, kind: Kind<Value>, tells: string): Field<Value | undefined> {
  return { key, kind: kind as Kind<NonNullable<Value>>, fallback: undefined, required: false, tells };
}

/** A field that is always there. */
export function required<Value>(key: string, kind: Kind<Value>, tells: string): Field<Value> {
  return { key, kind: kind as Kind<NonNullable<Value>>, fallback: undefined, required: true, tells };
}

/** Turns values of one type into members of a JSON object, and back. */
export interface Codec<T> {
  /** The members as text, without braces. Throws a RangeError when a value is not allowed. */
  write(value: T): string;
  /** The value. Throws a RangeError that names what is wrong and what is allowed. `besides` is a key to pass over. */
  read(raw: Readonly<Record<string, unknown>>, besides?: string): T;
}

interface Row extends Omit<Field<unknown>, 'kind'> {
  readonly name: string;
  readonly kind: Kind<unknown>;
  readonly fallbackText: string | undefined;
  /** What stands before the value. */
  readonly lead: string;
}

/** Makes the {@link Codec} of a table of fields. */
export function codecOf<T extends object>(fields: FieldsOf<T>): Codec<T> {
  const rows = Object.entries(fields as Readonly<Record<string, Field<unknown>>>).map(rowOf);
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const mustHave = rows.filter((row) => row.required);
  const defaults = defaultsOf(rows);

  return {
    write(value) {
      let text = '';
      for (const row of rows) {
        const member = textOf(row, value[row.name as keyof T]);
        if (member !== undefined) text += text === '' ? row.lead + member : `,${row.lead}${member}`;
      }
      return text;
    },
    read(raw, besides) {
      const value: Record<string, unknown> = { ...defaults };
      let missing = mustHave.length;
      for (const key in raw) {
        if (key === besides) continue;
        const row = byKey.get(key);
        if (row === undefined) throw new RangeError(unknownKey(key, rows));
        const read = row.kind.read(raw[key]);
        if (read === undefined) throw new RangeError(notAllowed(row, raw[key]));
        value[row.name] = read;
        if (row.required) missing--;
      }
      if (missing > 0) throw new RangeError(`${missingIn(raw, mustHave)} is missing`);
      return value as T;
    },
  };
}

/** The values of a table's fields as one value: an object in the object. */
export function objectOf<T extends object>(fields: FieldsOf<T>): Kind<T> {
  const codec = codecOf(fields);
  const keys = Object.values(fields as Readonly<Record<string, Field<unknown>>>).map(({ key }) => key);
  return {
    allowed: `an object of ${keys.join(', ')}`,
    write: (value) => `{${codec.write(value)}}`,
    read: (raw) => (isObject(raw) ? codec.read(raw) : undefined),
  };
}

/** Whether `JSON.parse` gave an object. */
export function isObject(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

function rowOf([name, of]: readonly [string, Field<unknown>]): Row {
  const kind = of.kind as Kind<unknown>;
  const fallbackText = of.fallback === undefined ? undefined : kind.write(of.fallback);
  return { ...of, kind, name, fallbackText, lead: `${JSON.stringify(of.key)}:` };
}

/** Undefined when the field is left out. */
function textOf(row: Row, value: unknown): string | undefined {
  if (!row.required && value === row.fallback) return undefined;
  const text = value === undefined ? undefined : row.kind.write(value);
  // The value is not repeated: what does not belong here may be a secret.
  if (text === undefined) throw new RangeError(`"${row.key}" must be ${row.kind.allowed}`);
  return !row.required && text === row.fallbackText ? undefined : text;
}

/**
 * Built by the parser and not key by key: engines turn an object that grows by many computed keys into a slow one,
 * and every value that is read is a copy of this one.
 */
function defaultsOf(rows: readonly Row[]): Record<string, unknown> {
  const defaults = JSON.parse(
    `{${rows.map(({ name }) => `${JSON.stringify(name)}:null`).join(',')}}`,
  ) as Record<string, unknown>;
  for (const { name, fallback } of rows) defaults[name] = fallback;
  return defaults;
}

function notAllowed(row: Row, raw: unknown): string {
  return `"${row.key}" is ${inWords(raw)}; it must be ${row.kind.allowed}`;
}

function unknownKey(key: string, rows: readonly Row[]): string {
  const shown = /^[\w-]{1,32}$/.test(key) ? `the field "${key}"` : 'a field of a strange name';
  return `${shown} is unknown; the fields are ${rows.map((row) => row.key).join(', ')}`;
}

function missingIn(raw: Readonly<Record<string, unknown>>, rows: readonly Row[]): string {
  return rows.flatMap(({ key }) => (key in raw ? [] : `"${key}"`)).join(' and ');
}

/** What was found, without repeating a text: in a foreign file that may be a secret. */
function inWords(raw: unknown): string {
  if (typeof raw === 'string') return `a text of ${raw.length} characters`;
  if (Array.isArray(raw)) return 'a list';
  return typeof raw === 'object' && raw !== null ? 'an object' : String(raw);
}
