import { context, propagation, trace } from '@opentelemetry/api';
import type { Listener, Reference, TraceContext } from '../../exchange/index.ts';
import type { Case } from '../../faults/index.ts';
import type { Session } from '../../session/index.ts';
import type { Sink } from '../../signals/index.ts';
import type { InstrumentMaker, OpenTelemetryApi, RecordEmitter, SpanStarter } from './api.ts';
import { emitFault } from './fault-records.ts';
import { exposeInstruments, type CountsSource } from './instruments.ts';
import { createOperationSpans } from './operation-spans.ts';
import { createSessionSpans, type SessionSpans } from './session-spans.ts';
import { spanContextOf } from './trace-contexts.ts';

/** What {@link exposeToOpenTelemetry} tells of; an `Observer` is one. */
export interface OpenTelemetrySource extends CountsSource, Pick<Listener, 'now' | 'failed'> {
  readonly sessions: { readonly session: (ref: Reference) => Session | undefined };
  attach(sink: Sink): () => void;
}

/** Whom it tells. Each part is optional, and those of SDK 2.x and 3.x both fit. */
export interface OpenTelemetryTargets {
  /** Gets every metric of the table. Default: none are told. */
  readonly meter?: InstrumentMaker | undefined;
  /** Gets a span for every operation and every session. Default: none are made. */
  readonly tracer?: SpanStarter | undefined;
  /** Gets a record for every beginning and end of a fault. Default: none are told. */
  readonly logger?: RecordEmitter | undefined;
  /** The program's own `@opentelemetry/api`, where it has another copy of it than this package. */
  readonly api?: OpenTelemetryApi | undefined;
}

/**
 * Tells OpenTelemetry all that happens: the metrics of the table, spans by the conventions for MCP, and faults as
 * log records. Answers a function that stops it and leaves nothing behind but instruments that nobody fills; sessions
 * that are not over get their span then. Context comes and goes by the propagators that the program has configured.
 * It throws what the meter throws.
 */
export function exposeToOpenTelemetry(
  source: OpenTelemetrySource,
  { meter, tracer, logger, api = { context, propagation, trace } }: OpenTelemetryTargets,
): () => void {
  const failed = (error: unknown): void => source.failed('signal', error);
  const stopInstruments = meter === undefined ? () => {} : exposeInstruments(source, meter, api);
  const sessionSpans = tracer === undefined ? undefined : createSessionSpans(tracer);
  const detach = source.attach({
    ...(logger === undefined ? undefined : recordsOf(logger, api, sessionSpans)),
    ...(tracer === undefined || sessionSpans === undefined
      ? undefined
      : spansOf(tracer, sessionSpans, api, failed)),
  });
  return () => {
    detach();
    stopInstruments();
    try {
      sessionSpans?.endAll(source.sessions.session, source.now());
    } catch (error) {
      failed(error);
    }
  };
}

function spansOf(
  tracer: SpanStarter,
  sessionSpans: SessionSpans,
  api: OpenTelemetryApi,
  failed: (error: unknown) => void,
): Sink {
  const spans = createOperationSpans(tracer, api, failed);
  return {
    tracing: spans.tracing,
    operation(operation) {
      const told = operation.span ?? spans.toldOf(operation);
      const span = spanContextOf(told);
      if (span !== undefined) sessionSpans.operation(operation, span);
      return told;
    },
    sessionEnded: (end) => sessionSpans.sessionEnded(end),
  };
}

function recordsOf(
  logger: RecordEmitter,
  api: OpenTelemetryApi,
  sessionSpans: SessionSpans | undefined,
): Sink {
  function tell(subject: Case, told: TraceContext | undefined): void {
    const latest = subject.kind === 'session' ? sessionSpans?.latest(subject.ref) : undefined;
    // What only silence shows belongs to the last that was heard.
    emitFault(logger, api, subject, spanContextOf(told) ?? latest);
  }
  return {
    // Where no spans are made, what happens still belongs to those of others, such as that of the HTTP request.
    operation: ({ span, call }) => span ?? call?.ambient ?? call?.parent,
    caseOpened: tell,
    caseClosed: tell,
  };
}

export type {
  InstrumentMaker,
  InstrumentOptions,
  OpenTelemetryApi,
  ReadableInstrument,
  Reading,
  RecordEmitter,
  RecordingInstrument,
  SpanStarter,
} from './api.ts';
export { FAULT_EVENT } from './fault-records.ts';
