import { authLoop } from './auth-loop.ts';
import { authMasksSession } from './auth-masks-session.ts';
import { clientHeaderlessAfter404 } from './client-headerless-after-404.ts';
import { clientLatchedOff } from './client-latched-off.ts';
import { clientNoReinit } from './client-no-reinit.ts';
import { clientReusesDeadSession } from './client-reuses-dead-session.ts';
import { crossPrincipalSession } from './cross-principal-session.ts';
import { deadSessionAccepted } from './dead-session-accepted.ts';
import { deadSessionMasked2xx } from './dead-session-masked-2xx.ts';
import { deadSessionWrongStatus } from './dead-session-wrong-status.ts';
import { deleteIneffective } from './delete-ineffective.ts';
import { deleteNotSupported } from './delete-not-supported.ts';
import { doubleInitialize } from './double-initialize.ts';
import { eraProbeFailure } from './era-probe-failure.ts';
import { eraProbeLeak } from './era-probe-leak.ts';
import type { Fault } from './fault.ts';
import { fleetReinitStorm } from './fleet-reinit-storm.ts';
import { foreign404AsDeadSession } from './foreign-404-as-dead-session.ts';
import { getReopenLoop } from './get-reopen-loop.ts';
import { handshakeIncomplete } from './handshake-incomplete.ts';
import { idlePoll } from './idle-poll.ts';
import { lostAffinity } from './lost-affinity.ts';
import { orphanedSessions } from './orphaned-sessions.ts';
import { partialRecovery } from './partial-recovery.ts';
import { poisonedSessionId } from './poisoned-session-id.ts';
import { prematureEviction } from './premature-eviction.ts';
import { protocolVersionMismatch } from './protocol-version-mismatch.ts';
import { reinitStorm } from './reinit-storm.ts';
import { restartAmnesia } from './restart-amnesia.ts';
import { resumeFailure } from './resume-failure.ts';
import { serverSessionLeak } from './server-session-leak.ts';
import { sessionCapExhausted } from './session-cap-exhausted.ts';
import { sessionHeaderStripped } from './session-header-stripped.ts';
import { sessionIdNeverEchoed } from './session-id-never-echoed.ts';
import { sessionIdOnInitialize } from './session-id-on-initialize.ts';
import { sessionPerCall } from './session-per-call.ts';
import { singleSessionServer } from './single-session-server.ts';
import { sseConflict } from './sse-conflict.ts';
import { sseFlap } from './sse-flap.ts';
import { statusDiffersByMethod } from './status-differs-by-method.ts';
import { streamLeak } from './stream-leak.ts';
import { unsafeReplay } from './unsafe-replay.ts';

/** Every fault, in the order in which it is shown. None is decided unless it stands here. */
export const catalogue: readonly Fault[] = [
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
  clientLatchedOff,
  reinitStorm,
  fleetReinitStorm,
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
  serverSessionLeak,
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

/** The fault with this id; undefined when there is none. */
export function faultById(id: string): Fault | undefined {
  return catalogue.find((fault) => fault.id === id);
}
