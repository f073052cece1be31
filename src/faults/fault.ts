import type { Era, Reference, Vantage } from '../exchange/index.ts';
import type { Client, Cohort, Session, Step, Target } from '../session/index.ts';

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
  readonly target: (vantage: Vantage, name: string) => Target;
}

/** A number that decides, with its unit and the reason for its value. Operators may set another. */
export interface Threshold {
  readonly value: number;
  readonly unit: 'ms' | 'count' | 'ratio';
  readonly reason: string;
}

/** The thresholds of a fault by name. */
export type Thresholds = Readonly<Record<string, Threshold>>;

/** The values of thresholds, as a judge gets them. */
export type Limits<T extends Thresholds> = { readonly [Name in keyof T]: number };

/** How a fault becomes an alert: how many new cases within how long, and how loud. */
export interface FaultAlert {
  /** New cases within `window` that raise it. */
  readonly cases: number;
  /** A Prometheus duration. */
  readonly window: string;
  readonly severity: 'critical' | 'warning' | 'info';
  /** Why this many within this long. */
  readonly reason: string;
}

/** Decides from what is known of the subject. Pure: no clock, no memory of its own. */
export type Judge<Subject, T extends Thresholds> = (
  subject: Subject,
  around: Surroundings,
  limits: Limits<T>,
) => Verdict;

/** A way in which sessions break, and how to tell it. */
export interface FaultOf<T extends Thresholds> {
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
  readonly alert: FaultAlert;
  /** Who can be found at fault, and the judge of each: a session, a client, or a family of clients at one target. */
  readonly judges: {
    readonly session?: Judge<Session, T>;
    readonly client?: Judge<Client, T>;
    readonly cohort?: Judge<Cohort, T>;
  };
}

/** A fault as the catalogue lists it. */
export type Fault = FaultOf<Thresholds>;

/** Declares a fault: its judges get the values of the thresholds it declares, by their names. */
export function defineFault<const T extends Thresholds>(fault: FaultOf<T>): Fault {
  return fault as unknown as Fault;
}
