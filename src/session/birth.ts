import type { Exchange } from '../exchange/index.ts';
import { NOTHING_RARE, type Session } from './session.ts';
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
    ...(session.rare.transport === 'http-sse'
      ? { sent: session.ref, given: undefined, status: 202 }
      : { sent: undefined, given: session.ref, status: 200 }),
    bodyClass: 'none',
    meaning: 'ok',
  };
  return [birth];
}

/**
 * A session that was used before its birth is told: a client reads the answer to `initialize` before the stream that
 * carries it is over.
 */
export function bornLate(before: Session, exchange: Exchange): Session {
  const { startedAt, protocolVersion } = exchange;
  if (before.bornAt > 0 || before.rare.stray || startedAt > before.lastSeenAt) return before;
  const rare =
    before.rare === NOTHING_RARE
      ? NOTHING_RARE
      : { ...before.rare, principalSince: 0, formerPrincipal: undefined };
  return { ...before, bornAt: startedAt, protocolVersion, principal: exchange.principal, rare };
}
