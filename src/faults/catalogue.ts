import { authMasksSession } from './auth-masks-session.ts';
import { clientHeaderlessAfter404 } from './client-headerless-after-404.ts';
import { clientNoReinit } from './client-no-reinit.ts';
import { clientReusesDeadSession } from './client-reuses-dead-session.ts';
import { deadSessionMasked2xx } from './dead-session-masked-2xx.ts';
import { deadSessionWrongStatus } from './dead-session-wrong-status.ts';
import type { Fault } from './fault.ts';
import { getReopenLoop } from './get-reopen-loop.ts';
import { orphanedSessions } from './orphaned-sessions.ts';
import { reinitStorm } from './reinit-storm.ts';
import { sessionIdNeverEchoed } from './session-id-never-echoed.ts';

/** Every fault that is judged, in the order in which it is shown. A fault is not judged unless it stands here. */
export const catalogue: readonly Fault[] = [
  deadSessionWrongStatus,
  deadSessionMasked2xx,
  authMasksSession,
  clientNoReinit,
  clientReusesDeadSession,
  clientHeaderlessAfter404,
  reinitStorm,
  getReopenLoop,
  sessionIdNeverEchoed,
  orphanedSessions,
];

/** The fault with this id; undefined when there is none. */
export function faultById(id: string): Fault | undefined {
  return catalogue.find((fault) => fault.id === id);
}
