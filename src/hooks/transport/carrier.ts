import type { OperationSpan, TraceCarrier } from '../../exchange/index.ts';
import { isRecord, metaOf, type Message } from './messages.ts';

/**
 * A copy of the message that carries the span in `params._meta` (SEP-414), with everything else that it had. The
 * message itself when the program put a `traceparent` there: it speaks of a trace of its own.
 */
export function carrying(message: Message, span: OperationSpan): Message {
  const meta = metaOf(message);
  if (meta?.traceparent !== undefined || !takesMembers(message.params)) return message;
  const carrier: TraceCarrier = {};
  span.inject(carrier);
  if (Object.keys(carrier).length === 0) return message;
  const baggage = meta?.baggage ?? carrier.baggage;
  const _meta = { ...meta, ...carrier, ...(baggage === undefined ? undefined : { baggage }) };
  return { ...message, params: { ...(message.params as Message | undefined), _meta } };
}

function takesMembers(params: unknown): boolean {
  return params === undefined || isRecord(params);
}
