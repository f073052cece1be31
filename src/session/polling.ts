import { isWork, type Exchange } from '../exchange/index.ts';

/** A row of listings and heartbeats without any work between them. Times in ms. */
export interface Polling {
  readonly since: number;
  readonly lastAt: number;
  readonly count: number;
  /** Of the gaps: their sum, and the sum of their squares. */
  readonly sum: number;
  readonly squares: number;
}

/** The row after one more exchange: longer by a poll, ended by work. Handshakes and notifications leave it as it is. */
export function pollingAfter(
  before: Polling | undefined,
  exchange: Exchange,
  bunchMs: number,
): Polling | undefined {
  const method = exchange.rpcMethods[0];
  if (method === undefined || method === 'initialize' || method.startsWith('notifications/')) return before;
  // A ping keeps a connection alive, and is meant to be regular.
  if (method === 'ping') return before;
  if (isWork(method)) return undefined;
  const at = exchange.startedAt;
  if (before === undefined) return { since: at, lastAt: at, count: 0, sum: 0, squares: 0 };
  const gap = at - before.lastAt;
  // Listings that come in a bunch, tools and prompts together, are one poll.
  if (gap < bunchMs) return before;
  return {
    ...before,
    lastAt: at,
    count: before.count + 1,
    sum: before.sum + gap,
    squares: before.squares + gap * gap,
  };
}

/** The mean gap, ms, and its coefficient of variation: 0 for a clock, about 1 for chance. */
export function rhythmOf(polling: Polling): { readonly periodMs: number; readonly variation: number } {
  if (polling.count === 0) return { periodMs: 0, variation: Number.POSITIVE_INFINITY };
  const mean = polling.sum / polling.count;
  const variance = Math.max(0, polling.squares / polling.count - mean * mean);
  return { periodMs: mean, variation: Math.sqrt(variance) / mean };
}
