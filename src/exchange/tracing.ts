import type { Operation, OperationStart } from './operation.ts';

/** A place in a trace, as W3C Trace Context writes it. Both texts are as they came, and bounded. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate: string | undefined;
}

/** What a message carries in `params._meta`: `traceparent`, `tracestate` and `baggage`, unprefixed (SEP-414). */
export type TraceCarrier = Record<string, unknown>;

/**
 * What makes spans. Hooks know it by this shape alone: whoever listens hands one in, made of OpenTelemetry or of
 * anything else. None of the functions throws.
 */
export interface Tracing {
  /** The span under way where this is called, such as that of the HTTP request; nothing when there is none. */
  ambient(): TraceContext | undefined;
  /** Begins the span of an operation, for a hook that stands around it. */
  begin(start: OperationStart): OperationSpan;
}

/** The span of an operation that has begun. */
export interface OperationSpan {
  readonly context: TraceContext;
  /** Writes the span into the message that is about to be sent, to be the parent of what its receiver does. */
  inject(carrier: TraceCarrier): void;
  /** Runs `work` with the span as the one under way; so is everything that it waits for. */
  run<Result>(work: () => Result): Result;
  /** Ends it, once. */
  end(operation: Operation): void;
}

const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** W3C Trace Context lets a vendor drop what is longer (section 3.3.1.5). */
const TRACESTATE_LENGTH = 512;

/** Reads a {@link TraceContext} from what came over the wire; nothing when it is none. */
export function traceContextOf(traceparent: unknown, tracestate: unknown): TraceContext | undefined {
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) return undefined;
  const isState = typeof tracestate === 'string' && tracestate.length <= TRACESTATE_LENGTH;
  return { traceparent, tracestate: isState && tracestate !== '' ? tracestate : undefined };
}
