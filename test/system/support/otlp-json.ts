type Attributes = Readonly<Record<string, unknown>>;

/** A span, as it left the Collector. */
export interface Span {
  readonly service: string;
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly attributes: Attributes;
  /** The ids of the spans it links to. */
  readonly links: readonly string[];
  readonly durationMs: number;
  readonly isError: boolean;
}

/** A log record, as it left the Collector. */
export interface LogRecord {
  readonly service: string;
  readonly eventName: string;
  readonly severity: string;
  readonly body: unknown;
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

// OTLP in JSON, as far as it is read here. What has the default value of its type is not written at all.

type Value =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values?: readonly Value[] } }
  | { readonly kvlistValue: { readonly values?: KeyValues } };
type KeyValues = readonly { readonly key: string; readonly value: Value }[];

interface Resourceful {
  readonly resource: { readonly attributes?: KeyValues };
}

/** What is sent at once of spans. */
export interface TracesLine {
  readonly resourceSpans?: readonly (Resourceful & {
    readonly scopeSpans: readonly { readonly spans: readonly SpanLine[] }[];
  })[];
}

interface SpanLine {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes?: KeyValues;
  readonly links?: readonly { readonly spanId: string }[];
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code?: number };
}

/** What is sent at once of log records. */
export interface LogsLine {
  readonly resourceLogs?: readonly (Resourceful & {
    readonly scopeLogs: readonly { readonly logRecords: readonly RecordLine[] }[];
  })[];
}

interface RecordLine {
  readonly eventName?: string;
  readonly severityText?: string;
  readonly body?: Value;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes?: KeyValues;
}

const KINDS: readonly Span['kind'][] = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUS_ERROR = 2;

/** The spans of one line. */
export function spansOf({ resourceSpans = [] }: TracesLine): Span[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span): Span => ({
        service: serviceOf(resource),
        name: span.name,
        kind: KINDS[span.kind - 1] ?? 'INTERNAL',
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? '',
        attributes: attributesOf(span.attributes),
        links: (span.links ?? []).map(({ spanId }) => spanId),
        durationMs: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
        isError: span.status?.code === STATUS_ERROR,
      })),
    ),
  );
}

/** The log records of one line. */
export function recordsOf({ resourceLogs = [] }: LogsLine): LogRecord[] {
  return resourceLogs.flatMap(({ resource, scopeLogs }) =>
    scopeLogs.flatMap(({ logRecords }) =>
      logRecords.map((record): LogRecord => ({
        service: serviceOf(resource),
        eventName: record.eventName ?? '',
        severity: record.severityText ?? '',
        body: record.body === undefined ? undefined : plain(record.body),
        traceId: record.traceId ?? '',
        spanId: record.spanId ?? '',
        attributes: attributesOf(record.attributes),
      })),
    ),
  );
}

function serviceOf(resource: Resourceful['resource']): string {
  return String(attributesOf(resource.attributes)['service.name']);
}

function attributesOf(attributes: KeyValues = []): Attributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
}

function plain(value: Value): unknown {
  if ('arrayValue' in value) return (value.arrayValue.values ?? []).map(plain);
  if ('kvlistValue' in value) return attributesOf(value.kvlistValue.values);
  if ('intValue' in value) return Number(value.intValue);
  return Object.values(value)[0];
}
