import type { BodyClass } from './body-class.ts';
import type { Exchange } from './exchange.ts';
import { meaningOf } from './meaning.ts';

/**
 * How a `tools/call` came to nothing, as its client sees it: `session-lost`, refused for a session that is dead or was
 * not named; `cut-off`, see {@link isCutOff}; `unavailable`, no answer came, or a 502, 503 or 504.
 */
export const CALL_FAILURES = ['session-lost', 'cut-off', 'unavailable'] as const;

/** See {@link CALL_FAILURES}. */
export type CallFailure = (typeof CALL_FAILURES)[number];

/**
 * How the call failed that an exchange carried; nothing for any other exchange, for one that its program took back,
 * and where the watch stands elsewhere than in the client: what a client does next may pass by another way.
 */
export function failureOf(exchange: Exchange): CallFailure | undefined {
  const { vantage, rpcMethods, errorType } = exchange;
  if (vantage !== 'client' || rpcMethods[0] !== 'tools/call' || errorType === 'cancelled') return undefined;
  const meaning = meaningOf(exchange);
  if (meaning === 'session-dead' || meaning === 'session-missing') return 'session-lost';
  // From event ids its client may resume the answer.
  if (isCutOff(exchange)) return exchange.stream?.eventIds === true ? undefined : 'cut-off';
  return UNAVAILABLE.has(exchange.status) ? 'unavailable' : undefined;
}

/** No head at all, and what a gateway says when it has no server to send a request to. */
const UNAVAILABLE: ReadonlySet<number> = new Set([0, 502, 503, 504]);

/**
 * Whether the client cannot know what became of its request, though the server had begun to work on it: the answer
 * broke off behind its head and before any data, or it is an error of the server. No head at all, a 503, and words
 * about the session say that nothing had begun, or leave it open; so does, in a client, any 5xx: a gateway may have
 * written it.
 */
export function isCutOff({ vantage, status, ending, bodyClass, stream }: Exchange): boolean {
  if (status >= 500) return vantage !== 'client' && status !== 503 && SILENT.has(bodyClass);
  // A client that hangs up once it has what it wants knows how its request ended.
  return status >= 200 && status < 300 && CUT.has(ending) && stream?.carriedData !== true;
}

const CUT: ReadonlySet<string> = new Set(['aborted', 'reset']);

const SILENT: ReadonlySet<BodyClass> = new Set<BodyClass>(['none', 'other']);
