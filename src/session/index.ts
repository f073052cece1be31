export { createAgenda, type Agenda } from './agenda.ts';
export { advanceSession, bornSession, proveAuthMasked, recoverSession } from './advance-session.ts';
export { birthOf } from './birth.ts';
export {
  advanceClient,
  withLoss,
  withRecovery,
  type Client,
  type Handshake,
  type Headerless,
} from './client.ts';
export { cohortRef, newCohort, type Cohort } from './cohort.ts';
export type { Eviction } from './generations.ts';
export { countWithin, withTime, type RecentTimes } from './recent-times.ts';
export {
  createSessionTable,
  type Change,
  type Passing,
  type Settled,
  type SessionTable,
  type TableOptions,
} from './session-table.ts';
export {
  CAUSES_OF_DEATH,
  type CauseOfDeath,
  type Phase,
  type Session,
  type ShortGets,
  type Trouble,
} from './session.ts';
export { stepOf, withStep, type Step } from './step.ts';
