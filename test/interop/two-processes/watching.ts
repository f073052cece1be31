import { appendFileSync } from 'node:fs';
import { trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Vantage } from '../../../src/exchange/index.ts';
import { watchTransport, type TransportWatch } from '../../../src/hooks/transport/index.ts';
import { createObserver, type Observer } from '../../../src/observer.ts';
import { exposeToOpenTelemetry } from '../../../src/sinks/opentelemetry/index.ts';

/** A span as a process writes it down. */
export interface SpanLine {
  readonly name: string;
  readonly kind: number;
  readonly trace: string;
  readonly id: string;
  readonly parent: string | undefined;
  readonly links: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: number;
}

/** The beginning of a fault, or what failed in the watching itself. */
export interface OtherLine {
  readonly fault?: string;
  readonly session?: string;
  readonly error?: string;
}

/** What a process is told by its parent. */
export interface Settings {
  readonly file: string;
  readonly key: string;
}

/** Where the settings stand for a process of these tests. */
export const SETTINGS = 'TWO_PROCESSES';

/** Watches a process as a program would, and writes down what it learns: in one write each, for it may be killed. */
export function watching(vantage: Vantage): { observer: Observer; watch: TransportWatch } {
  const { file, key } = JSON.parse(process.env[SETTINGS] ?? '') as Settings;
  const write = (line: { readonly span: SpanLine } | OtherLine): void =>
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  const sdk = new NodeSDK({
    autoDetectResources: false,
    instrumentations: [],
    metricReaders: [],
    logRecordProcessors: [],
    spanProcessors: [spansTo((span) => write({ span }))],
  });
  sdk.start();
  const observer = createObserver({
    vantages: [vantage],
    key,
    onError: (_stage, error) => write({ error: String(error) }),
  });
  observer.onCase((change, { fault, ref }) => {
    if (change === 'opened') write({ fault: fault.id, session: ref });
  });
  exposeToOpenTelemetry(observer, { tracer: trace.getTracer('mcp-session-exporter') });
  return { observer, watch: watchTransport(observer) };
}

/** The least that a span processor can be. */
function spansTo(write: (span: SpanLine) => void): SpanProcessor {
  return {
    onStart: () => undefined,
    onEnd: (span) => write(lineOf(span)),
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
}

function lineOf(span: ReadableSpan): SpanLine {
  const { traceId, spanId } = span.spanContext();
  return {
    name: span.name,
    kind: span.kind,
    trace: traceId,
    id: spanId,
    parent: span.parentSpanContext?.spanId,
    links: span.links.map(({ context }) => context.spanId),
    attributes: span.attributes,
    status: span.status.code,
  };
}
