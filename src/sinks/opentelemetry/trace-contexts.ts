import { createTraceState, isSpanContextValid, type SpanContext } from '@opentelemetry/api';
import type { TraceContext } from '../../exchange/index.ts';

/** Writes a place in a trace as W3C Trace Context does; nothing for one that is none. */
export function traceContextOfSpan(span: SpanContext | undefined): TraceContext | undefined {
  if (span === undefined || !isSpanContextValid(span)) return undefined;
  const flags = (span.traceFlags & 0xff).toString(16).padStart(2, '0');
  const tracestate = span.traceState?.serialize();
  return {
    traceparent: `00-${span.traceId}-${span.spanId}-${flags}`,
    tracestate: tracestate === '' ? undefined : tracestate,
  };
}

/** Reads it back; nothing for one that is none. */
export function spanContextOf(context: TraceContext | undefined): SpanContext | undefined {
  if (context === undefined) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = context.traceparent.split('-');
  const span: SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    ...(context.tracestate === undefined ? undefined : { traceState: createTraceState(context.tracestate) }),
  };
  return isSpanContextValid(span) ? span : undefined;
}
