import type { Reference } from '../exchange/index.ts';
import { KEPT } from './kept.ts';
import type { Step } from './step.ts';

/**
 * Exchanges that are odd by themselves, whatever comes before or after: each is told once, where it happens, and
 * the judges ask how many of a kind there were lately.
 */
export const ODDITIES = [
  'accepted-after-end',
  'already-initialized',
  'capacity',
  'delete-refused',
  'delete-unsupported',
  'discover-refused',
  'flip',
  'foreign-404',
  'handshake-with-id',
  'hidden-id',
  'leaked-id',
  'overload',
  'poisoned',
  'resume-refused',
  'second-principal',
  'stream-conflict',
  'unauthorized',
  'version-drift',
  'version-refused',
] as const;

/** See {@link ODDITIES}. */
export type OddityKind = (typeof ODDITIES)[number];

/** One odd exchange. */
export interface Oddity {
  readonly kind: OddityKind;
  /** When it ended, ms since the epoch. */
  readonly at: number;
  /** The session it is about, if any. */
  readonly session: Reference | undefined;
  readonly step: Step;
}

/** Odd exchanges of one subject, oldest first, bounded. */
export type Oddities = readonly Oddity[];

/** No odd exchanges. */
export const NO_ODDITIES: Oddities = Object.freeze([]);

/** Adds odd exchanges, dropping the oldest beyond those that are kept. */
export function withOddities(before: Oddities, added: Oddities): Oddities {
  return added.length === 0 ? before : [...before, ...added].slice(-KEPT.oddities);
}

/** Those of one kind that ended within the window before `now`. */
export function odditiesWithin(
  oddities: Oddities,
  kind: OddityKind,
  now: number,
  windowMs: number,
): Oddities {
  return oddities.filter((oddity) => oddity.kind === kind && oddity.at > now - windowMs);
}
