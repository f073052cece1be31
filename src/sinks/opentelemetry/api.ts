import type {
  Context,
  ContextAPI,
  Link,
  PropagationAPI,
  Span,
  SpanContext,
  SpanOptions,
  TimeInput,
  TraceAPI,
} from '@opentelemetry/api';

/**
 * What is used of OpenTelemetry, by structure: the SDKs 2.x (`@opentelemetry/api` 1.9, logs from
 * `@opentelemetry/api-logs`) and 3.x (`@opentelemetry/api` 1.10) both fit.
 */

/** Reads the spans under way, and carries them from process to process. A program has one of it. */
export interface OpenTelemetryApi {
  readonly context: Pick<ContextAPI, 'active' | 'with'>;
  readonly propagation: Pick<PropagationAPI, 'inject' | 'extract'>;
  readonly trace: Pick<TraceAPI, 'getSpanContext' | 'setSpan' | 'setSpanContext' | 'wrapSpanContext'>;
}

/** Attributes as they are told here. */
export type Attributes = Record<string, string | number>;

/** The part of a tracer that is used. */
export interface SpanStarter {
  startSpan(name: string, options?: SpanOptions, context?: Context): Span;
}

/** The part of a logger that is used. */
export interface RecordEmitter {
  emit(record: {
    eventName?: string;
    timestamp?: TimeInput;
    severityNumber?: number;
    severityText?: string;
    body?: string;
    attributes?: Attributes;
    context?: Context;
  }): void;
}

/** The part of a meter that is used. */
export interface InstrumentMaker {
  createHistogram(name: string, options?: InstrumentOptions): RecordingInstrument;
  createObservableCounter(name: string, options?: InstrumentOptions): ReadableInstrument;
  createObservableUpDownCounter(name: string, options?: InstrumentOptions): ReadableInstrument;
  createObservableGauge(name: string, options?: InstrumentOptions): ReadableInstrument;
  addBatchObservableCallback(callback: Reading, instruments: ReadableInstrument[]): void;
  removeBatchObservableCallback(callback: Reading, instruments: ReadableInstrument[]): void;
}

/** What an instrument is made with. */
export interface InstrumentOptions {
  unit?: string;
  description?: string;
  advice?: { explicitBucketBoundaries?: number[] };
}

/** A histogram. */
export interface RecordingInstrument {
  record(value: number, attributes?: Attributes, context?: Context): void;
}

/** An instrument that is read when it is collected. */
export interface ReadableInstrument {
  addCallback(callback: (result: { observe(value: number, attributes?: Attributes): void }) => void): void;
  removeCallback(callback: (result: { observe(value: number, attributes?: Attributes): void }) => void): void;
}

/** Reads many instruments in one go. */
export type Reading = (result: {
  observe(instrument: ReadableInstrument, value: number, attributes?: Attributes): void;
}) => void;

export type { Context, Link, Span, SpanContext };
