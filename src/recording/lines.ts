import { codecOf, isObject, type Codec } from './codec.ts';
import { FORMAT_VERSION, HEADER, RECORDS, type Header, type Told } from './fields.ts';

/** The types of record. */
export type RecordType = keyof Told;

/** A line, read. */
export type Line =
  | { readonly [Type in RecordType]: { readonly type: Type; readonly of: Told[Type] } }[RecordType]
  | { readonly type: 'header'; readonly of: Header }
  /** A header of another version: what follows is not ours to read. */
  | { readonly type: 'foreign'; readonly of: number };

/** A longer line is neither written nor read. */
export const LINE_LENGTH = 64 * 1024;

const header = codecOf(HEADER);
const codecs = Object.fromEntries(
  Object.entries(RECORDS).map(([type, fields]) => [type, codecOf(fields as never)]),
) as unknown as { readonly [Type in RecordType]: Codec<Told[Type]> };

const TYPES = Object.keys(RECORDS) as RecordType[];

/** The line of a record. Throws a RangeError for a value that may not stand in a recording. */
export function lineOf<Type extends RecordType>(type: Type, of: Told[Type]): string {
  return bounded(`{"type":"${type}",${codecs[type].write(of)}}\n`);
}

/** The line of a header. Throws as {@link lineOf} does. */
export function headerLineOf(of: Header): string {
  return bounded(`{${header.write(of)}}\n`);
}

/** Reads a line. Throws a RangeError that says what is wrong with it, and what is allowed. */
export function readLine(text: string): Line {
  const raw = parsed(text);
  if ('format' in raw) {
    const { version } = raw;
    // Told apart first: the fields of another version may be others.
    const foreign = typeof version === 'number' && version !== FORMAT_VERSION;
    return foreign ? { type: 'foreign', of: version } : { type: 'header', of: header.read(raw) };
  }
  const { type } = raw as { type?: RecordType };
  if (type === undefined || !Object.hasOwn(codecs, type))
    throw new RangeError(`it has no known "type"; the types are ${TYPES.join(', ')}`);
  return { type, of: codecs[type].read(raw, 'type') } as Line;
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which may hold a secret.
    throw new RangeError('it is not JSON; a line must be one JSON object');
  }
  if (!isObject(raw)) throw new RangeError('it is JSON, but not one object');
  return raw;
}

function bounded(line: string): string {
  if (line.length > LINE_LENGTH) throw new RangeError(`a line must be at most ${LINE_LENGTH} characters`);
  return line;
}
