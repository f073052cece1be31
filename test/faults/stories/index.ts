import { clientLatchedOff } from './client-latched-off.ts';
import { fleetReinitStorm } from './fleet-reinit-storm.ts';
import type { RuleStories } from './rule-story.ts';
import { serverSessionLeak } from './server-session-leak.ts';

/** The stories of every fault that a rule decides, in the order of the catalogue. */
export const allStories: readonly RuleStories[] = [clientLatchedOff, fleetReinitStorm, serverSessionLeak];
