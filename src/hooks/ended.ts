import type { Break, Ending } from '../exchange/index.ts';

/** How an exchange ended. */
export interface End {
  readonly ending: Ending;
  /** Why it broke off, when it did. Default: whoever asked has left, which is all that a server sees. */
  readonly reason?: Break;
}

/** How and when: it must be taken down in that moment. */
export interface Ended extends End {
  readonly at: number;
}

/** It came to its end. */
export const COMPLETE: End = Object.freeze({ ending: 'complete' });

/** The client that is watched wanted no more. */
export const CANCELLED: End = Object.freeze({ ending: 'aborted', reason: 'cancelled' });

/** How an exchange ended whose request or answer failed in a client; `signal` is the one it was sent with. */
export function endOf(error: unknown, signal: AbortSignal | undefined): End {
  if (signal?.aborted === true) return isTimeout(signal.reason) ? TIMED_OUT : CANCELLED;
  const { name, cause } = (error ?? {}) as { name?: unknown; cause?: unknown };
  if (name === 'AbortError') return CANCELLED;
  const reason = isTimeout(error) || isTimeout(cause) ? 'timeout' : 'broken';
  const isClosed = codeOf(error) === OTHER_SIDE_CLOSED || codeOf(cause) === OTHER_SIDE_CLOSED;
  return { ending: isClosed ? 'aborted' : 'reset', reason };
}

const TIMED_OUT: End = Object.freeze({ ending: 'aborted', reason: 'timeout' });

/** That of `AbortSignal.timeout()`, of undici (`UND_ERR_HEADERS_TIMEOUT` and its like), or of the system. */
function isTimeout(error: unknown): boolean {
  if ((error as { name?: unknown } | undefined)?.name === 'TimeoutError') return true;
  const code = codeOf(error);
  return typeof code === 'string' && /^(UND_ERR_\w+_TIMEOUT|ETIMEDOUT)$/.test(code);
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

/** What undici says when the connection was closed in the middle, rather than broken. */
const OTHER_SIDE_CLOSED = 'UND_ERR_SOCKET';
