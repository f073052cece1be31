import type { ClientFamily, Vantage } from '../exchange/index.ts';
import { KEPT } from './kept.ts';
import type { CauseOfDeath, Session } from './session.ts';
import type { TableLimits } from './table-thresholds.ts';

/** What is known of one target as a whole: enough to tell a restart from an idle limit. Immutable. */
export interface Target {
  readonly vantage: Vantage;
  readonly name: string;
  /** When its watch began; for a hook in the server that is when the server did. ms since the epoch. */
  readonly watchedSince: number;
  /** By what it is decided why its sessions died. */
  readonly limits: TableLimits;
  /** Sessions found dead, oldest first. */
  readonly losses: readonly Losses[];
  /** When a session of it was last given up for lack of room: how many live is not known since. 0 when none was. */
  readonly crowdedAt: number;
  /** The longest silence after which a session was still accepted, ms. */
  readonly longestRest: number;
  /** Silences after which sessions were found dead that no restart explains, ms, the latest last. */
  readonly fatalRests: readonly FatalRest[];
}

/** A session that was found dead after a silence. */
export interface FatalRest {
  readonly at: number;
  readonly restMs: number;
}

/** Sessions that were found dead within `spanMs`: counted, for a restart takes thousands. */
export interface Losses {
  /** When the first and the last were found dead. */
  readonly since: number;
  readonly until: number;
  readonly lost: number;
  /** The sessions of the target that lived when the first was found dead, itself included. */
  readonly living: number;
  readonly families: readonly ClientFamily[];
}

/** A target of which nothing is known yet. */
export function newTarget(vantage: Vantage, name: string, watchedSince: number, limits: TableLimits): Target {
  return { vantage, name, watchedSince, limits, losses: [], crowdedAt: 0, longestRest: 0, fatalRests: [] };
}

/** The target after a session rested and was accepted again. */
export function withRest(target: Target, before: Session, session: Session): Target {
  if (before.lastOkAt === 0 || session.lastOkAt === before.lastOkAt) return target;
  const rest = session.lastOkAt - before.lastOkAt;
  return rest > target.longestRest ? { ...target, longestRest: rest } : target;
}

/** The target after a session was found dead, of the `living` that it had until then. */
export function withDeath(
  target: Target,
  before: Session | undefined,
  session: Session,
  living: number,
  at: number,
): Target {
  const cause = session.trouble?.cause;
  if (cause === 'deleted' || cause === 'never-issued') return target;
  const { fatalRests, limits } = target;
  const losses = lossesAfter(target, session, living, at);
  // What was found dead shortly before a restart was recognised, was lost to it too.
  if (cause === 'restart')
    return { ...target, losses, fatalRests: fatalRests.filter((rest) => rest.at <= at - limits.togetherMs) };
  if (before === undefined || before.lastOkAt === 0) return { ...target, losses };
  const rest: FatalRest = { at, restMs: at - before.lastOkAt };
  return { ...target, losses, fatalRests: [...fatalRests.slice(1 - KEPT.rests), rest] };
}

/** Only sessions that lived when the first was lost were lost together with it. */
function lossesAfter(
  { losses, limits }: Target,
  session: Session,
  living: number,
  at: number,
): readonly Losses[] {
  const first = losses.find(({ since }) => since > at - limits.togetherMs)?.since ?? at;
  if (session.bornAt > first) return losses;
  const last = losses.at(-1);
  if (last === undefined || at - last.since >= limits.spanMs)
    return [
      ...losses.slice(1 - KEPT.spans),
      { since: at, until: at, lost: 1, living, families: [session.family] },
    ];
  const families = last.families.includes(session.family)
    ? last.families
    : [...last.families, session.family];
  const more = { ...last, until: Math.max(last.until, at), lost: last.lost + 1, families };
  return [...losses.slice(0, -1), more];
}

/** Everything lost in the window that ends at `until`, as one. */
export function lostTogether(losses: readonly Losses[], until: number, windowMs: number): Losses | undefined {
  let sum: Losses | undefined;
  for (const span of losses) {
    if (span.since > until || span.since <= until - windowMs) continue;
    sum =
      sum === undefined
        ? span
        : {
            ...sum,
            until: span.until,
            lost: sum.lost + span.lost,
            families: [...sum.families, ...span.families],
          };
  }
  return sum;
}

/** Whether so many were lost together, and of so few, that the server must have forgotten them all. */
export function isRestart(
  loss: Losses | undefined,
  limits: Pick<TableLimits, 'restartSessions' | 'restartShare'>,
): loss is Losses {
  if (loss === undefined || loss.lost < limits.restartSessions) return false;
  return loss.lost >= limits.restartShare * loss.living;
}

/**
 * Why a session died, as far as can be told in that moment. `living` are the sessions of the target that lived
 * until then.
 * Deleted: its client said so. Restart: the process that gave it is gone, which a hook inside the server knows by
 * the id being new to it soon after the start; where many clients pass by, most of the sessions die together.
 * Expired: it rested longer than any session that was accepted again, as others did that died at other times.
 */
export function causeOfDeath(session: Session, target: Target, living: number, at: number): CauseOfDeath {
  const { limits } = target;
  if (session.phase === 'ended') return 'deleted';
  if (session.bornAt === 0 && session.requests === 0) {
    const justStarted = target.vantage === 'server' && at - target.watchedSince < limits.afterStartMs;
    return justStarted ? 'restart' : 'never-issued';
  }
  const losses = lossesAfter(target, session, living, at);
  const together = isRestart(lostTogether(losses, at, limits.togetherMs), limits);
  // In a client the sessions that expired while its machine slept are found dead together, too.
  if (together && target.vantage !== 'client') return 'restart';
  const rest = at - session.lastOkAt;
  if (rest <= target.longestRest) return 'unknown';
  return 1 + expiries(target, at).length >= limits.expiredSessions ? 'expired' : 'unknown';
}

/** Deaths that an idle limit explains: each after a longer rest than any that was survived, and not all at once. */
export function expiries(
  { fatalRests, longestRest, limits }: Target,
  lastAt = fatalRests.at(-1)?.at ?? 0,
): readonly FatalRest[] {
  const fatal = fatalRests.filter(({ restMs }) => restMs > longestRest);
  const first = fatal[0]?.at ?? lastAt;
  return lastAt - first > limits.togetherMs ? fatal : [];
}

/** The idle limit of the server, ms, between the longest rest survived and the shortest that was fatal; 0 when unknown. */
export function estimatedIdleLimit(target: Target): number {
  const fatal = expiries(target);
  return fatal.length < target.limits.expiredSessions ? 0 : Math.min(...fatal.map(({ restMs }) => restMs));
}
