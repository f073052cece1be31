import type { Exchange, Meaning } from '../exchange/index.ts';
import { withOddities, type Oddities } from './oddity.ts';
import { oddInSession } from './session-oddities.ts';
import type { Rarities, Session } from './session.ts';
import { isShortGet, withShortGet } from './short-gets.ts';
import type { TableLimits } from './table-thresholds.ts';

/**
 * What is rare about a session after an exchange. One without anything rare leaves the value as it is, which most
 * sessions share.
 */
export function raritiesAfter(
  session: Session,
  exchange: Exchange,
  meaning: Meaning,
  changed: boolean,
  limits: TableLimits,
): Rarities {
  const { rare } = session;
  const { httpMethod, stream, endedAt } = exchange;
  const odd = oddInSession(session, exchange, meaning, limits);
  const eventIds = rare.eventIds || (stream?.eventIds ?? false);
  const retryHint = rare.retryHint || (stream?.retryHint ?? false);
  const standing = standingAfter(rare.oddities, exchange, meaning);
  const isRarer = changed || odd.length > 0 || eventIds !== rare.eventIds || retryHint !== rare.retryHint;
  if (!isRarer && httpMethod !== 'GET' && standing === rare.oddities) return rare;
  return {
    transport: rare.transport,
    principalSince: changed ? endedAt : rare.principalSince,
    formerPrincipal: changed ? session.principal : rare.formerPrincipal,
    stray: rare.stray,
    eventIds,
    retryHint,
    streamLostAt: isLostStream(exchange) ? endedAt : rare.streamLostAt,
    shortGets:
      isShortGet(exchange, limits.shortGetMs) && !isPolled(exchange, retryHint)
        ? withShortGet(rare.shortGets, exchange)
        : rare.shortGets,
    oddities: withOddities(standing, odd),
  };
}

/**
 * The server ended the stream, and has told this session when to come back: on the stream of a call, where the
 * TypeScript SDK tells it (closeStandaloneSSEStream says nothing on the stream it ends).
 */
function isPolled({ stream, ending }: Exchange, retryHint: boolean): boolean {
  return retryHint && stream !== undefined && ending === 'complete';
}

/** A request that was sent after a router's 404 and served: the client had not given the session up. */
function standingAfter(oddities: Oddities, { startedAt }: Exchange, meaning: Meaning): Oddities {
  if (meaning !== 'ok' || oddities.length === 0) return oddities;
  const standing = oddities.filter(({ kind, at }) => kind !== 'foreign-404' || at > startedAt);
  return standing.length === oddities.length ? oddities : standing;
}

function isLostStream({ httpMethod, stream, ending }: Exchange): boolean {
  return httpMethod === 'GET' && stream !== undefined && ending !== 'complete';
}
