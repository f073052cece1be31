import type { Scenario } from './scenarios.ts';

/** What came of a scenario. */
export interface Outcome {
  readonly scenario: Pick<Scenario, 'name' | 'expected' | 'because'>;
  /** Ids of the faults that were found at its server, in alphabetical order. */
  readonly found: readonly string[];
  /** How many exchanges were seen there: finding nothing says something only where something was seen. */
  readonly exchanges: number;
  /** Why the story could not be told to its end; undefined when it was. */
  readonly broken: string | undefined;
}

/** How expectation and finding compare. */
export interface Comparison {
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  readonly agrees: boolean;
}

/** Compares: an outcome agrees when its story was told to the end, was seen, and led to the expected faults alone. */
export function compare({ scenario, found, exchanges, broken }: Outcome): Comparison {
  const missing = scenario.expected.filter((id) => !found.includes(id));
  const unexpected = found.filter((id) => !scenario.expected.includes(id));
  const differs = missing.length + unexpected.length > 0;
  return { missing, unexpected, agrees: !differs && exchanges > 0 && broken === undefined };
}
