import { logs, metrics, trace, type Attributes } from '@opentelemetry/api';
import { InMemoryLogRecordExporter, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';

/** The real SDK, registered as a program does, that keeps what it is told. */
export interface Telemetry {
  readonly tracer: ReturnType<typeof trace.getTracer>;
  readonly logger: ReturnType<typeof logs.getLogger>;
  spans(): ReadableSpan[];
  records(): ReturnType<InMemoryLogRecordExporter['getFinishedLogRecords']>;
  reset(): void;
  shutdown(): Promise<void>;
}

export function startTelemetry(): Telemetry {
  const spans = new InMemorySpanExporter();
  const records = new InMemoryLogRecordExporter();
  const sdk = new NodeSDK({
    autoDetectResources: false,
    instrumentations: [],
    metricReaders: [],
    spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
    logRecordProcessors: [new SimpleLogRecordProcessor({ exporter: records })],
  });
  sdk.start();
  return {
    tracer: trace.getTracer('test'),
    logger: logs.getLogger('test'),
    spans: () => spans.getFinishedSpans(),
    records: () => records.getFinishedLogRecords(),
    reset() {
      spans.reset();
      records.reset();
    },
    async shutdown() {
      await sdk.shutdown();
      trace.disable();
      metrics.disable();
      logs.disable();
    },
  };
}

/** The one span of this name. */
export function spanNamed(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const found = spans.filter((span) => span.name === name);
  if (found.length !== 1) {
    throw new Error(
      `${found.length} spans are named ${name}, of ${spans.map((span) => span.name).join(', ')}`,
    );
  }
  return found[0] as ReadableSpan;
}

/** A span's time in ms since the epoch. */
export function millisecondsOf([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

export type { Attributes, ReadableSpan };
