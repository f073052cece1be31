import type { Exchange, Reference } from '../../exchange/index.ts';
import type { Case } from '../../faults/index.ts';
import { clientRef, type Session } from '../../session/index.ts';
import type { Sink } from '../../signals/index.ts';
import { renew } from './renew.ts';

/** The exchanges of one session or, of those that belong to none, of one client. */
export interface Timeline {
  /** In the order in which they ended. */
  readonly exchanges: readonly Exchange[];
  /** How many there were; when that is more than are kept, those in the middle are missing. */
  readonly seen: number;
}

/** The timelines of the sessions that were seen last, and of those that were in trouble last. */
export interface Timelines extends Required<Pick<Sink, 'exchange' | 'caseOpened'>> {
  /** That of a session or, of what belongs to none, of a client. */
  readonly of: (subject: Reference) => Timeline | undefined;
  readonly all: () => Iterable<Timeline>;
  readonly size: number;
}

/** What a {@link Timelines} keeps at most. */
export const TIMELINE_LIMITS = { sessions: 1000, troubled: 1000, first: 8, last: 16 } as const;

type Limits = Readonly<Record<keyof typeof TIMELINE_LIMITS, number>>;

interface Growing {
  readonly exchanges: Exchange[];
  seen: number;
}

/**
 * Makes empty {@link Timelines}. It is a store apart from the sessions, so that each of those stays small. Trouble
 * has a place of its own: on a busy server a thousand healthy sessions pass by within a second.
 */
export function createTimelines(limits: Limits = TIMELINE_LIMITS): Timelines {
  const recent = new Map<Reference, Growing>();
  const troubled = new Map<Reference, Growing>();

  function lookUp(subject: Reference): Growing | undefined {
    return troubled.get(subject) ?? recent.get(subject);
  }

  function keepTroubled(subject: Reference, timeline: Growing): void {
    recent.delete(subject);
    renew(troubled, subject, timeline, limits.troubled);
  }

  return {
    of: lookUp,
    *all() {
      yield* troubled.values();
      yield* recent.values();
    },
    exchange(exchange, session) {
      const subject = subjectOf(exchange);
      const timeline = lookUp(subject) ?? { exchanges: [], seen: 0 };
      take(timeline, exchange, limits);
      if (session?.trouble !== undefined || troubled.has(subject)) keepTroubled(subject, timeline);
      else renew(recent, subject, timeline, limits.sessions);
    },
    caseOpened(begun) {
      for (const subject of subjectsOf(begun)) {
        const timeline = recent.get(subject);
        if (timeline !== undefined) keepTroubled(subject, timeline);
      }
    },
    get size() {
      return recent.size + troubled.size;
    },
  };
}

/** The sessions that a case is about, and those that its evidence names. */
export function sessionsIn({ kind, ref, evidence }: Pick<Case, 'kind' | 'ref' | 'evidence'>): Reference[] {
  const named = evidence
    .flatMap(({ sent, given }) => [sent, given])
    .filter((session) => session !== undefined);
  return [...new Set(kind === 'session' ? [ref, ...named] : named)];
}

/** Whose timelines tell of a case: those sessions, and the client for what belongs to none. */
function subjectsOf(each: Case): Reference[] {
  // The name of a client in tables ends with its reference.
  const clients = each.kind === 'client' ? [each.ref.slice(each.ref.lastIndexOf(' ') + 1)] : [];
  return [...clients, ...sessionsIn(each)];
}

/** An exchange without a session is told of its client. */
function subjectOf(exchange: Exchange): Reference {
  return exchange.sessionSent ?? exchange.sessionGiven ?? exchange.client;
}

/** Keeps how it began and how it goes on. */
function take(timeline: Growing, exchange: Exchange, { first, last }: Limits): void {
  timeline.seen++;
  if (timeline.exchanges.length >= first + last) timeline.exchanges.splice(first, 1);
  timeline.exchanges.push(exchange);
}

/** So many exchanges are handed out of a case at most: about a megabyte as a recording. */
const EXCHANGES_OF_CASE = 5000;

/**
 * The exchanges that are kept of a case, in the order in which they ended: of its session, of every session of its
 * client, or of every session at its target when a whole family is concerned, or when how others died counts; and of
 * those that its evidence names.
 */
export function exchangesOf(timelines: Pick<Timelines, 'of' | 'all'>, subject: Case): readonly Exchange[] {
  return [...timelinesOf(timelines, subject)]
    .flatMap(({ exchanges }) => exchanges)
    .toSorted((a, b) => a.endedAt - b.endedAt)
    .slice(-EXCHANGES_OF_CASE);
}

/** Whether there were more exchanges than are kept of a case. */
export function lacksExchanges(timelines: Pick<Timelines, 'of' | 'all'>, subject: Case): boolean {
  return [...timelinesOf(timelines, subject)].some(({ seen, exchanges }) => seen > exchanges.length);
}

function timelinesOf(timelines: Pick<Timelines, 'of' | 'all'>, subject: Case): ReadonlySet<Timeline> {
  const named = subjectsOf(subject).flatMap((session) => timelines.of(session) ?? []);
  const chosen = new Set<Timeline>(named);
  if (subject.kind !== 'session' || restsOnOthers(subject))
    for (const each of timelines.all()) if (isOf(subject, each)) chosen.add(each);
  return chosen;
}

/** Whether one session is judged by how the others at its target died. */
function restsOnOthers({ fault }: Case): boolean {
  return fault.restsOn?.includes('expiredSessions') === true;
}

function isOf({ kind, ref, vantage, target }: Case, { exchanges: [first] }: Timeline): boolean {
  if (first?.vantage !== vantage || first.target !== target) return false;
  return kind !== 'client' || clientRef(first) === ref;
}

/** Whether a timeline holds every exchange of its session, from the first. */
export function isWhole(timeline: Timeline, session: Session): boolean {
  const [begun] = timeline.exchanges;
  return (
    timeline.seen === timeline.exchanges.length && session.bornAt > 0 && begun?.sessionGiven === session.ref
  );
}
