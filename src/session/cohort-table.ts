import type { ClientFamily, Vantage } from '../exchange/index.ts';
import { cohortRef, newCohort, type Cohort } from './cohort.ts';
import type { Home } from './generations.ts';
import type { Session } from './session.ts';

/** The cohorts and their counts. */
export interface Cohorts {
  readonly get: (ref: string) => Cohort | undefined;
  readonly all: () => Iterable<Cohort>;
  /** Counts a session's beginning, or its end by its client. */
  count(before: Session | undefined, session: Session): void;
  /** Counts a session's way from one home to another. */
  readonly moved: (session: Session, from: Home | undefined, to: Home | undefined) => void;
  /** The cohorts touched since the last call; lets a day pass when one has. */
  changedSince(now: number): readonly Cohort[];
}

const DAY = 86_400_000;

/** Makes {@link Cohorts} with nothing in them. */
export function createCohorts(): Cohorts {
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
    count(before, session) {
      const created = before === undefined && session.bornAt > 0;
      const deleted = session.phase === 'ended' && before?.phase !== 'ended';
      if (!created && !deleted) return;
      const cohort = of(session.vantage, session.target, session.family);
      if (created) put({ ...cohort, created: cohort.created + 1 });
      else put({ ...cohort, deleted: cohort.deleted + 1 });
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
    changedSince(now) {
      if (halvedAt === 0) halvedAt = now;
      if (now - halvedAt >= DAY) {
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

/** A session that listens on a stream is as awake as one that asks; one set aside is not live at all. */
function columnOf(home: Home | undefined): 'awake' | 'idle' | undefined {
  if (home === 'awake' || home === 'listening') return 'awake';
  return home === 'idle' ? 'idle' : undefined;
}
