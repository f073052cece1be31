import { INVALID_SPAN_CONTEXT, isSpanContextValid, ROOT_CONTEXT } from '@opentelemetry/api';
import type {
  CallFacts,
  Operation,
  OperationStart,
  TraceCarrier,
  TraceContext,
  Tracing,
} from '../../exchange/index.ts';
import type { Context, Link, OpenTelemetryApi, Span, SpanContext, SpanStarter } from './api.ts';
import { attributesOfEnd, spanOfStart, STATUS_ERROR } from './conventions.ts';
import { spanContextOf, traceContextOfSpan } from './trace-contexts.ts';

/** Makes the spans of operations: while they last for a hook that stands around them, or else once they are over. */
export interface OperationSpans {
  readonly tracing: Tracing;
  /** Makes the span of an operation that is over. */
  toldOf(operation: Operation): TraceContext | undefined;
}

/** Baggage and vendors' state have limits of their own (W3C: 8,192 and 512); what is longer is not read. */
const FIELD_LENGTH = 8192;

/** Reads what propagators look for in `params._meta`, where anything may stand. */
const getter = {
  keys: (carrier: TraceCarrier): string[] => Object.keys(carrier),
  get(carrier: TraceCarrier, key: string): string | undefined {
    const value = Object.hasOwn(carrier, key) ? carrier[key] : undefined;
    return typeof value === 'string' && value.length <= FIELD_LENGTH ? value : undefined;
  },
};

const setter = {
  set(carrier: TraceCarrier, key: string, value: string): void {
    carrier[key] = value;
  },
};

type Begun = Pick<OperationStart, 'direction' | 'method' | 'startedAt'> & {
  readonly call: CallFacts | undefined;
};

/** Makes {@link OperationSpans}. What a propagator or a span processor throws goes to `failed`, and makes no span. */
export function createOperationSpans(
  tracer: SpanStarter,
  api: OpenTelemetryApi,
  failed: (error: unknown) => void,
): OperationSpans {
  function guarded<T>(run: () => T, otherwise: T): T {
    try {
      return run();
    } catch (error) {
      failed(error);
      return otherwise;
    }
  }

  /**
   * Begins a span. What `params._meta` brought is the parent of one that was received, and what went on here
   * already (the HTTP request) a link; without it that is the parent. So it is with one that the program sends with a
   * parent of its own choice.
   */
  function start(begun: Begun, around: Context, carrier: TraceCarrier): { span: Span; context: Context } {
    const ambient = api.trace.getSpanContext(around);
    const parent =
      begun.direction === 'received' || 'traceparent' in carrier
        ? guarded(() => api.propagation.extract(around, carrier, getter), around)
        : around;
    const isRemote = api.trace.getSpanContext(parent) !== ambient;
    const { startedAt: startTime } = begun;
    const { name, kind, attributes } = spanOfStart(begun);
    const links = isRemote ? linksTo(ambient) : [];
    const span = guarded(
      () => tracer.startSpan(name, { kind, attributes, links, startTime }, parent),
      api.trace.wrapSpanContext(api.trace.getSpanContext(parent) ?? INVALID_SPAN_CONTEXT),
    );
    return { span, context: api.trace.setSpan(parent, span) };
  }

  function end(span: Span, operation: Operation): void {
    guarded(() => {
      span.setAttributes(attributesOfEnd(operation));
      if (isError(operation)) span.setStatus({ code: STATUS_ERROR });
      span.end(operation.endedAt);
    }, undefined);
  }

  /** Where an operation stood that is over: what is under way by now has nothing to do with it. */
  function surroundingsOf({ direction, call }: Operation): Context {
    const ambient = spanContextOf(call?.ambient ?? (direction === 'sent' ? call?.parent : undefined));
    return ambient === undefined ? ROOT_CONTEXT : api.trace.setSpanContext(ROOT_CONTEXT, ambient);
  }

  return {
    tracing: {
      ambient: () => traceContextOfSpan(api.trace.getSpanContext(api.context.active())),
      begin(begun) {
        const { span, context } = start(begun, api.context.active(), begun.carrier ?? {});
        return {
          context: traceContextOfSpan(span.spanContext()) ?? NOWHERE,
          inject: (carrier) => guarded(() => api.propagation.inject(context, carrier, setter), undefined),
          run: (work) => api.context.with(context, work),
          end: (operation) => end(span, operation),
        };
      },
    },
    toldOf(operation) {
      const brought = operation.direction === 'received' ? operation.call?.parent : undefined;
      const { span } = start(operation, surroundingsOf(operation), { ...brought });
      end(span, operation);
      return traceContextOfSpan(span.spanContext());
    },
  };
}

/** Who is asked has done nothing wrong when the other side does not want the answer any more. */
function isError({ direction, errorType }: Operation): boolean {
  return errorType !== '' && !(direction === 'received' && errorType === 'cancelled');
}

/** No place in any trace, as W3C writes it. */
const NOWHERE: TraceContext = {
  traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-00`,
  tracestate: undefined,
};

function linksTo(span: SpanContext | undefined): Link[] {
  return span === undefined || !isSpanContextValid(span) ? [] : [{ context: span }];
}
