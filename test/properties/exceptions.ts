import { runbookPathOf } from '../../src/faults/index.ts';
import { readPage } from '../docs/markdown.ts';

/**
 * What may change a verdict, and the sentence in which a fault's page says so. A fault whose page does not is none of
 * the exceptions.
 */
export const SAID_ON_THE_PAGE = {
  overlap: 'Of requests that overlap, the one that ended first is taken to have come first.',
  clock: 'Time is what the clock says, also when the machine slept or the clock was set.',
  limit: 'A session forgotten for lack of room is met again as one never seen.',
} as const;

/** Whether the page of a fault says that its verdict may change. */
export function isException(why: keyof typeof SAID_ON_THE_PAGE, fault: string): boolean {
  const told = readPage(runbookPathOf(fault)).replaceAll(/\s+/g, ' ');
  return told.includes(SAID_ON_THE_PAGE[why]);
}

/** Leaves out the verdicts of faults whose page says that they may change. */
export function without(why: keyof typeof SAID_ON_THE_PAGE, verdicts: readonly string[]): string[] {
  return verdicts.filter((verdict) => !isException(why, verdict.split(':')[0] as string));
}
