import { VANTAGES, type Exchange } from '../exchange/index.ts';
import type { Case, Fault } from '../faults/index.ts';
import { createObserver, type Observer } from '../observer.ts';
import { createInOrder, momentOf } from './in-order.ts';
import type { Happening } from './read-recording.ts';

/** One fault and who was found at it, in order of onset. */
export interface Found {
  readonly fault: Fault;
  /** How many cases there were; the latest of very many are counted and not kept. */
  readonly count: number;
  readonly cases: readonly Case[];
}

/** What one run of one recorder tells, on its own time. */
export interface Story {
  /** Lets time pass to the moment of the record, then takes it in, when its turn comes: see {@link createInOrder}. */
  tell(happening: Happening): void;
  /** Lets the time pass in which waiting judges decide, and answers what was found. */
  finish(): readonly Found[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How much time passes behind the last record: longer than every judge waits for what does not come. */
export const SETTLE_MS = 5 * MINUTE;

/** After a day without a request a session is forgotten: more silence than that changes nothing. */
const LONGEST_SILENCE = 25 * HOUR;

/** Cases of one fault that are kept with their evidence, so that a broken fleet does not fill the memory. */
const CASES_KEPT = 1000;

/** Begins a {@link Story} at `startedAt`, told to an observer of its own. */
export function createStory(startedAt: number, settleMs: number): Story {
  let clock = startedAt;
  /** Since when times can be compared. */
  let since = startedAt;
  let failure: unknown;
  let over = false;
  const found = new Map<Fault, { count: number; cases: Case[] }>();
  let observer = observe(startedAt);

  function observe(watchedSince: number): Observer {
    const begun = createObserver({
      vantages: VANTAGES,
      now: () => clock,
      // That of the watched process was not recorded, and to ask for this one's each second would take its time.
      memory: () => 0,
      table: { watchedSince },
      onError: (_stage, error) => (failure ??= error),
    });
    begun.onCase((change, subject) => {
      // Whether a family leaves its sessions behind is told by their silence, and here nobody listens any more.
      if (over && subject.kind === 'cohort') return;
      const known = found.get(subject.fault) ?? { count: 0, cases: [] };
      found.set(subject.fault, known);
      if (change === 'opened') known.count++;
      else keep(subject);
    });
    return begun;
  }

  function keep(subject: Case): void {
    const cases = found.get(subject.fault)?.cases;
    if (cases !== undefined && cases.length < CASES_KEPT) cases.push(subject);
  }

  /** The observer is refreshed each second, as by the exporter's timer; after an hour of silence each minute. */
  function passTo(moment: number): void {
    const silentSince = clock;
    const watched = Math.min(moment, silentSince + LONGEST_SILENCE);
    for (;;) {
      const step = clock - silentSince < HOUR ? SECOND : MINUTE;
      const next = Math.floor(clock / step + 1) * step;
      if (next > watched) break;
      clock = next;
      observer.refresh();
    }
    clock = Math.max(clock, moment);
    if (watched < moment) observer.refresh();
  }

  /** What ended before it began was under way when the clock was set back: it began before all that is known. */
  function comparable(exchange: Exchange): Exchange {
    const { startedAt: began, endedAt } = exchange;
    return began <= endedAt ? exchange : { ...exchange, startedAt: Math.min(since, endedAt) };
  }

  const inOrder = createInOrder({
    startedAt,
    tell(happening) {
      passTo(momentOf(happening));
      if (happening.type === 'exchange') observer.exchange(comparable(happening.of));
      else if (happening.type === 'stream') observer.streamOpened(happening.of);
      else if (happening.type === 'connection') observer.connection(happening.of);
    },
    /** Times by the old clock and by the new cannot be compared: the story begins anew, with what was found so far. */
    setBack(to) {
      for (const open of observer.cases.open()) keep(open);
      clock = since = to;
      observer = observe(0);
    },
  });

  return {
    tell: (happening) => inOrder.take(happening),
    finish() {
      inOrder.end();
      // Habits are judged once a second, and the last records may lie behind the last full one.
      observer.refresh();
      for (const open of observer.cases.open()) if (open.kind === 'cohort') keep(open);
      over = true;
      passTo(clock + settleMs);
      observer.refresh();
      // An observer goes on after a failure of its own; a verdict that rests on one may not.
      if (failure !== undefined) throw failure;
      for (const open of observer.cases.open()) if (open.kind !== 'cohort') keep(open);
      return [...found].map(([fault, { count, cases }]) => {
        return { fault, count, cases: cases.toSorted((a, b) => a.openedAt - b.openedAt) };
      });
    },
  };
}
