export { createAgenda, type Agenda } from './agenda.ts';
export { advanceSession, bornSession, proveAuthMasked, recoverSession } from './advance-session.ts';
export { birthOf } from './birth.ts';
export type { Calls, Replay } from './calls.ts';
export {
  NO_ODDITIES,
  ODDITIES,
  odditiesWithin,
  withOddities,
  type Oddities,
  type Oddity,
  type OddityKind,
} from './oddity.ts';
export { REPEATED, type FailedCall, type Repeated } from './failed-calls.ts';
export {
  CLIENTS_TURN,
  isFoundDead,
  RECOVERY_OUTCOMES,
  type Recovery,
  type RecoveryOutcome,
} from './open-losses.ts';
export { KEPT, TABLE_DEFAULTS } from './kept.ts';
export { rhythmOf, type Polling } from './polling.ts';
export { readBit } from './reads.ts';
export { estimatedIdleLimit, expiries, isRestart, lostTogether, type Losses, type Target } from './target.ts';
export {
  advanceClient,
  clientRef,
  isStirred,
  withLoss,
  withRecovery,
  type Client,
  type Handshake,
  type Headerless,
} from './client.ts';
export { cohortRef, newCohort, type Cohort, type StreamEnd } from './cohort.ts';
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
  isSound,
  NOTHING_RARE,
  type CauseOfDeath,
  type Phase,
  type Rarities,
  type Session,
  type ShortGets,
  type Trouble,
} from './session.ts';
export { stepOf, withStep, type Step } from './step.ts';
export { tableThresholds, type TableLimits } from './table-thresholds.ts';
export { limitsOf, type Limits, type Overrides, type Threshold, type Thresholds } from './threshold.ts';
