import type { FaultScripts } from '../script.ts';
import { scripts as authMasksSession } from './auth-masks-session.ts';
import { scripts as clientHeaderlessAfter404 } from './client-headerless-after-404.ts';
import { scripts as clientNoReinit, serverOnly } from './client-no-reinit.ts';
import { scripts as clientReusesDeadSession } from './client-reuses-dead-session.ts';
import { scripts as deadSessionMasked2xx } from './dead-session-masked-2xx.ts';
import { scripts as deadSessionWrongStatus } from './dead-session-wrong-status.ts';
import { scripts as getReopenLoop } from './get-reopen-loop.ts';
import { scripts as orphanedSessions } from './orphaned-sessions.ts';
import { scripts as reinitStorm } from './reinit-storm.ts';
import { scripts as sessionIdNeverEchoed } from './session-id-never-echoed.ts';

/** The scripts of every fault, in the order of the catalogue. */
export const allScripts: readonly FaultScripts[] = [
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

/** Scripts that show who is not at fault. */
export const blameScripts: readonly FaultScripts[] = [serverOnly];
