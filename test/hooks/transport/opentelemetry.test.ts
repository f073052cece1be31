import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { watchTransport } from '../../../src/hooks/transport/index.ts';
import { createObserver } from '../../../src/observer.ts';
import { exposeToOpenTelemetry } from '../../../src/sinks/opentelemetry/index.ts';
import { startTelemetry, type ReadableSpan, type Telemetry } from '../../sinks/support/telemetry.ts';
import { PAIRS, type Pair } from './support/pairs.ts';
import { KEY } from './support/recording.ts';
import type { Watch } from './support/watch.ts';

let telemetry: Telemetry;
beforeAll(() => {
  telemetry = startTelemetry();
});
afterEach(() => telemetry.reset());
afterAll(() => telemetry.shutdown());

/** Watches as a program does: an observer, the sink and the transport. */
function watching(vantage: 'client' | 'server'): Watch {
  const errors: unknown[] = [];
  const observer = createObserver({
    vantages: [vantage],
    key: KEY,
    onError: (_stage, error) => errors.push(error),
  });
  const detach = exposeToOpenTelemetry(observer, { tracer: telemetry.tracer });
  onTestFinished(() => {
    detach();
    expect(errors).toEqual([]);
  });
  return watchTransport(observer);
}

/** A pair, with the spans of HTTP that instrumentation would make, on both sides. */
function connect(pair: Pair) {
  const { tracer } = telemetry;
  return pair.connect({
    client: watching('client'),
    server: watching('server'),
    fetch: (input, init) =>
      tracer.startActiveSpan(`client ${init?.method}`, (span) =>
        fetch(input, init).finally(() => span.end()),
      ),
    around: (handle) => (request, response) =>
      tracer.startActiveSpan(`server ${request.method}`, (span) => {
        response.once('close', () => span.end());
        handle(request, response);
      }),
  });
}

const placeOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId;

/** The one span of a name and kind, once it is there. */
async function spanOf(name: string, kind: SpanKind): Promise<ReadableSpan> {
  return vi.waitFor(() => {
    const found = telemetry.spans().filter((span) => span.name === name && span.kind === kind);
    expect(found).toHaveLength(1);
    return found[0] as ReadableSpan;
  }, 5000);
}

describe.each(PAIRS)('$name', (pair) => {
  test('a call is one trace: parents, kinds and links are as the conventions have them', async () => {
    const connected = await connect(pair);
    await telemetry.tracer.startActiveSpan('program', async (program) => {
      await connected.call('works');
      program.end();
    });
    const program = await spanOf('program', SpanKind.INTERNAL);
    const sent = await spanOf('tools/call works', SpanKind.CLIENT);
    const received = await spanOf('tools/call works', SpanKind.SERVER);
    expect(sent.parentSpanContext?.spanId).toBe(placeOf(program));
    expect(received.parentSpanContext).toMatchObject({ spanId: placeOf(sent), isRemote: true });
    expect(new Set([program, sent, received].map((span) => span.spanContext().traceId)).size).toBe(1);
    expect([sent.status.code, received.status.code]).toEqual([SpanStatusCode.UNSET, SpanStatusCode.UNSET]);
    const links = received.links.map(({ context }) => context.spanId);
    if (pair.networkTransport === 'pipe') return;
    await vi.waitFor(() => {
      const named = (name: string) => telemetry.spans().filter((span) => span.name === name);
      const parents = named('client POST').map(({ parentSpanContext }) => parentSpanContext?.spanId);
      expect(parents).toContain(placeOf(sent));
      expect(links).toHaveLength(1);
      expect(named('server POST').map(placeOf)).toContain(links[0]);
    }, 5000);
  });

  test("a tool's own error is an error of both spans", async () => {
    const connected = await connect(pair);
    await connected.call('fails');
    for (const kind of [SpanKind.CLIENT, SpanKind.SERVER]) {
      const { status, attributes } = await spanOf('tools/call fails', kind);
      expect(status.code).toBe(SpanStatusCode.ERROR);
      expect(attributes['error.type']).toBe('tool_error');
    }
  });
});

describe.each(PAIRS.filter(({ serverAsks }) => serverAsks))('$name', (pair) => {
  test('what the server asks of the client is a span of kind CLIENT, within the call', async () => {
    const connected = await connect(pair);
    await connected.call('asks');
    const call = await spanOf('tools/call asks', SpanKind.SERVER);
    const asked = await spanOf('sampling/createMessage', SpanKind.CLIENT);
    const answered = await spanOf('sampling/createMessage', SpanKind.SERVER);
    expect(asked.parentSpanContext?.spanId).toBe(placeOf(call));
    expect(answered.parentSpanContext?.spanId).toBe(placeOf(asked));
  });
});
