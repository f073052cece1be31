import type { Asked } from '../asked.ts';
import { watchOf, type Watch } from '../watch.ts';
import type { FetchRequest } from './asked.ts';

/** What is known of one request while it is under way. */
export interface FetchWatch extends Watch {
  readonly asked: Asked;
  /** The origin of the server. */
  readonly origin: string;
  /** Who speaks, in the words of the program. */
  readonly client: string;
  readonly signal: AbortSignal | undefined;
  /** Whether it is over. */
  ended: boolean;
}

/** A request that has just begun. */
export function fetchWatchOf(
  { asked, url, method, prefix, signal }: FetchRequest,
  target: string,
  client: string,
  startedAt: number,
): FetchWatch {
  const watch = watchOf({ vantage: 'client', target, method, startedAt });
  watch.requestPrefix = prefix;
  return Object.assign(watch, { asked, origin: url.origin, client, signal, ended: false });
}
