import { nearest } from './nearest.ts';
import { HIDDEN } from './kinds.ts';

/** Something wrong with what was written, as a line that people read. */
export interface Problem {
  readonly line: string;
  /** Where in the file it is; -1 for what does not stand in one. */
  readonly at: number;
}

/** So much of a value is shown. */
const SHOWN = 100;

/** A longer list says nothing. */
const MOST_LISTED = 20;

/** A value that a setting may not have. `as` is its name, as written, with its place. */
export function notAllowed(as: string, value: unknown, allowed: string): string {
  if (value === undefined) return `${as}: is missing; it must be ${allowed}`;
  return `${as}: ${shown(value)} is not allowed; it must be ${allowed}`;
}

/** A name that nothing has. What stands under it is not shown: it may be a secret under a wrong name. */
export function unknown(
  as: string,
  what: string,
  name: string,
  names: readonly string[],
  page = 'docs/configuration.md',
): string {
  const meant = nearest(name, names);
  const instead = names.length > MOST_LISTED ? `${page} has all that are` : `those are ${names.join(', ')}`;
  return `${as}: there is no such ${what}; ${meant === undefined ? instead : `did you mean ${meant}?`}`;
}

/** A value as it may be shown: cut, and without what may be a password or a token in a URL. */
function shown(value: unknown): string {
  if (value === hidden) return HIDDEN;
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return `a ${typeof value}`;
  const open = value.replaceAll(/[^\s"=/]*@/g, `${HIDDEN}@`).replace(/(:\/\/[^?#]*[?#]).*$/s, `$1${HIDDEN}`);
  return JSON.stringify(open.slice(0, SHOWN));
}

/** Stands for a value that is not shown. */
export const hidden: unique symbol = Symbol('hidden');

/** The steps to a value, as people write them: `proxy.upstreams[0].urls`. */
export function written(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${word(String(step))}`))
    .join('')
    .replace(/^\./, '');
}

/** A name as it may be shown: names of a foreign file can be anything. */
export function word(name: string): string {
  return /^[\w-]{1,100}$/.test(name) ? name : JSON.stringify(name.slice(0, SHOWN));
}
