import type { Script, Wire } from '../script.ts';

/** A story that a rule of Prometheus decides, and not a judge: it is told to the observer, and scraped. */
export interface RuleStory extends Pick<Script, 'name' | 'vantage' | 'targets' | 'below' | 'above' | 'tell'> {
  /** The minutes in which the watched program begins and ends: before and after, nothing is scraped. */
  readonly beginsAt?: number;
  readonly endsAt?: number;
  /** What happened so many days before, at the same hour. */
  readonly formerly?: { readonly days: number; readonly tell: Script['tell'] };
}

/** A story in which the alert must be told. Moments are minutes from its start. */
export interface FiringStory extends RuleStory {
  /** When it must not be told yet, when it must, and when no more. */
  readonly silentAt: number;
  readonly firesAt: number;
  readonly overAt: number;
  /** The number that it tells, as follows from the story. */
  readonly value: number;
}

/** The stories of one fault that a rule decides: in the `quiet` ones its alert must never be told. */
export interface RuleStories {
  readonly fault: string;
  /** How often the rule is evaluated, in minutes; all moments are multiples of it. */
  readonly everyMinutes: number;
  readonly faulty: readonly FiringStory[];
  readonly quiet: readonly RuleStory[];
}

/** Calls `turn` with the number of each minute from 0 on, a minute apart. */
export function eachMinute(wire: Wire, minutes: number, turn: (minute: number) => void): void {
  const start = wire.now;
  for (let minute = 0; minute < minutes; minute++) {
    turn(minute);
    // What the turn itself took belongs to its minute.
    wire.pass(Math.max(0, (start + (minute + 1) * 60_000 - wire.now) / 1000));
  }
}
