import { SpanKind, SpanStatusCode, type SpanContext } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { operationOf, type Operation } from '../../src/exchange/index.ts';
import { runbookUrlOf } from '../../src/faults/index.ts';
import { createObserver, type Observer, type ObserverOptions } from '../../src/observer.ts';
import type { Session } from '../../src/session/index.ts';
import { exposeToOpenTelemetry, FAULT_EVENT } from '../../src/sinks/opentelemetry/index.ts';
import { createSessionSpans } from '../../src/sinks/opentelemetry/session-spans.ts';
import { DEAD_400, DEAD_404, START, tell, type Script, type Wire } from '../faults/script.ts';
import { anExchange } from '../support/an-exchange.ts';
import { millisecondsOf, spanNamed, startTelemetry, type Telemetry } from './support/telemetry.ts';

let telemetry: Telemetry;
let stop = (): void => {};
beforeAll(() => {
  telemetry = startTelemetry();
});
afterEach(() => telemetry.reset());
afterAll(() => telemetry.shutdown());

/** Tells a story to an observer that tells it on. */
function watch(story: (wire: Wire) => void, facts: Partial<Script> = {}): Observer {
  const makeObserver = (options: ObserverOptions): Observer => {
    const observer = createObserver(options);
    stop = exposeToOpenTelemetry(observer, telemetry);
    return observer;
  };
  return tell({ name: 'a story', tell: story, ...facts }, {}, () => {}, makeObserver);
}

const sessionSpans = () => telemetry.spans().filter((span) => span.name === 'mcp.session');
const operationSpans = () => telemetry.spans().filter((span) => span.name !== 'mcp.session');

describe('the span of a session', () => {
  it('stands over its life, says how it ended, and links its operations', () => {
    let session = '';
    watch((wire) => {
      const client = wire.client('somebody', 'claude-code');
      session = client.initialize();
      wire.pass(60);
      client.post('tools/call', session);
      client.delete(session);
    });
    const span = spanNamed(sessionSpans(), 'mcp.session');
    expect(span.kind).toBe(SpanKind.INTERNAL);
    expect(span.attributes).toEqual({
      'mcp.session.id': session,
      'mcp.protocol.version': '2025-11-25',
      'mcp.session.end_reason': 'client-delete',
      'mcp.session.operations': 3,
      'mcp.session.operations_not_linked': 0,
      vantage: 'server',
      target: 'default',
      client_name: 'claude-code',
    });
    expect(span.parentSpanContext).toBeUndefined();
    expect(operationSpans().map((each) => each.name)).toEqual([
      'initialize',
      'notifications/initialized',
      'tools/call',
    ]);
    expect(span.links.map((link) => link.context)).toEqual(
      operationSpans().map((each) => each.spanContext()),
    );
    // Each request of a story takes 5 ms, and the birth is the end of the first.
    expect(millisecondsOf(span.startTime)).toBe(START + 5);
    expect(millisecondsOf(span.endTime)).toBe(START + 60_000 + 4 * 5);
    stop();
    expect(sessionSpans()).toHaveLength(1);
  });

  it('that was lost has failed, by the status that told its death', () => {
    watch((wire) => {
      const client = wire.client();
      const session = client.initialize();
      wire.pass(60);
      client.post('tools/call', session, { ...DEAD_404, errorType: '404' });
    });
    const span = spanNamed(sessionSpans(), 'mcp.session');
    expect(span.attributes).toMatchObject({ 'mcp.session.end_reason': 'lost', 'error.type': '404' });
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.links).toHaveLength(3);
    stop();
  });

  it('is made at the stop for one that is not over', () => {
    let session = '';
    watch((wire) => {
      session = wire.client().initialize();
    });
    expect(sessionSpans()).toEqual([]);
    stop();
    const span = spanNamed(sessionSpans(), 'mcp.session');
    expect(span.attributes).toMatchObject({
      'mcp.session.id': session,
      'mcp.session.end_reason': 'not-ended',
    });
  });

  it('keeps how it began and how it went on, 128 links at most, and tells how many it dropped', () => {
    const calls = 300;
    watch((wire) => {
      const client = wire.client();
      const session = client.initialize();
      for (let i = 0; i < calls; i++) client.post('tools/call', session);
      client.delete(session);
    });
    const span = spanNamed(sessionSpans(), 'mcp.session');
    const operations = operationSpans().map((each) => each.spanContext().spanId);
    expect(operations).toHaveLength(calls + 2);
    expect(span.links.map((link) => link.context.spanId)).toEqual([
      ...operations.slice(0, 16),
      ...operations.slice(-112),
    ]);
    expect(span.attributes).toMatchObject({
      'mcp.session.operations': calls + 2,
      'mcp.session.operations_not_linked': calls + 2 - 128,
    });
    expect(span.droppedLinksCount).toBe(0);
    stop();
  });

  it('has lost its links when there were too many, and others went on', () => {
    const spans = createSessionSpans(telemetry.tracer, { sessionLimit: 3, linkLimit: 40 });
    const sessions = new Map<string, Session>();
    watch((wire) => {
      for (const name of ['rests', 'goes on']) {
        const ref = wire.client(name).initialize();
        sessions.set(name, wire.observer.sessions.session(ref) as Session);
      }
    });
    stop();
    telemetry.reset();
    const operate = (name: string, times: number): void => {
      const { ref } = sessions.get(name) as Session;
      for (let i = 0; i < times; i++) spans.operation(anOperationOf(ref), linkTo(i));
    };
    operate('rests', 10);
    operate('goes on', 31);
    for (const session of sessions.values())
      spans.sessionEnded({ session, reason: 'idle', errorType: '', endedAt: START + 1000 });
    expect(sessionSpans().map((span) => span.links.length)).toEqual([0, 31]);
  });
});

const linkTo = (i: number): SpanContext => ({
  traceId: 'a'.repeat(32),
  spanId: `${i + 1}`.padStart(16, '0'),
  traceFlags: 1,
});

const anOperationOf = (session: string): Operation => ({
  ...(operationOf(anExchange({ rpcMethods: ['ping'] })) as Operation),
  session,
});

describe('the record of a fault', () => {
  const refusedTwice = (wire: Wire): void => {
    const client = wire.client('somebody', 'cursor');
    const session = client.initialize();
    wire.pass(60);
    client.post('tools/call', session, { ...DEAD_400, errorType: '400' });
  };

  it('says who is at fault and why, with the evidence, in the trace of the operation that showed it', () => {
    const observer = watch(refusedTwice);
    const [begun] = [...observer.cases.open()];
    expect(begun?.fault.id).toBe('dead-session-wrong-status');
    const record = telemetry.records().find((each) => each.attributes.fault === begun?.fault.id);
    expect(record).toMatchObject({
      eventName: FAULT_EVENT,
      severityNumber: 17,
      severityText: 'ERROR',
      body: begun?.because,
    });
    expect(begun?.fault.severity).toBe('critical');
    expect(record?.attributes).toEqual({
      fault: 'dead-session-wrong-status',
      side: 'server',
      vantage: 'server',
      target: 'default',
      client_name: 'cursor',
      'mcp.session.id': begun?.ref,
      'mcp.session.fault.state': 'opened',
      'mcp.session.fault.subject': 'session',
      'mcp.session.fault.severity': 'critical',
      'mcp.session.fault.since': new Date(begun?.since ?? 0).toISOString(),
      'mcp.session.fault.because': begun?.because,
      'mcp.session.fault.runbook': runbookUrlOf('dead-session-wrong-status'),
      'mcp.session.fault.evidence': expect.any(String),
    });
    const evidence = JSON.parse(String(record?.attributes['mcp.session.fault.evidence'])) as unknown[];
    expect(evidence).toHaveLength(begun?.evidence.length ?? 0);
    expect(evidence.at(-1)).toMatchObject({ http: 'POST', rpc: 'tools/call', sent: begun?.ref, status: 400 });
    expect(record?.spanContext).toEqual(spanNamed(telemetry.spans(), 'tools/call').spanContext());
    stop();
  });

  it('comes again when the fault is over, and is good news', () => {
    watch((wire) => {
      refusedTwice(wire);
      wire.pass(3600);
    });
    const states = telemetry
      .records()
      .filter((each) => each.attributes.fault === 'dead-session-wrong-status')
      .map((each) => [each.attributes['mcp.session.fault.state'], each.severityText]);
    expect(states).toEqual([
      ['opened', 'ERROR'],
      ['closed', 'INFO'],
    ]);
    stop();
  });

  it('that only silence shows belongs to the last operation of its session, even of one that is over', () => {
    watch((wire) => {
      const client = wire.client();
      const session = client.initialize();
      wire.pass(60);
      client.post('tools/call', session, DEAD_404);
      wire.pass(10);
      client.post('tools/list', session, DEAD_404);
      wire.pass(60);
    });
    const record = telemetry.records().find((each) => each.attributes.fault === 'client-no-reinit');
    expect(record?.attributes['mcp.session.fault.subject']).toBe('session');
    expect(record?.spanContext).toEqual(spanNamed(telemetry.spans(), 'tools/list').spanContext());
    expect(sessionSpans().map((span) => span.attributes['mcp.session.end_reason'])).toEqual(['lost']);
    stop();
  });

  it('belongs to the span of the HTTP request, where no spans are made', () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const observer = createObserver();
    const detach = exposeToOpenTelemetry(observer, { logger: telemetry.logger });
    expect(observer.wantsCalls).toBe(true);
    observer.exchange(
      anExchange({
        rpcMethods: ['tools/call'],
        sessionSent: 'undefined000',
        sessionOdd: true,
        status: 404,
        call: {
          requestId: '1',
          name: undefined,
          resourceUri: undefined,
          parent: undefined,
          ambient: { traceparent, tracestate: undefined },
        },
      }),
    );
    detach();
    const [record] = telemetry.records();
    expect(record?.attributes.fault).toBe('poisoned-session-id');
    expect(record?.spanContext).toMatchObject({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) });
    expect(telemetry.spans()).toEqual([]);
  });
});
