import type { Era, Reference, Vantage } from '../exchange/index.ts';
import type {
  Client,
  Cohort,
  Limits,
  Session,
  Step,
  TableLimits,
  Target,
  Thresholds,
} from '../session/index.ts';

export type { Limits, Threshold, Thresholds } from '../session/index.ts';

/** Who has to act for the fault to go away. */
export const SIDES = ['server', 'client', 'infrastructure'] as const;

/** See {@link SIDES}. */
export type Side = (typeof SIDES)[number];

/** How much a fault hurts: `critical`, users are cut off; `high`, soon or in part; `medium`, it costs. */
export const SEVERITIES = ['critical', 'high', 'medium'] as const;

/** See {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** Nothing to say. */
export interface Fine {
  readonly kind: 'fine';
}

/** The subject is at fault now, and stays so until `until` unless it is judged again before. */
export interface AtFault {
  readonly kind: 'fault';
  /** A full sentence about this subject. */
  readonly because: string;
  /** When the fault began, ms since the epoch. */
  readonly since: number;
  readonly until: number;
  /** The exchanges that prove it, in order. */
  readonly evidence: readonly Step[];
}

/** Only time can tell: judge again then. */
export interface LookAgain {
  readonly kind: 'look-again';
  readonly at: number;
}

/** What a judge finds. */
export type Verdict = Fine | AtFault | LookAgain;

/** The verdict that nothing is wrong. */
export const FINE: Fine = Object.freeze({ kind: 'fine' });

/** Makes the verdict that judges again at `at`. */
export function lookAgain(at: number): LookAgain {
  return { kind: 'look-again', at };
}

/** What a judge of sessions or clients may look up beside its subject. */
export interface Surroundings {
  readonly now: number;
  readonly session: (ref: Reference) => Session | undefined;
  readonly idleSessions: () => Iterable<Session>;
  readonly listeners: () => Iterable<Session>;
  readonly isListening: (ref: Reference) => boolean;
  readonly target: (vantage: Vantage, name: string) => Target;
}

/** How a fault becomes an alert: how many new cases within how long, and how loud. */
export interface FaultAlert {
  /** New cases within `window` that raise it. */
  readonly cases: number;
  /** A Prometheus duration. */
  readonly window: string;
  readonly severity: 'critical' | 'warning' | 'info';
  /** Why this many within this long. */
  readonly reason: string;
  /** From how many cases on it is critical: where one client alone may have the first of them. */
  readonly pages?: { readonly cases: number; readonly reason: string };
}

/** Decides from what is known of the subject. Pure: no clock, no memory of its own. */
export type Judge<Subject, T extends Thresholds> = (
  subject: Subject,
  around: Surroundings,
  limits: Limits<T>,
) => Verdict;

/** How a rule of Prometheus becomes an alert, and how loud it is. */
export interface RuleAlert {
  readonly severity: FaultAlert['severity'];
  /** What the number is that the alert tells, as in "Clients that did not come back". */
  readonly value: string;
  /** Prometheus durations: how long it must be true before it is told, and how long it is told after that. */
  readonly for?: string;
  readonly keepFiringFor?: string;
  /** Why this loud, and these durations. */
  readonly reason: string;
  /** A second rule, for what hooks in single programs see: it knows less, and is told less loudly. */
  readonly inClients?: Pick<FaultAlert, 'severity' | 'reason'>;
}

/** What every fault says of itself, whoever decides whether it is there. */
export interface FaultFacts<T extends Thresholds> {
  /** Kebab-case: the file, the label value, the runbook, and (in camel case) the alert. */
  readonly id: string;
  readonly side: Side;
  readonly severity: Severity;
  readonly eras: readonly Era[];
  /** From where it can be seen. */
  readonly vantages: readonly Vantage[];
  /** A few words for a heading. */
  readonly title: string;
  /** What is seen on the wire, in a sentence. */
  readonly signature: string;
  /** Follows a count: "3 sessions ...". */
  readonly summary: string;
  /** The rule that is broken, and where it stands. */
  readonly rule: { readonly text: string; readonly source: string };
  /** What to do, for the people on each side. */
  readonly remedy: { readonly server: string; readonly client: string };
  /** Public threads in which it was reported. */
  readonly evidence: readonly string[];
  readonly thresholds: T;
  /** Thresholds of the session table that decide as well, before the judge is asked. */
  readonly restsOn?: readonly (keyof TableLimits)[];
}

/** A way in which one session, client or family of clients breaks, and how to tell it. */
export interface FaultOf<T extends Thresholds> extends FaultFacts<T> {
  readonly alert: FaultAlert;
  /** Who can be found at fault, and the judge of each: a session, a client, or a family of clients at one target. */
  readonly judges: {
    readonly session?: Judge<Session, T>;
    readonly client?: Judge<Client, T>;
    readonly cohort?: Judge<Cohort, T>;
  };
}

/** A fault that judges decide: it has cases, which are counted. */
export interface JudgedFault extends FaultOf<Thresholds> {
  readonly decidedBy: 'judge';
}

/**
 * A fault that no single subject shows: Prometheus decides it, by a rule over metrics that are there anyway. The
 * rule is built in `ops/fault-rules.ts` from the table of metrics and these thresholds.
 */
export interface RuledFault<T extends Thresholds = Thresholds> extends FaultFacts<T> {
  readonly decidedBy: 'rule';
  readonly alert: RuleAlert;
}

/** A fault as the catalogue lists it. */
export type Fault = JudgedFault | RuledFault;

/** Declares a fault: its judges get the values of the thresholds it declares, by their names. */
export function defineFault<const T extends Thresholds>(fault: FaultOf<T>): JudgedFault {
  return { ...(fault as unknown as FaultOf<Thresholds>), decidedBy: 'judge' };
}

/** Declares a fault that a rule of Prometheus decides. */
export function defineRuledFault<const T extends Thresholds>(
  fault: Omit<RuledFault<T>, 'decidedBy'>,
): RuledFault<T> {
  return { ...fault, decidedBy: 'rule' };
}

/** Whether judges decide a fault. */
export function isJudged(fault: Fault): fault is JudgedFault {
  return fault.decidedBy === 'judge';
}
