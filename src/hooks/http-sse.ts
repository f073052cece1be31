import { sessionIdInEndpoint, type Exchange } from '../exchange/index.ts';
import { UNREAD } from './reading.ts';
import { isOdd } from './session-id.ts';
import type { Watch } from './watch.ts';

/** What is known of a request that may belong to HTTP+SSE. */
export interface HttpSseWatch extends Watch {
  /** The session id of HTTP+SSE: in the address posted to, or in the one that the stream named first. */
  httpSseId: string | undefined;
  /** Whether the stream may still turn out to be one of HTTP+SSE. */
  awaitsEndpoint: boolean;
}

/** Looks for the event with which a stream of HTTP+SSE begins. Answers whether it is decided now. */
export function noteEndpoint(watch: HttpSseWatch): boolean {
  const id = sessionIdInEndpoint(watch.answerPrefix);
  if (id === undefined && watch.answerPrefix.length < ENDPOINT_LENGTH && !EVENT.test(watch.answerPrefix))
    return false;
  watch.awaitsEndpoint = false;
  watch.httpSseId = id;
  // The event tells of the stream itself: it is no data that a client waited for.
  if (id !== undefined) [watch.unread, watch.stream] = ['', UNREAD];
  return true;
}

/** No server names an address that takes longer. */
const ENDPOINT_LENGTH = 2048;

/** An event with data, whole. */
const EVENT = /^data:[^\r\n]*\r?\n/m;

/** The transport has one revision alone, whatever its peers agree on beyond it, and its stream names the session. */
export function byHttpSse(exchange: Exchange, id: string): Exchange {
  const session = exchange.sessionSent;
  const isStream = exchange.httpMethod === 'GET';
  return {
    ...exchange,
    transport: 'http-sse',
    protocolVersion: '2024-11-05',
    sessionSent: isStream ? undefined : session,
    sessionGiven: isStream ? session : exchange.sessionGiven,
    sessionOdd: isOdd(id),
  };
}
