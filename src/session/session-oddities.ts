import { ANONYMOUS, isInitialize, isSuccess, type Exchange, type Meaning } from '../exchange/index.ts';
import { NO_ODDITIES, type Oddities, type OddityKind } from './oddity.ts';
import type { Session } from './session.ts';
import { stepOf } from './step.ts';
import type { TableLimits } from './table-thresholds.ts';

type Test = (before: Session, exchange: Exchange, meaning: Meaning, limits: TableLimits) => boolean;

const TESTS: readonly (readonly [OddityKind, Test])[] = [
  [
    'accepted-after-end',
    (before, exchange, meaning) =>
      before.phase === 'ended' &&
      before.bornAt > 0 &&
      // A call in flight when the session was ended may still be answered.
      exchange.startedAt >= before.lastSeenAt &&
      isAnswered(exchange, meaning) &&
      !isRenewed(before, exchange),
  ],
  [
    'delete-refused',
    (before, exchange, meaning) =>
      exchange.httpMethod === 'DELETE' &&
      before.phase === 'live' &&
      // An id that was never accepted may be long gone.
      before.lastOkAt > 0 &&
      meaning === 'other' &&
      exchange.status !== 405 &&
      !isDraining(exchange),
  ],
  [
    'flip',
    (before, exchange, meaning) =>
      before.phase === 'dead'
        ? meaning === 'ok' && isServed(exchange) && beganAfterDeath(before, exchange)
        : meaning === 'session-dead' && hasDied(before),
  ],
  [
    'foreign-404',
    // A web page on GET or DELETE is a server without such a route; no server of sessions lacks POST.
    (_before, { httpMethod, status, bodyClass }) =>
      httpMethod === 'POST' && status === 404 && bodyClass === 'foreign-page',
  ],
  [
    'handshake-with-id',
    // An id that the client made up itself, and that is refused for another reason, is a gateway's (action_mcp#199).
    (before, exchange, meaning) =>
      isInitialize(exchange) &&
      exchange.transport !== 'http-sse' &&
      (REFUSED_FOR_ID.has(meaning) || before.bornAt > 0 || hasDied(before)),
  ],
  ['poisoned', (before, { sessionOdd }) => sessionOdd || before.rare.stray],
  [
    'resume-refused',
    (before, exchange, meaning) =>
      exchange.httpMethod === 'GET' &&
      exchange.resumes &&
      before.rare.eventIds &&
      exchange.status >= 400 &&
      !NOT_ABOUT_RESUMING.has(meaning) &&
      !isDraining(exchange),
  ],
  [
    'second-principal',
    // There and back again: a refreshed token never gives way to the former one, but for what was in flight.
    (before, exchange, meaning) =>
      isSuccess(exchange) &&
      meaning === 'ok' &&
      exchange.startedAt >= before.rare.principalSince &&
      exchange.principal !== before.principal &&
      // Some programs ask with a token only where one is needed.
      exchange.principal !== ANONYMOUS &&
      before.principal !== ANONYMOUS &&
      exchange.principal === before.rare.formerPrincipal,
  ],
  [
    'stream-conflict',
    // The place is held by the ghost of the former stream (FM-20).
    (before, exchange, meaning, limits) =>
      exchange.httpMethod === 'GET' &&
      (exchange.status === 409 || meaning === 'sse-conflict' || isClosedAtOnce(exchange, limits.atOnceMs)) &&
      before.rare.streamLostAt > 0 &&
      exchange.startedAt - before.rare.streamLostAt <= limits.ghostMs,
  ],
  [
    'version-drift',
    (before, exchange) =>
      exchange.httpMethod === 'POST' &&
      exchange.era === 'sessionful' &&
      !isInitialize(exchange) &&
      before.bornAt > 0 &&
      isNamed(exchange.protocolVersion) &&
      isNamed(before.protocolVersion) &&
      exchange.protocolVersion !== before.protocolVersion,
  ],
  ['version-refused', (_before, exchange, meaning) => meaning === 'version' && exchange.era === 'sessionful'],
];

const REFUSED_FOR_ID: ReadonlySet<Meaning> = new Set<Meaning>(['session-dead', 'already-initialized']);

const NOT_ABOUT_RESUMING: ReadonlySet<Meaning> = new Set<Meaning>(['session-dead', 'auth', 'version']);

/** What is odd about an exchange that carries the id of a session. */
export function oddInSession(
  before: Session,
  exchange: Exchange,
  meaning: Meaning,
  limits: TableLimits,
): Oddities {
  if (isOrdinary(before, exchange, meaning)) return NO_ODDITIES;
  let odd: Oddities = NO_ODDITIES;
  for (const [kind, test] of TESTS) {
    if (!test(before, exchange, meaning, limits)) continue;
    odd = [...odd, { kind, at: exchange.endedAt, session: before.ref, step: stepOf(exchange) }];
  }
  return odd;
}

/** The bulk of all traffic, about which none of the tests can find anything. */
function isOrdinary(before: Session, exchange: Exchange, meaning: Meaning): boolean {
  if (meaning !== 'ok' || before.phase !== 'live' || exchange.httpMethod !== 'POST') return false;
  if (exchange.sessionOdd || before.rare.stray || exchange.principal !== before.principal) return false;
  return exchange.protocolVersion === before.protocolVersion && !isInitialize(exchange);
}

/** A request, rather than a notification, that was served. */
function isAnswered(exchange: Exchange, meaning: Meaning): boolean {
  return (
    exchange.httpMethod === 'POST' && exchange.status === 200 && meaning === 'ok' && !isInitialize(exchange)
  );
}

/** Whether the server shows by its answer that it knows the session. With HTTP+SSE answers come on the stream. */
export function isServed(exchange: Exchange): boolean {
  if (exchange.httpMethod !== 'POST' || isInitialize(exchange)) return false;
  return exchange.status === 200 || (exchange.status === 202 && exchange.transport === 'http-sse');
}

/** The refusal came too late for a status: the head was sent already, and the stream ends with it (kotlin-sdk#715). */
function isClosedAtOnce({ stream, ending, startedAt, endedAt }: Exchange, atOnceMs: number): boolean {
  if (stream === undefined || stream.carriedData || stream.retryHint) return false;
  return ending === 'complete' && endedAt - startedAt < atOnceMs;
}

/** A server that is about to stop says so, and when to come again. */
function isDraining({ status, retryAfter }: Exchange): boolean {
  return status === 503 && retryAfter;
}

/** What was in flight when a session died may still be served: by the old process, while the new one refuses. */
export function beganAfterDeath(session: Session, { startedAt }: Exchange): boolean {
  return startedAt >= (session.trouble?.diedAt ?? 0);
}

/** The server gave another id in place of this one: it began a new session by itself, which is its right. */
function isRenewed(before: Session, exchange: Exchange): boolean {
  return exchange.sessionGiven !== undefined && exchange.sessionGiven !== before.ref;
}

function hasDied(session: Session): boolean {
  return session.phase === 'live' && session.trouble !== undefined && session.trouble.diedAt > 0;
}

function isNamed(version: string): boolean {
  return version !== 'none' && version !== 'other';
}
