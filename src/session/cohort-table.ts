import { sessionOfStream, type ClientFamily, type Exchange, type Vantage } from '../exchange/index.ts';
import type { Client } from './client.ts';
import { cohortRef, newCohort, type Cohort, type StreamEnd } from './cohort.ts';
import type { Home } from './generations.ts';
import { KEPT } from './kept.ts';
import { withOddities, type Oddities, type OddityKind } from './oddity.ts';
import type { Session } from './session.ts';

/** The cohorts and their counts. */
export interface Cohorts {
  readonly get: (ref: string) => Cohort | undefined;
  readonly all: () => Iterable<Cohort>;
  /** The live sessions of a target. */
  liveAt(vantage: Vantage, target: string): number;
  /** Counts a session's beginning, or its end by its client. */
  count(before: Session | undefined, session: Session): void;
  /** Takes in the end of a listening stream, and what was odd about a client's exchange and concerns its like. */
  note(exchange: Exchange, odd: Oddities): void;
  /** Counts a session's way from one home to another. */
  readonly moved: (session: Session, from: Home | undefined, to: Home | undefined) => void;
  /** Counts a client that became active (1), or no longer is (-1). */
  readonly clientCounted: (client: Client, by: 1 | -1) => void;
  /** The cohorts touched since the last call; halves their habits when it is time. */
  changedSince(now: number): readonly Cohort[];
}

/** Makes {@link Cohorts} with nothing in them, whose habits are half forgotten after `halfLifeMs`. */
export function createCohorts(halfLifeMs: number): Cohorts {
  const cohorts = new Map<string, Cohort>();
  const touched = new Set<string>();
  let halvedAt = 0;

  function of(vantage: Vantage, target: string, family: ClientFamily): Cohort {
    const ref = cohortRef(vantage, target, family);
    const known = cohorts.get(ref);
    if (known !== undefined) return known;
    return put(newCohort(vantage, target, family));
  }

  function put(cohort: Cohort): Cohort {
    cohorts.set(cohort.ref, cohort);
    touched.add(cohort.ref);
    return cohort;
  }

  return {
    get: (ref) => cohorts.get(ref),
    all: () => cohorts.values(),
    liveAt(vantage, target) {
      let live = 0;
      for (const cohort of cohorts.values()) {
        if (cohort.vantage === vantage && cohort.target === target) live += cohort.awake + cohort.idle;
      }
      return live;
    },
    count(before, session) {
      const created = session.bornAt > 0 && (before?.bornAt ?? 0) === 0;
      const deleted = session.phase === 'ended' && before?.phase !== 'ended';
      if (!created && !deleted) return;
      const cohort = of(session.vantage, session.target, session.family);
      if (created) put({ ...cohort, created: cohort.created + 1 });
      else put({ ...cohort, deleted: cohort.deleted + 1 });
    },
    note(exchange, odd) {
      const shared = odd.length === 0 ? odd : odd.filter(({ kind }) => SHARED.has(kind));
      const end = streamEndOf(exchange);
      if (shared.length === 0 && end === undefined) return;
      const cohort = of(exchange.vantage, exchange.target, exchange.family);
      const streamEnds =
        end === undefined ? cohort.streamEnds : [...cohort.streamEnds.slice(1 - KEPT.streamEnds), end];
      const goodbyes = shared.filter(({ kind }) => kind === 'delete-unsupported').length;
      put({
        ...cohort,
        deleted: cohort.deleted + goodbyes,
        streamEnds,
        oddities: withOddities(cohort.oddities, shared),
      });
    },
    moved(session, from, to) {
      const was = columnOf(from);
      const is = columnOf(to);
      if (was === is) return;
      const cohort = of(session.vantage, session.target, session.family);
      const next = { ...cohort };
      if (was !== undefined) next[was]--;
      if (is !== undefined) next[is]++;
      put(next);
    },
    clientCounted({ vantage, target, family }, by) {
      const cohort = of(vantage, target, family);
      // No judge asks for it: the cohort is not touched.
      cohorts.set(cohort.ref, { ...cohort, clients: cohort.clients + by });
    },
    changedSince(now) {
      if (halvedAt === 0) halvedAt = now;
      if (now - halvedAt >= halfLifeMs) {
        halvedAt = now;
        for (const cohort of cohorts.values())
          put({ ...cohort, created: cohort.created / 2, deleted: cohort.deleted / 2 });
      }
      const changed = [...touched].map((ref) => cohorts.get(ref) as Cohort);
      touched.clear();
      return changed;
    },
  };
}

/** What a server does to one client concerns all of them. */
const SHARED: ReadonlySet<OddityKind> = new Set<OddityKind>([
  'already-initialized',
  'capacity',
  'delete-unsupported',
  'overload',
]);

/** A listening stream that ended, unless the server ended it and said when to come back. */
function streamEndOf(exchange: Exchange): StreamEnd | undefined {
  const { httpMethod, stream, ending, endedAt } = exchange;
  const session = exchange.sessionSent ?? sessionOfStream(exchange);
  if (httpMethod !== 'GET' || stream === undefined || session === undefined) return undefined;
  if (stream.retryHint && ending === 'complete') return undefined;
  const silentMs = endedAt - stream.lastWriteAt;
  return { at: endedAt, lifeMs: endedAt - stream.openedAt, silentMs, session };
}

/** A session that listens on a stream is as awake as one that asks; one set aside is not live at all. */
function columnOf(home: Home | undefined): 'awake' | 'idle' | undefined {
  if (home === 'awake' || home === 'listening') return 'awake';
  return home === 'idle' ? 'idle' : undefined;
}
