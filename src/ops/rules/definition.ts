import type { FaultAlert } from '../../faults/index.ts';
import type { Threshold } from '../../session/index.ts';
import type { UIDS } from '../dashboard/uids.ts';
import type { Vector } from '../promql/index.ts';
import type { Source } from '../source.ts';

/**
 * How loud an alert is. `critical`: users are cut off or exposed now, and somebody is woken. `warning`: somebody must
 * act, in working hours. `info`: true and worth knowing when one looks; nobody is told.
 */
export type Severity = FaultAlert['severity'];

/** A value of an alert that operators may change. */
export interface Tunable {
  readonly value: number | string;
  /** A duration is a text, as Prometheus writes it. */
  readonly unit: Threshold['unit'] | 'duration';
  readonly reason: string;
}

/** The values of an alert by name. */
export type Tunables = Readonly<Record<string, Tunable>>;

/** The values of an alert as they are in force. */
export type Tuned<T extends Tunables = Tunables> = {
  readonly [Name in keyof T]: T[Name]['value'] extends string
    ? string
    : T[Name]['value'] extends number
      ? number
      : number | string;
};

/** What a description names: values in a test, templates of Prometheus in a rule. */
export interface Particulars {
  /** The value of the alert as a whole number. */
  readonly value: string;
  /** The same as a percentage. */
  readonly percent: string;
  readonly label: (name: string) => string;
  /** A label as it may stand in the query of a URL. */
  readonly inUrl: (name: string) => string;
}

/** One rule of an alert: of two of different severity the louder one has the higher bar. */
export interface Level<T extends Tunables = Tunables> {
  readonly severity: Severity;
  /** Why this loud, by the rule of {@link Severity}, and these durations. */
  readonly reason: string;
  /** Prometheus durations: how long it must be true before it is told, and how long it is told after that. */
  readonly for?: string;
  readonly keepFiringFor?: string;
  readonly condition: (tuned: Tuned<T>, from: Source) => Vector;
}

/** A rule that records a vector under a name of its own. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

/** The file under `alerts/` in which an alert is shipped. */
export type RuleFile =
  | 'mcp-session-faults.yaml'
  | 'mcp-session-fleet.yaml'
  | 'mcp-session-recovery.yaml'
  | 'mcp-session-capacity.yaml'
  | 'mcp-session-probes.yaml'
  | 'mcp-session-exporter.yaml';

/** Everything about an alert, from which its rules, tests, values and documentation follow. */
export interface AlertDefinition<T extends Tunables = Tunables> {
  /** Kebab-case: the runbook, the key in a file of values and (in camel case) the alert. */
  readonly id: string;
  readonly file: RuleFile;
  /** A sentence without any value: the same for all that one message tells. */
  readonly summary: string;
  /** When it fires, for documentation: follows "when". */
  readonly when: string;
  /** Labels beside those of its series and the severity. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Where to look next. */
  readonly dashboard: keyof typeof UIDS;
  /** Variables of that dashboard beside job and target, or in their place: a value, or the label that has it. */
  readonly variables?: Readonly<Record<string, string | { readonly label: string }>>;
  readonly tunables: T;
  /** What is recorded for its rules, in order: recorded before they are asked. */
  readonly recordings?: (tuned: Tuned<T>, from: Source) => readonly RecordingRule[];
  readonly levels: readonly Level<T>[];
  /** The lines of the description, of which the first names what it is about, with its value. */
  readonly describe: (particulars: Particulars, tuned: Tuned<T>) => readonly string[];
}

/** Declares an alert: what its rules and its description decide by is what its tunables are. */
export function defineAlert<const T extends Tunables>(alert: AlertDefinition<T>): AlertDefinition {
  return alert as unknown as AlertDefinition;
}

/** The values of an alert unless an operator says otherwise. */
export function defaultsOf(tunables: Tunables): Tuned {
  return Object.fromEntries(Object.entries(tunables).map(([name, { value }]) => [name, value]));
}
