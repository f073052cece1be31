import { AsyncLocalStorage } from 'node:async_hooks';
import type { TraceContext } from '../../src/exchange/index.ts';
import { record, type Recording } from './node-http/recording.ts';

/** A trace context made of one digit. */
export function contextOf(digit: string): TraceContext {
  return { traceparent: `00-${digit.repeat(32)}-${digit.repeat(16)}-01`, tracestate: undefined };
}

/** The span that is under way, as an OpenTelemetry context manager keeps it. */
export const underWay = new AsyncLocalStorage<TraceContext>();

/** A {@link Recording} that wants to know of calls, and whose spans are those of {@link underWay}. */
export function recordCalls(): Recording {
  const recording = record();
  const tracing = {
    ambient: () => underWay.getStore(),
    begin: () => {
      throw new Error('begun around HTTP');
    },
  };
  return Object.assign(recording, { wantsCalls: true, tracing });
}
