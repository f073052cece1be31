import type { Exchange } from '../exchange/index.ts';
import { KEPT } from './kept.ts';
import { withTime } from './recent-times.ts';
import type { ShortGets } from './session.ts';
import { stepOf, withStep } from './step.ts';

/**
 * Whether the exchange is a GET that ended within `shortGetMs` and brought nothing, neither data nor a polling hint:
 * one of a loop rather than a listener (FM-18).
 */
export function isShortGet(exchange: Exchange, shortGetMs: number): boolean {
  if (exchange.httpMethod !== 'GET' || exchange.status === 405 || exchange.status === 0) return false;
  if (exchange.endedAt - exchange.startedAt >= shortGetMs) return false;
  return exchange.stream === undefined || !(exchange.stream.carriedData || exchange.stream.retryHint);
}

/** Adds such a GET to those before. */
export function withShortGet(before: ShortGets | undefined, exchange: Exchange): ShortGets {
  return {
    times: withTime(before?.times ?? [], exchange.endedAt, KEPT.shortGets),
    trail: withStep(before?.trail ?? [], stepOf(exchange)),
  };
}
