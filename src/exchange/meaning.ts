import { isInitialize, isSuccess, type Exchange } from './exchange.ts';
import type { Reference } from './references.ts';

/** What an answer means for the session, whatever status it was put into. */
export const MEANINGS = [
  'ok',
  'session-dead',
  'session-missing',
  'already-initialized',
  'sse-conflict',
  'version',
  'capacity',
  'method-missing',
  'auth',
  'other',
  'unanswered',
] as const;

/** See {@link MEANINGS}. */
export type Meaning = (typeof MEANINGS)[number];

/**
 * Reads the meaning of an answer from era, id sent, status and body. A status alone proves nothing: 404 with a
 * session id is a dead session, but not behind a modern version header (there it is an unknown method, revision
 * 2026-07-28), not with a web page for a body (a router's answer), and not without an id.
 */
export function meaningOf(exchange: Exchange): Meaning {
  if (exchange.status === 0) return 'unanswered';
  if (exchange.status < 400) return isMaskedDeath(exchange) ? 'session-dead' : 'ok';
  const sent = exchange.sessionSent !== undefined;
  switch (exchange.bodyClass) {
    case 'session-dead':
    case 'session-dead-ambiguous':
      return exchange.era === 'sessionless' ? 'other' : sent ? 'session-dead' : 'session-missing';
    case 'session-missing':
    case 'already-initialized':
    case 'sse-conflict':
    case 'version':
    case 'capacity':
    case 'method-missing':
      return exchange.bodyClass;
    default:
      return meaningOfStatus(exchange, sent);
  }
}

function meaningOfStatus(exchange: Exchange, sent: boolean): Meaning {
  if (exchange.status === 401 || exchange.status === 403) return 'auth';
  if (exchange.status !== 404 || exchange.era === 'sessionless') return 'other';
  return sent && exchange.bodyClass !== 'foreign-page' ? 'session-dead' : 'other';
}

/** A JSON-RPC error about the session inside a 2xx answer to a request that carried an id. */
function isMaskedDeath(exchange: Exchange): boolean {
  if (exchange.bodyClass !== 'session-dead' && exchange.bodyClass !== 'session-dead-ambiguous') return false;
  return isSuccess(exchange) && exchange.sessionSent !== undefined && exchange.era === 'sessionful';
}

/** Whether the exchange opened a session: a handshake that was answered with success, error bodies excepted. */
export function opensSession(exchange: Exchange): boolean {
  return isInitialize(exchange) && isSuccess(exchange) && exchange.bodyClass === 'none';
}

/** The session that a handshake began; undefined when it failed, or the server gives no ids. */
export function sessionBegunBy(exchange: Exchange): Reference | undefined {
  if (!opensSession(exchange)) return undefined;
  return exchange.transport === 'http-sse' ? exchange.sessionSent : exchange.sessionGiven;
}

/** Whether the exchange begins a session and has nothing to do with a former one: no id of such a one came with it. */
export function beginsAnew(exchange: Exchange): boolean {
  return opensSession(exchange) && (exchange.sessionSent === undefined || exchange.transport === 'http-sse');
}
