import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { Operation, OperationStart, TraceCarrier } from '../../src/exchange/index.ts';
import { anExchange } from '../support/an-exchange.ts';
import { NO_CALL, operationsOfTests, REMOTE, textOf } from './support/operations.ts';
import { spanNamed } from './support/telemetry.ts';

const { telemetry, watched } = operationsOfTests();

const anOperation = (facts: Partial<Operation>): Operation => ({
  vantage: 'server',
  direction: 'received',
  target: 'default',
  method: 'tools/call',
  networkTransport: 'tcp',
  protocolVersion: '2025-11-25',
  session: 'abcabcabcabc',
  errorType: '',
  rpcErrorCode: undefined,
  call: NO_CALL,
  span: undefined,
  startedAt: 1000,
  endedAt: 1250,
  ...facts,
});

describe('a hook that stands around the messages', () => {
  const start = (facts: Partial<OperationStart> = {}): OperationStart => ({
    direction: 'sent',
    method: 'tools/call',
    call: { ...NO_CALL, requestId: '1', name: 'weather' },
    carrier: undefined,
    startedAt: 1000,
    ...facts,
  });

  it('takes the parent that the program chose for what it sends', () => {
    const { tracing } = watched('client');
    const outer = telemetry.tracer.startSpan('outer');
    const carrier = { traceparent: textOf(REMOTE).traceparent };
    context
      .with(trace.setSpan(context.active(), outer), () => tracing.begin(start({ carrier })))
      .end(anOperation({ direction: 'sent', vantage: 'client' }));
    outer.end();
    const [span] = telemetry.spans();
    expect(span?.parentSpanContext).toMatchObject(REMOTE);
    expect(span?.links.map((link) => link.context)).toMatchObject([outer.spanContext()]);
  });

  it('carries the trace, and its baggage, from one side to the other', () => {
    const { tracing } = watched();
    const carrier: TraceCarrier = {};
    const baggage = propagation.createBaggage({ tenant: { value: 'a' } });
    const outer = telemetry.tracer.startSpan('outer');
    const around = propagation.setBaggage(trace.setSpan(context.active(), outer), baggage);
    const sent = context.with(around, () => tracing.begin(start()));
    sent.inject(carrier);
    const received = tracing.begin(start({ direction: 'received', carrier }));
    const seen = received.run(() => propagation.getActiveBaggage()?.getEntry('tenant')?.value);
    received.end(anOperation({}));
    sent.end(anOperation({ direction: 'sent' }));
    outer.end();
    expect(seen).toBe('a');
    expect(carrier).toEqual({ traceparent: sent.context.traceparent, baggage: 'tenant=a' });
    const [server, client] = telemetry.spans().slice(0, 2);
    expect([server?.kind, client?.kind]).toEqual([SpanKind.SERVER, SpanKind.CLIENT]);
    expect(server?.parentSpanContext?.spanId).toBe(client?.spanContext().spanId);
    expect(client?.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
    expect(new Set([server, client].map((span) => span?.spanContext().traceId))).toEqual(
      new Set([outer.spanContext().traceId]),
    );
  });

  it('runs work inside its span, with what the work waits for', async () => {
    const { tracing } = watched();
    const span = tracing.begin(start({ direction: 'received' }));
    const inside = await span.run(async () => {
      await new Promise(setImmediate);
      return tracing.ambient();
    });
    expect(inside).toEqual(span.context);
    expect(tracing.ambient()).toBeUndefined();
    span.end(anOperation({}));
  });

  it('links the span of the HTTP request to one that params._meta has made a child of another', () => {
    const { tracing } = watched();
    const http = telemetry.tracer.startSpan('POST /mcp');
    context.with(trace.setSpan(context.active(), http), () => {
      tracing.begin(start({ direction: 'received', carrier: { ...textOf(REMOTE) } })).end(anOperation({}));
    });
    http.end();
    const span = spanNamed(telemetry.spans(), 'tools/call weather');
    expect(span.parentSpanContext).toMatchObject(REMOTE);
    expect(span.links.map((link) => link.context.spanId)).toEqual([http.spanContext().spanId]);
  });

  it.each([
    ['no text', { traceparent: 7 }],
    ['nonsense', { traceparent: 'x'.repeat(100_000) }],
    ['what it inherits', Object.create({ traceparent: textOf(REMOTE).traceparent }) as TraceCarrier],
  ])('takes %s for no parent', (_, carrier) => {
    watched()
      .tracing.begin(start({ direction: 'received', carrier }))
      .end(anOperation({}));
    expect(spanNamed(telemetry.spans(), 'tools/call weather').parentSpanContext).toBeUndefined();
  });

  it('is told once: no second span, and none of the exchanges it came with', () => {
    const observer = watched();
    const span = observer.tracing.begin(start({ direction: 'received' }));
    const operation = anOperation({ span: span.context });
    span.end(operation);
    observer.operation(operation);
    observer.exchange(anExchange({ rpcMethods: ['tools/call'], sessionSent: 'abcabcabcabc' }));
    expect(telemetry.spans()).toHaveLength(1);
  });

  it('over pipes leaves the exchanges of HTTP their spans', () => {
    const observer = watched();
    observer.operation(anOperation({ networkTransport: 'pipe', method: 'ping' }));
    observer.exchange(anExchange({ rpcMethods: ['tools/list'] }));
    const spans = telemetry.spans();
    expect(spans.map((span) => span.name)).toEqual(['ping', 'tools/list']);
    expect(spans[0]?.attributes['network.transport']).toBe('pipe');
    expect(spans[0]?.attributes).not.toHaveProperty('network.protocol.name');
  });
});
