import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/exchange/index.ts';
import { createObserver } from '../../src/observer.ts';
import { exposeToOpenTelemetry } from '../../src/sinks/opentelemetry/index.ts';
import { anExchange } from '../support/an-exchange.ts';
import { NO_CALL, operationsOfTests, REMOTE, textOf } from './support/operations.ts';
import { millisecondsOf, spanNamed } from './support/telemetry.ts';

const AMBIENT = { traceId: '3'.repeat(32), spanId: '4'.repeat(16) };

const { telemetry, watched, stop } = operationsOfTests();

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
    const observer = watched('server', 'client');
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
