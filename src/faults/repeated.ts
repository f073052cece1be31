import { odditiesWithin, type Oddities, type OddityKind } from '../session/index.ts';
import { FINE, type Verdict } from './fault.ts';

/** A rule about odd exchanges: how many of which kind within how long, and how long the fault lasts after the last. */
interface Repetition {
  readonly kind: OddityKind;
  /** Default 1: nothing healthy looks like it. */
  readonly count?: number;
  /** Default: any time. */
  readonly windowMs?: number;
  readonly quietMs: number;
}

/** Judges a subject by the odd exchanges it has had: at fault when there were enough of the kind within the window. */
export function judgeRepeated(oddities: Oddities, now: number, rule: Repetition, because: string): Verdict {
  if (oddities.length === 0) return FINE;
  const { kind, count = 1, windowMs = Number.POSITIVE_INFINITY, quietMs } = rule;
  const last = oddities.findLast((oddity) => oddity.kind === kind);
  if (last === undefined || now >= last.at + quietMs) return FINE;
  const counted = odditiesWithin(oddities, kind, last.at, windowMs);
  const until = last.at + quietMs;
  if (counted.length < count) return FINE;
  return {
    kind: 'fault',
    because,
    since: counted[0]?.at ?? last.at,
    until,
    evidence: counted.map(({ step }) => step),
  };
}
