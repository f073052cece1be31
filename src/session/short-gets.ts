import type { Exchange } from '../exchange/index.ts';
import { withTime } from './recent-times.ts';
import type { ShortGets } from './session.ts';
import { stepOf, withStep } from './step.ts';

/** A GET stream shorter than this, without data, is one of a loop rather than a listener (FM-18). */
const SHORT_GET_MS = 5000;
const SHORT_GETS_KEPT = 30;

/** Whether the exchange is a GET that ended within seconds and brought nothing: neither data nor a polling hint. */
export function isShortGet(exchange: Exchange): boolean {
  if (exchange.httpMethod !== 'GET' || exchange.status === 405 || exchange.status === 0) return false;
  if (exchange.endedAt - exchange.startedAt >= SHORT_GET_MS) return false;
  return exchange.stream === undefined || !(exchange.stream.carriedData || exchange.stream.retryHint);
}

/** Adds such a GET to those before. */
export function withShortGet(before: ShortGets | undefined, exchange: Exchange): ShortGets {
  return {
    times: withTime(before?.times ?? [], exchange.endedAt, SHORT_GETS_KEPT),
    trail: withStep(before?.trail ?? [], stepOf(exchange)),
  };
}
