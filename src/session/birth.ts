import type { Session } from './session.ts';
import type { Step } from './step.ts';

/**
 * The exchange in which a session was born, retold from what the session kept of it, so that a trail begins where
 * the story does. Empty when the birth was not seen.
 */
export function birthOf(session: Session): readonly Step[] {
  if (session.bornAt === 0) return [];
  const birth: Step = {
    at: session.bornAt,
    durationMs: 0,
    httpMethod: 'POST',
    rpcMethod: 'initialize',
    sent: undefined,
    given: session.ref,
    status: 200,
    bodyClass: 'none',
    meaning: 'ok',
  };
  return [birth];
}
