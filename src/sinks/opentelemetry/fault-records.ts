import { ROOT_CONTEXT } from '@opentelemetry/api';
import { runbookUrlOf, type Case, type Severity } from '../../faults/index.ts';
import type { Step } from '../../session/index.ts';
import { attributeOf } from '../../signals/index.ts';
import type { Attributes, Context, OpenTelemetryApi, RecordEmitter, SpanContext } from './api.ts';
import { present, sessionIdOf } from './conventions.ts';

/** The name of the records, for whoever looks for them. */
export const FAULT_EVENT = 'mcp.session.fault';

/** `SeverityNumber` of OpenTelemetry, and its short name. That a fault is over is good news. */
const SEVERITIES: Readonly<Record<Severity | 'over', readonly [number, string]>> = {
  critical: [17, 'ERROR'],
  high: [13, 'WARN'],
  medium: [9, 'INFO'],
  over: [9, 'INFO'],
};

/** Tells a fault's beginning, or with `closedAt` its end, as one record in the trace of `span`. */
export function emitFault(
  logger: RecordEmitter,
  api: OpenTelemetryApi,
  subject: Case,
  span: SpanContext | undefined,
): void {
  const over = subject.closedAt > 0;
  const [severityNumber, severityText] = SEVERITIES[over ? 'over' : subject.fault.severity];
  logger.emit({
    eventName: FAULT_EVENT,
    timestamp: over ? subject.closedAt : subject.openedAt,
    severityNumber,
    severityText,
    body: over ? `Over: ${subject.because}` : subject.because,
    attributes: attributesOf(subject, over),
    context: contextOf(api, span),
  });
}

function attributesOf(subject: Case, over: boolean): Attributes {
  const { fault, kind, ref, because, evidence } = subject;
  return present({
    [attributeOf('fault')]: fault.id,
    [attributeOf('side')]: fault.side,
    [attributeOf('vantage')]: subject.vantage,
    [attributeOf('target')]: subject.target,
    [attributeOf('client_name')]: subject.family,
    'mcp.session.id': kind === 'session' ? sessionIdOf(ref) : undefined,
    'mcp.session.fault.state': over ? 'closed' : 'opened',
    'mcp.session.fault.subject': kind,
    'mcp.session.fault.severity': fault.severity,
    'mcp.session.fault.since': new Date(subject.since).toISOString(),
    'mcp.session.fault.because': because,
    'mcp.session.fault.runbook': runbookUrlOf(fault.id),
    'mcp.session.fault.evidence': evidenceOf(evidence),
  });
}

/** An attribute is not to grow with the story: the first steps and the last ones tell it. */
const FIRST_STEPS = 6;
const LAST_STEPS = 4;

/** JSON, one object for each exchange that proves the fault, in order. */
function evidenceOf(evidence: readonly Step[]): string {
  const shown =
    evidence.length <= FIRST_STEPS + LAST_STEPS
      ? evidence
      : [...evidence.slice(0, FIRST_STEPS), ...evidence.slice(-LAST_STEPS)];
  return JSON.stringify(
    shown.map(({ at, durationMs, httpMethod, rpcMethod, sent, given, status, meaning }) => ({
      at: new Date(at).toISOString(),
      durationMs: Math.round(durationMs),
      http: httpMethod,
      rpc: rpcMethod,
      sent,
      given,
      status,
      meaning,
    })),
  );
}

/** The root stands for no span: the one that happens to be under way has nothing to do with the fault. */
function contextOf(api: OpenTelemetryApi, span: SpanContext | undefined): Context {
  return span === undefined ? ROOT_CONTEXT : api.trace.setSpanContext(ROOT_CONTEXT, span);
}
