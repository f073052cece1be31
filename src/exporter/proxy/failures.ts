import type { UpstreamError } from '../../exchange/index.ts';
import type { OwnAnswer } from './own-answer.ts';

/** An answer in the place of one that failed. */
export type Failure = OwnAnswer & { readonly error: UpstreamError };

const RETRY_AFTER = 5;

/** No connection was had. */
export const UNREACHABLE: Failure = {
  status: 503,
  error: 'connection_refused',
  message: 'the upstream cannot be reached; nothing was sent to it',
  retryAfter: RETRY_AFTER,
};

/** No connection was had in time. */
export const SLOW: Failure = {
  status: 503,
  error: 'connection_timeout',
  message: 'the upstream did not accept a connection in time; nothing was sent to it',
  retryAfter: RETRY_AFTER,
};

/** A connection was had, and broke without an answer. */
export const TERMINATED: Failure = {
  status: 502,
  error: 'connection_terminated',
  message: 'the upstream closed the connection without an answer; it may have received the request',
  retryAfter: RETRY_AFTER,
};

/** There was an answer of which nothing can be made. */
export const UNREADABLE: Failure = {
  status: 502,
  error: 'http_protocol_error',
  message: 'the answer of the upstream cannot be passed on',
};

/** What became of a request that was sent and not answered: its answer is no HTTP, or there was none. */
export function failureOf({ code = '' }: NodeJS.ErrnoException): Failure {
  return code.startsWith('HPE_') ? UNREADABLE : TERMINATED;
}
