import type { ClientFamily, Reference, Vantage } from '../exchange/index.ts';
import {
  createAgenda,
  limitsOf,
  type Client,
  type Cohort,
  type Session,
  type Step,
} from '../session/index.ts';
import { catalogue } from './catalogue.ts';
import {
  isJudged,
  type AtFault,
  type Fault,
  type Judge,
  type JudgedFault,
  type Limits,
  type Surroundings,
  type Thresholds,
  type Verdict,
} from './fault.ts';

/** Who can be at fault. */
export type SubjectKind = 'session' | 'client' | 'cohort';

/** A subject under the kind that says what it is. */
export type Subject =
  | { readonly kind: 'session'; readonly of: Session }
  | { readonly kind: 'client'; readonly of: Client }
  | { readonly kind: 'cohort'; readonly of: Cohort };

/** One subject at fault, from the onset on: however often it repeats, it stays one case. */
export interface Case {
  readonly fault: JudgedFault;
  readonly kind: SubjectKind;
  readonly ref: Reference;
  readonly vantage: Vantage;
  readonly target: string;
  readonly family: ClientFamily;
  /** When the fault began, when it was found, and when it was last renewed: ms since the epoch. */
  readonly since: number;
  readonly openedAt: number;
  readonly renewedAt: number;
  /** 0 while it is open. */
  readonly closedAt: number;
  readonly because: string;
  readonly evidence: readonly Step[];
}

/** Other values for the thresholds of faults, by fault id and threshold name. */
export type ThresholdOverrides = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** How a {@link CaseBook} judges and whom it tells. */
export interface CaseBookOptions {
  readonly faults?: readonly Fault[];
  readonly thresholds?: ThresholdOverrides;
  /** Open cases, and subjects waiting to be judged again. Default 10,000 and 50,000. */
  readonly caseLimit?: number;
  readonly agendaLimit?: number;
  readonly opened: (opened: Case) => void;
  readonly closed: (closed: Case) => void;
  /** A case or a second look there was no room for. */
  readonly dropped: () => void;
}

/** Who was found at fault, and who must be looked at again. */
export interface CaseBook {
  /** Asks every judge that knows this kind of subject. */
  consider(subject: Subject, around: Surroundings): void;
  /** The subjects whose time to be judged again has come. */
  due(now: number): readonly { readonly kind: SubjectKind; readonly ref: string }[];
  /** Closes all cases of a subject that is no longer known. */
  forget(kind: SubjectKind, ref: string, now: number): void;
  /** Whether the subject has an open case. */
  readonly isOpen: (kind: SubjectKind, ref: string) => boolean;
  readonly open: () => Iterable<Case>;
  /** The latest closed cases, newest first. */
  readonly closed: () => readonly Case[];
  readonly size: number;
}

const CLOSED_KEPT = 1000;

type Seat = {
  readonly fault: JudgedFault;
  readonly judge: Judge<never, Thresholds>;
  readonly limits: Limits<Thresholds>;
};

/** Makes an empty {@link CaseBook}. Throws a RangeError when `thresholds` names what no fault declares. */
export function createCaseBook(options: CaseBookOptions): CaseBook {
  const { faults = catalogue, thresholds = {}, caseLimit = 10_000, agendaLimit = 50_000 } = options;
  const seats = seatsOf(faults.filter(isJudged), thresholds);
  const open: Record<SubjectKind, Map<string, Map<JudgedFault, Case>>> = {
    session: new Map(),
    client: new Map(),
    cohort: new Map(),
  };
  const agenda = createAgenda<string>(agendaLimit);
  let closed: Case[] = [];
  let size = 0;

  function settle(subject: Subject, fault: JudgedFault, verdict: Verdict, now: number): void {
    const cases = open[subject.kind].get(subject.of.ref);
    const standing = cases?.get(fault);
    if (verdict.kind === 'fault') {
      if (standing === undefined) start(subject, fault, verdict, now);
      else cases?.set(fault, renewed(standing, verdict, now));
      lookAgainAt(subject, verdict.until);
      return;
    }
    if (verdict.kind === 'look-again') lookAgainAt(subject, verdict.at);
    if (standing !== undefined) finish(standing, now);
  }

  function start(subject: Subject, fault: JudgedFault, verdict: AtFault, now: number): void {
    if (size >= caseLimit) return options.dropped();
    const begun = caseOf(subject, fault, verdict, now);
    const cases = open[subject.kind].get(begun.ref) ?? new Map<JudgedFault, Case>();
    cases.set(fault, begun);
    open[subject.kind].set(begun.ref, cases);
    size++;
    options.opened(begun);
  }

  function finish(standing: Case, now: number): void {
    const cases = open[standing.kind].get(standing.ref);
    cases?.delete(standing.fault);
    if (cases?.size === 0) open[standing.kind].delete(standing.ref);
    size--;
    const ended = { ...standing, closedAt: now };
    closed = [ended, ...closed.slice(0, CLOSED_KEPT - 1)];
    options.closed(ended);
  }

  function lookAgainAt(subject: Subject, at: number): void {
    if (at === Number.POSITIVE_INFINITY) return;
    if (!agenda.add(`${subject.kind} ${subject.of.ref}`, at)) options.dropped();
  }

  return {
    consider(subject, around) {
      for (const seat of seats[subject.kind]) {
        if (!seat.fault.vantages.includes(subject.of.vantage)) continue;
        const verdict = seat.judge(subject.of as never, around, seat.limits);
        if (verdict.kind === 'fine' && size === 0) continue;
        settle(subject, seat.fault, verdict, around.now);
      }
    },
    due: (now) => agenda.due(now).map(subjectNamed),
    forget(kind, ref, now) {
      for (const standing of open[kind].get(ref)?.values() ?? []) finish(standing, now);
    },
    isOpen: (kind, ref) => open[kind].has(ref),
    *open() {
      for (const subjects of Object.values(open))
        for (const cases of subjects.values()) yield* cases.values();
    },
    closed: () => closed,
    get size() {
      return size;
    },
  };
}

function seatsOf(faults: readonly JudgedFault[], overrides: ThresholdOverrides): Record<SubjectKind, Seat[]> {
  const unknown = Object.keys(overrides).find((id) => !faults.some((fault) => fault.id === id));
  if (unknown !== undefined) {
    const ids = faults.map((fault) => fault.id).join(', ');
    throw new RangeError(`thresholds: there is no fault "${unknown}" that is judged here; those are ${ids}`);
  }
  const seats: Record<SubjectKind, Seat[]> = { session: [], client: [], cohort: [] };
  for (const fault of faults) {
    const limits = limitsOf(fault.thresholds, overrides[fault.id], `thresholds.${fault.id}`);
    for (const kind of Object.keys(seats) as SubjectKind[]) {
      const judge = fault.judges[kind];
      if (judge !== undefined) seats[kind].push({ fault, judge, limits });
    }
  }
  return seats;
}

function caseOf(subject: Subject, fault: JudgedFault, verdict: AtFault, now: number): Case {
  const { ref, vantage, target, family } = subject.of;
  const { since, because, evidence } = verdict;
  const { kind } = subject;
  return {
    fault,
    kind,
    ref,
    vantage,
    target,
    family,
    since,
    openedAt: now,
    renewedAt: now,
    closedAt: 0,
    because,
    evidence,
  };
}

function renewed(standing: Case, verdict: AtFault, now: number): Case {
  const { because, evidence } = verdict;
  const repeated = evidence.at(-1) !== standing.evidence.at(-1);
  return { ...standing, because, evidence, renewedAt: repeated ? now : standing.renewedAt };
}

function subjectNamed(name: string): { kind: SubjectKind; ref: string } {
  const space = name.indexOf(' ');
  return { kind: name.slice(0, space) as SubjectKind, ref: name.slice(space + 1) };
}
