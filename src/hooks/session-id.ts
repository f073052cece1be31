import type { Reference, References } from '../exchange/index.ts';

/** The reference of a session id, if there is one. */
export function referenceOf(id: string | undefined, references: References): Reference | undefined {
  return id === undefined || id === '' ? undefined : references.of(id);
}

/** What a program sends that has no id: a value that was none, turned into text, or the header sent twice. */
export function isOdd(id: string): boolean {
  return NOT_AN_ID.has(id) || id.includes(',');
}

const NOT_AN_ID: ReadonlySet<string> = new Set(['undefined', 'null', 'NaN', '[object Object]']);
