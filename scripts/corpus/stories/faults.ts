import type { Story } from '../story.ts';

/** What a story of a fault, or of its look-alike, says beside its fault. */
export type Told = Omit<Story, 'group' | 'expect' | 'lookAlikeOf'>;

/** A story in which a fault must be found, and beside it only those that are named. */
export function faulty(fault: string, story: Told, also: readonly string[] = []): Story {
  return { ...story, group: fault, expect: [fault, ...also] };
}

/** A healthy story that a careless judge would take for a fault. */
export function lookAlike(fault: string, story: Told): Story {
  return { ...story, group: 'look-alikes', name: `${fault}--${story.name}`, lookAlikeOf: [fault] };
}
