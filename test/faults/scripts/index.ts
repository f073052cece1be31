import type { FaultScripts } from '../script.ts';
import { scripts as authLoop } from './auth-loop.ts';
import { scripts as authMasksSession } from './auth-masks-session.ts';
import { scripts as clientHeaderlessAfter404 } from './client-headerless-after-404.ts';
import { scripts as clientNoReinit, serverOnly } from './client-no-reinit.ts';
import { scripts as clientReusesDeadSession } from './client-reuses-dead-session.ts';
import { scripts as crossPrincipalSession } from './cross-principal-session.ts';
import { scripts as deadSessionAccepted } from './dead-session-accepted.ts';
import { scripts as deadSessionMasked2xx } from './dead-session-masked-2xx.ts';
import { scripts as deadSessionWrongStatus } from './dead-session-wrong-status.ts';
import { scripts as deleteIneffective } from './delete-ineffective.ts';
import { scripts as deleteNotSupported } from './delete-not-supported.ts';
import { scripts as doubleInitialize } from './double-initialize.ts';
import { scripts as eraProbeFailure } from './era-probe-failure.ts';
import { scripts as eraProbeLeak } from './era-probe-leak.ts';
import { scripts as foreign404AsDeadSession } from './foreign-404-as-dead-session.ts';
import { scripts as getReopenLoop } from './get-reopen-loop.ts';
import { scripts as handshakeIncomplete } from './handshake-incomplete.ts';
import { scripts as idlePoll } from './idle-poll.ts';
import { scripts as lostAffinity } from './lost-affinity.ts';
import { scripts as orphanedSessions } from './orphaned-sessions.ts';
import { scripts as partialRecovery } from './partial-recovery.ts';
import { scripts as poisonedSessionId } from './poisoned-session-id.ts';
import { scripts as prematureEviction } from './premature-eviction.ts';
import { scripts as protocolVersionMismatch } from './protocol-version-mismatch.ts';
import { scripts as reinitStorm } from './reinit-storm.ts';
import { scripts as restartAmnesia } from './restart-amnesia.ts';
import { scripts as resumeFailure } from './resume-failure.ts';
import { scripts as sessionCapExhausted } from './session-cap-exhausted.ts';
import { scripts as sessionHeaderStripped } from './session-header-stripped.ts';
import { scripts as sessionIdNeverEchoed } from './session-id-never-echoed.ts';
import { scripts as sessionIdOnInitialize } from './session-id-on-initialize.ts';
import { scripts as sessionPerCall } from './session-per-call.ts';
import { scripts as singleSessionServer } from './single-session-server.ts';
import { scripts as sseConflict } from './sse-conflict.ts';
import { scripts as sseFlap } from './sse-flap.ts';
import { scripts as statusDiffersByMethod } from './status-differs-by-method.ts';
import { scripts as streamLeak } from './stream-leak.ts';
import { scripts as unsafeReplay } from './unsafe-replay.ts';

/** The scripts of every fault, in the order of the catalogue. */
export const allScripts: readonly FaultScripts[] = [
  deadSessionWrongStatus,
  deadSessionMasked2xx,
  deadSessionAccepted,
  statusDiffersByMethod,
  authMasksSession,
  foreign404AsDeadSession,
  clientNoReinit,
  clientReusesDeadSession,
  clientHeaderlessAfter404,
  partialRecovery,
  sessionIdOnInitialize,
  unsafeReplay,
  poisonedSessionId,
  reinitStorm,
  sessionIdNeverEchoed,
  sessionPerCall,
  getReopenLoop,
  sseFlap,
  sseConflict,
  idlePoll,
  authLoop,
  doubleInitialize,
  handshakeIncomplete,
  orphanedSessions,
  deleteIneffective,
  deleteNotSupported,
  streamLeak,
  sessionCapExhausted,
  sessionHeaderStripped,
  prematureEviction,
  lostAffinity,
  restartAmnesia,
  crossPrincipalSession,
  singleSessionServer,
  protocolVersionMismatch,
  eraProbeFailure,
  eraProbeLeak,
  resumeFailure,
];

/** Scripts that show who is not at fault. */
export const blameScripts: readonly FaultScripts[] = [serverOnly];
