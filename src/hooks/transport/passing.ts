import type { Listener, OperationSpan } from '../../exchange/index.ts';
import { carrying } from './carrier.ts';
import {
  cancellationIn,
  cancelledIn,
  FINE,
  idOf,
  isRecord,
  messageOf,
  outcomeOf,
  outcomeOfFailure,
  type Message,
  type Outcome,
} from './messages.ts';
import type { Begun, Operations } from './operations.ts';

/** What goes out in the place of what the program sent, and what is to be done when it has gone. */
export interface Departure {
  /** The message, or a copy that carries its span. */
  readonly outgoing: object;
  /** What the transport's own work belongs to. */
  readonly span: OperationSpan | undefined;
  /** It is sent. */
  sent(): void;
  /** The transport failed to. */
  failed(error: unknown): void;
}

/** What is to be done when the program has taken a message in. */
export interface Arrival {
  readonly span: OperationSpan | undefined;
  taken(): void;
  failed(): void;
}

/** The end of one message that was sent. */
interface Leaving {
  readonly begun: Begun;
  /** How its operation ends with the sending; nothing for a request, which ends with its answer. */
  readonly outcome: Outcome | undefined;
}

/** Notes what is about to be sent: one message, or a batch, which no single span stands for. */
export function departure(operations: Operations, value: unknown, options: unknown): Departure | undefined {
  const leaving: Leaving[] = [];
  const depart = (one: unknown): unknown => {
    const message = messageOf(one);
    if (message === undefined) return one;
    const next = leave(operations, message);
    if (next === undefined) return one;
    leaving.push(next);
    const { span } = next.begun;
    return next.begun.direction === 'received' || span === undefined ? one : carrying(message, span);
  };
  const outgoing = Array.isArray(value) ? departAll(value, depart) : depart(value);
  const [first] = leaving;
  if (first === undefined) return undefined;
  endOnAbort(operations, first.begun, options);
  const isOne = !Array.isArray(value) && first.begun.direction === 'sent';
  return {
    outgoing: outgoing as object,
    span: isOne ? first.begun.span : undefined,
    sent() {
      for (const { begun, outcome } of leaving) if (outcome !== undefined) operations.end(begun, outcome);
    },
    failed(error) {
      for (const { begun } of leaving) operations.end(begun, outcomeOfFailure(error));
    },
  };
}

/** The same array unless a message in it was copied. */
function departAll(batch: readonly unknown[], depart: (one: unknown) => unknown): readonly unknown[] {
  const outgoing = batch.map(depart);
  return outgoing.every((one, index) => one === batch[index]) ? batch : outgoing;
}

function leave(operations: Operations, message: Message): Leaving | undefined {
  if (message.method === 'notifications/cancelled') {
    const cancelled = operations.find('sent', cancelledIn(message));
    if (cancelled !== undefined) operations.end(cancelled, cancellationIn(message));
  }
  const begun = operations.begin('sent', message, undefined);
  if (begun !== undefined) return { begun, outcome: begun.id === undefined ? FINE : undefined };
  const asked = operations.find('received', idOf(message));
  return asked && { begun: asked, outcome: operations.answered(asked, message) };
}

/** From 2026-07-28 on a client over HTTP cancels a request by closing its stream: no message says so. */
function endOnAbort(operations: Operations, begun: Begun, options: unknown): void {
  const signal = isRecord(options) ? options.requestSignal : undefined;
  if (!(signal instanceof AbortSignal)) return;
  const cancelled = (): void => operations.end(begun, outcomeOf('cancelled'));
  signal.addEventListener('abort', cancelled);
  begun.release = () => signal.removeEventListener('abort', cancelled);
}

/** Notes what came in. */
export function arrival(operations: Operations, value: unknown, extra: unknown): Arrival | undefined {
  const message = messageOf(value);
  if (message === undefined) return undefined;
  if (message.method === 'notifications/cancelled') {
    const cancelled = operations.find('received', cancelledIn(message));
    if (cancelled !== undefined) operations.end(cancelled, outcomeOf('cancelled'));
  }
  const begun = operations.begin('received', message, extra);
  if (begun === undefined) {
    const asked = operations.find('sent', idOf(message));
    if (asked !== undefined) operations.end(asked, operations.answered(asked, message));
    return undefined;
  }
  return {
    span: begun.span,
    taken() {
      if (begun.id === undefined) operations.end(begun, FINE);
    },
    failed: () => operations.end(begun, outcomeOf('_OTHER')),
  };
}

/** Runs `work` inside the span, and once whatever becomes of the span. */
export function within<Result>(
  span: OperationSpan | undefined,
  listener: Pick<Listener, 'failed'>,
  work: () => Result,
): Result {
  if (span === undefined) return work();
  let ran: (() => Result) | undefined;
  const once = (): Result => {
    try {
      const result = work();
      ran = () => result;
    } catch (error) {
      ran = () => {
        throw error;
      };
    }
    return ran();
  };
  try {
    return span.run(once);
  } catch (error) {
    if (ran !== undefined) return ran();
    listener.failed('hook', error);
    return work();
  }
}
