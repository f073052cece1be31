/** Moments in ascending order, the newest kept up to a limit: enough to ask "how many within the last minute". */
export type RecentTimes = readonly number[];

/** Adds a moment, dropping the oldest beyond `limit`. A moment earlier than the last is put in its place. */
export function withTime(times: RecentTimes, at: number, limit: number): RecentTimes {
  const next = times.length < limit ? [...times] : times.slice(times.length - limit + 1);
  let i = next.length;
  while (i > 0 && (next[i - 1] as number) > at) i--;
  next.splice(i, 0, at);
  return next;
}

/** How many moments lie in the window of `windowMs` that ends at `now`. */
export function countWithin(times: RecentTimes, now: number, windowMs: number): number {
  let count = 0;
  for (let i = times.length - 1; i >= 0 && (times[i] as number) > now - windowMs; i--) count++;
  return count;
}
