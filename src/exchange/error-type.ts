import { answerIn, isToolError } from './answer.ts';
import { ANSWER_PREFIX_LENGTH, type BodyFacts } from './body-class.ts';
import type { StreamFacts } from './exchange.ts';
import { errorTypeOf, type ErrorType } from './operation.ts';
import type { Era } from './protocol-era.ts';
import type { RpcMethod } from './rpc-methods.ts';

/**
 * How an operation failed by the answer that came: the code of the JSON-RPC error, whatever the status around it; of
 * an error answer without one the status; `tool_error` for a tool's own error. `prefix` is the beginning of the body.
 */
export function errorTypeOfAnswer(
  method: RpcMethod,
  status: number,
  body: BodyFacts,
  prefix: string,
): ErrorType {
  if (body.code !== undefined) return errorTypeOf(body.code);
  if (status >= 400) return errorTypeOf(status);
  return method === 'tools/call' && isToolError(prefix) ? 'tool_error' : '';
}

/** An answer that broke off before it was whole, or of which nothing came. */
export interface BrokenAnswer {
  readonly method: RpcMethod;
  readonly era: Era;
  readonly body: BodyFacts;
  readonly prefix: string;
  readonly stream: StreamFacts | undefined;
  /** Why it broke off, as far as its hook knows. */
  readonly reason: Break;
}

/**
 * Why an answer broke off. To a client: it wanted no more (`cancelled`), it waited no longer (`timeout`), or the
 * connection failed under it (`broken`). To a server: whoever asked has left (`left`), for whatever reason.
 */
export type Break = 'cancelled' | 'timeout' | 'broken' | 'left';

/**
 * How an operation failed whose answer broke off. Whoever asked and has left is told as `cancelled`: it is no error of
 * the server's (revision 2026-07-28, Cancellation: a server must take a disconnect for it), and nobody waits for the
 * answer. A connection that broke is `_OTHER` to the client, which does not know what became of its request. Told as
 * not failed is an operation
 * - whose answer had come before the stream broke off, or may have, behind what is looked at;
 * - whose answer may still come on another stream: one with event ids can be resumed, up to revision 2025-11-25, where
 *   a disconnect cancels nothing (Transports, Sending Messages to the Server);
 * - that lasts until its client leaves, as `subscriptions/listen` does.
 */
export function errorTypeOfBreak(broken: BrokenAnswer): ErrorType {
  const { method, era, body, prefix, stream, reason } = broken;
  if (stream !== undefined) {
    if (prefix.length >= ANSWER_PREFIX_LENGTH || answerIn(prefix) !== undefined)
      return errorTypeOfAnswer(method, 200, body, prefix);
    const isResumable = stream.eventIds && era === 'sessionful';
    if (isResumable && (reason === 'broken' || reason === 'left')) return '';
    if (method === 'subscriptions/listen' && (reason === 'cancelled' || reason === 'left')) return '';
  }
  return ERROR_TYPE[reason];
}

const ERROR_TYPE: Readonly<Record<Break, ErrorType>> = {
  cancelled: 'cancelled',
  timeout: 'timeout',
  broken: '_OTHER',
  left: 'cancelled',
};
