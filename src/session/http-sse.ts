import { isInitialize, isSuccess, type Exchange, type Meaning } from '../exchange/index.ts';
import { advanceSession, bornSession } from './advance-session.ts';
import type { Session } from './session.ts';
import type { TableLimits } from './table-thresholds.ts';

/*
 * The transport of revision 2024-11-05. A session is the life of a stream: its first event names an address that
 * holds the id, and messages are posted there. It has no DELETE, and no clause on the status of what is dead.
 */

/** Whether the exchange is the first that was accepted at the address of a stream that is open. */
export function isFirstOnStream(
  before: Session | undefined,
  exchange: Exchange,
  meaning: Meaning,
  streamIsOpen: boolean,
): boolean {
  if (before !== undefined || exchange.transport !== 'http-sse' || !streamIsOpen) return false;
  return isSuccess(exchange) && meaning === 'ok';
}

/** A session in that moment; a stream alone, which any browser may open, is none yet. */
export function bornOnStream(exchange: Exchange, meaning: Meaning, limits: TableLimits): Session {
  const born = bornSession(exchange.sessionSent ?? '', exchange);
  // As with an id in a header, the handshake is not one of the session's own requests.
  return isInitialize(exchange) ? born : advanceSession(born, exchange, meaning, limits);
}

/** The session after its stream, and so the session itself, is over. */
export function endedWithStream(session: Session, { endedAt }: Exchange): Session {
  return {
    ...session,
    phase: session.phase === 'live' ? 'ended' : session.phase,
    lastSeenAt: Math.max(session.lastSeenAt, endedAt),
  };
}
