import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type {
  CallFacts,
  Exchange,
  Operation,
  OperationStart,
  TraceCarrier,
  Tracing,
} from '../../src/exchange/index.ts';
import { createObserver, type Observer } from '../../src/observer.ts';
import { exposeToOpenTelemetry } from '../../src/sinks/opentelemetry/index.ts';
import { anExchange } from '../support/an-exchange.ts';
import { millisecondsOf, spanNamed, startTelemetry, type Telemetry } from './support/telemetry.ts';

const NO_CALL: CallFacts = {
  requestId: undefined,
  name: undefined,
  resourceUri: undefined,
  parent: undefined,
  ambient: undefined,
};
const REMOTE = { traceId: '1'.repeat(32), spanId: '2'.repeat(16) };
const AMBIENT = { traceId: '3'.repeat(32), spanId: '4'.repeat(16) };
const textOf = ({ traceId, spanId }: typeof REMOTE) => ({
  traceparent: `00-${traceId}-${spanId}-01`,
  tracestate: 'vendor=value',
});

let telemetry: Telemetry;
let stop = (): void => {};
beforeAll(() => {
  telemetry = startTelemetry();
});
afterEach(() => {
  stop();
  telemetry.reset();
});
afterAll(() => telemetry.shutdown());

/** An observer whose operations become spans. */
function watched(vantage: 'server' | 'client' = 'server'): Observer & { readonly tracing: Tracing } {
  const errors: unknown[] = [];
  const observer = createObserver({
    vantages: [vantage],
    onError: (_stage, error) => errors.push(error),
  });
  const detach = exposeToOpenTelemetry(observer, { tracer: telemetry.tracer });
  stop = () => {
    detach();
    expect(errors).toEqual([]);
  };
  return observer as Observer & { readonly tracing: Tracing };
}

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

describe('an operation told by an exchange', () => {
  it('is a span with every attribute of the conventions that is known, and no other', () => {
    watched().exchange(
      anExchange({
        rpcMethods: ['tools/call'],
        sessionSent: 'abcabcabcabc',
        startedAt: 5000,
        endedAt: 5250,
        call: { ...NO_CALL, requestId: '7', name: 'weather' },
      }),
    );
    const span = spanNamed(telemetry.spans(), 'tools/call weather');
    expect(span.kind).toBe(SpanKind.SERVER);
    expect(span.attributes).toEqual({
      'mcp.method.name': 'tools/call',
      'mcp.session.id': 'abcabcabcabc',
      'mcp.protocol.version': '2025-11-25',
      'jsonrpc.request.id': '7',
      'gen_ai.tool.name': 'weather',
      'gen_ai.operation.name': 'execute_tool',
      'network.transport': 'tcp',
      'network.protocol.name': 'http',
    });
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(millisecondsOf(span.startTime)).toBe(5000);
    expect(millisecondsOf(span.endTime)).toBe(5250);
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.links).toEqual([]);
  });

  it.each([
    ['prompts/get', { name: 'greet' }, 'prompts/get greet', { 'gen_ai.prompt.name': 'greet' }],
    ['resources/read', { resourceUri: 'file:///a' }, 'resources/read', { 'mcp.resource.uri': 'file:///a' }],
    ['tools/list', {}, 'tools/list', {}],
  ] as const)('of %s names what it is about', (method, facts, name, attributes) => {
    watched().exchange(
      anExchange({ rpcMethods: [method], protocolVersion: 'none', call: { ...NO_CALL, ...facts } }),
    );
    expect(spanNamed(telemetry.spans(), name).attributes).toEqual({
      'mcp.method.name': method,
      'network.transport': 'tcp',
      'network.protocol.name': 'http',
      ...attributes,
    });
  });

  it.each([
    ['-32602', { 'error.type': '-32602', 'rpc.response.status_code': '-32602' }],
    ['tool_error', { 'error.type': 'tool_error' }],
    ['404', { 'error.type': '404' }],
    ['timeout', { 'error.type': 'timeout' }],
  ] as const)('that failed with %s says so, and has the status', (errorType, attributes) => {
    watched().exchange(anExchange({ rpcMethods: ['tools/call'], errorType }));
    const span = spanNamed(telemetry.spans(), 'tools/call');
    expect(span.attributes).toMatchObject(attributes);
    expect('rpc.response.status_code' in span.attributes).toBe('rpc.response.status_code' in attributes);
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
  });

  it('that the other side did not want any more is no error of the side that was asked', () => {
    const facts = { rpcMethods: ['tools/call'], errorType: 'cancelled' } as const;
    watched().exchange(anExchange(facts));
    stop();
    watched('client').exchange(anExchange({ ...facts, vantage: 'client' }));
    const [server, client] = telemetry.spans();
    const expected = { 'error.type': 'cancelled' };
    expect(server).toMatchObject({ attributes: expected, status: { code: SpanStatusCode.UNSET } });
    expect(client).toMatchObject({ attributes: expected, status: { code: SpanStatusCode.ERROR } });
  });

  it('says who was at the other end', () => {
    const network = { protocolVersion: '1.1', clientAddress: '192.0.2.7', clientPort: 40_000 };
    watched().exchange(anExchange({ rpcMethods: ['ping'], call: { ...NO_CALL, network } }));
    stop();
    const server = { serverAddress: 'tools.example', serverPort: 443 };
    const call = { ...NO_CALL, network: server };
    watched('client').exchange(anExchange({ vantage: 'client', rpcMethods: ['ping'], call }));
    const [asked, asking] = telemetry.spans();
    expect(asked?.attributes).toMatchObject({
      'network.protocol.version': '1.1',
      'client.address': '192.0.2.7',
      'client.port': 40_000,
    });
    expect(asking?.attributes).toMatchObject({ 'server.address': 'tools.example', 'server.port': 443 });
  });

  it('has the parent that params._meta names, and links the span around it', () => {
    const call = { ...NO_CALL, parent: textOf(REMOTE), ambient: textOf(AMBIENT) };
    watched().exchange(anExchange({ rpcMethods: ['ping'], call }));
    const span = spanNamed(telemetry.spans(), 'ping');
    expect(span.parentSpanContext).toMatchObject({ ...REMOTE, isRemote: true });
    expect(span.parentSpanContext?.traceState?.get('vendor')).toBe('value');
    expect(span.links.map((link) => link.context)).toMatchObject([AMBIENT]);
  });

  it('has the span around it as parent when params._meta names none', () => {
    watched().exchange(anExchange({ rpcMethods: ['ping'], call: { ...NO_CALL, ambient: textOf(AMBIENT) } }));
    const span = spanNamed(telemetry.spans(), 'ping');
    expect(span.parentSpanContext).toMatchObject(AMBIENT);
    expect(span.links).toEqual([]);
  });

  it('at the client is of kind CLIENT, under the span that asked', () => {
    const call = { ...NO_CALL, ambient: textOf(AMBIENT), parent: textOf(REMOTE) };
    watched('client').exchange(anExchange({ vantage: 'client', rpcMethods: ['ping'], call }));
    const span = spanNamed(telemetry.spans(), 'ping');
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.parentSpanContext).toMatchObject(AMBIENT);
    expect(span.links).toEqual([]);
  });

  it('names one session on both sides of a program that passes it on', () => {
    const observer = createObserver({ vantages: ['server', 'client'] });
    stop = exposeToOpenTelemetry(observer, { tracer: telemetry.tracer });
    const both = (facts: Partial<Exchange>): void => {
      for (const vantage of ['client', 'server'] as const)
        observer.exchange(anExchange({ vantage, ...facts }));
    };
    both({ rpcMethods: ['initialize'], sessionGiven: 'abcabcabcabc' });
    both({ rpcMethods: ['ping'], sessionSent: 'abcabcabcabc' });
    expect([...observer.sessions.sessions()]).toHaveLength(2);
    stop();
    const names = telemetry.spans().map(({ name, attributes }) => [name, attributes['mcp.session.id']]);
    expect(names).toEqual(
      ['initialize', 'initialize', 'ping', 'ping', 'mcp.session', 'mcp.session'].map((name) => [
        name,
        'abcabcabcabc',
      ]),
    );
  });

  it('is none for a listening stream, a DELETE, and a batch', () => {
    const observer = watched();
    observer.exchange(anExchange({ httpMethod: 'GET' }));
    observer.exchange(anExchange({ httpMethod: 'DELETE' }));
    observer.exchange(anExchange({ rpcMethods: ['ping', 'ping'] }));
    expect(telemetry.spans()).toEqual([]);
  });
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

it('a span processor that throws costs a span, and nothing else', () => {
  const errors: unknown[] = [];
  const observer = createObserver({ onError: (stage, error) => errors.push([stage, String(error)]) });
  const tracer = {
    startSpan: () => {
      throw new Error('full');
    },
  };
  const detach = exposeToOpenTelemetry(observer, { tracer });
  const span = observer.tracing?.begin({
    direction: 'received',
    method: 'ping',
    call: NO_CALL,
    carrier: undefined,
    startedAt: 1,
  });
  expect(span?.run(() => 'answer')).toBe('answer');
  observer.exchange(anExchange({ rpcMethods: ['ping'] }));
  detach();
  expect(errors).toEqual([
    ['signal', 'Error: full'],
    ['signal', 'Error: full'],
  ]);
  expect(observer.tracing).toBeUndefined();
});
