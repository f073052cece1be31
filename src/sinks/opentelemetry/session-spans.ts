import { ROOT_CONTEXT } from '@opentelemetry/api';
import type { Operation, Reference } from '../../exchange/index.ts';
import type { Session } from '../../session/index.ts';
import { attributeOf, type SessionEnd } from '../../signals/index.ts';
import type { SpanContext, SpanStarter } from './api.ts';
import { present, sessionIdOf, SPAN_KINDS, STATUS_ERROR } from './conventions.ts';

/** Makes one span over the life of each session, once it is over, with links to its operations. */
export interface SessionSpans {
  /** An operation of a session is over, and has this span. */
  operation(operation: Operation, span: SpanContext): void;
  sessionEnded(end: SessionEnd): void;
  /** The latest operation of a session, even of one that is over. */
  latest(session: Reference): SpanContext | undefined;
  /** Makes the spans of all sessions that are not over yet: nobody watches them further. */
  endAll(session: (ref: Reference) => Session | undefined, now: number): void;
}

/** How a session began and how it went on: OpenTelemetry's SDKs keep 128 links of a span by default. */
const FIRST_LINKS = 16;
const LAST_LINKS = 112;

/** Sessions remembered, and links of all of them together: some 10 MB. Those longest without an operation give way. */
const SESSION_LIMIT = 20_000;
const LINK_LIMIT = 40_000;

interface Trail {
  readonly startedAt: number;
  operations: number;
  readonly first: SpanContext[];
  readonly last: SpanContext[];
}

/** Makes {@link SessionSpans}. The limits are for tests. */
export function createSessionSpans(
  tracer: SpanStarter,
  { sessionLimit = SESSION_LIMIT, linkLimit = LINK_LIMIT } = {},
): SessionSpans {
  /** In order of the latest operation. */
  const trails = new Map<Reference, Trail>();
  let links = 0;
  /** The latest operation of each session, over or not: what silence shows later belongs there. */
  const latest = new Map<Reference, SpanContext>();

  function add(trail: Trail, span: SpanContext): void {
    trail.operations++;
    links++;
    if (trail.first.length < FIRST_LINKS) trail.first.push(span);
    else if (trail.last.push(span) > LAST_LINKS) {
      trail.last.shift();
      links--;
    }
  }

  function forget(ref: Reference, trail: Trail): void {
    trails.delete(ref);
    links -= trail.first.length + trail.last.length;
  }

  function makeRoom(): void {
    for (const [ref, trail] of trails) {
      if (trails.size <= sessionLimit && links <= linkLimit) return;
      forget(ref, trail);
    }
  }

  function tell(session: Session, end: Omit<SessionEnd, 'session' | 'reason'> & { reason: string }): void {
    const trail = trails.get(session.ref);
    if (trail !== undefined) forget(session.ref, trail);
    const startTime = session.bornAt > 0 ? session.bornAt : trail?.startedAt;
    if (startTime === undefined) return;
    const linked = [...(trail?.first ?? []), ...(trail?.last ?? [])];
    const span = tracer.startSpan(
      'mcp.session',
      {
        kind: SPAN_KINDS.internal,
        startTime,
        links: linked.map((context) => ({ context })),
        attributes: present({
          'mcp.session.id': sessionIdOf(session.ref),
          'mcp.protocol.version': session.protocolVersion === 'none' ? undefined : session.protocolVersion,
          'mcp.session.end_reason': end.reason,
          'mcp.session.operations': trail?.operations ?? 0,
          'mcp.session.operations_not_linked': (trail?.operations ?? 0) - linked.length,
          'error.type': end.errorType === '' ? undefined : end.errorType,
          [attributeOf('vantage')]: session.vantage,
          [attributeOf('target')]: session.target,
          [attributeOf('client_name')]: session.family,
        }),
      },
      ROOT_CONTEXT,
    );
    if (end.errorType !== '') span.setStatus({ code: STATUS_ERROR });
    span.end(Math.max(startTime, end.endedAt));
  }

  return {
    operation({ session, startedAt }, span) {
      if (session === undefined) return;
      const trail = trails.get(session) ?? { startedAt, operations: 0, first: [], last: [] };
      trails.delete(session);
      trails.set(session, trail);
      add(trail, span);
      makeRoom();
      latest.delete(session);
      latest.set(session, span);
      if (latest.size > sessionLimit) latest.delete(latest.keys().next().value as Reference);
    },
    sessionEnded: ({ session, ...end }) => tell(session, end),
    latest: (ref) => latest.get(ref),
    endAll(session, now) {
      for (const ref of trails.keys()) {
        const known = session(ref);
        if (known?.phase === 'live') tell(known, { reason: 'not-ended', errorType: '', endedAt: now });
      }
      trails.clear();
      latest.clear();
      links = 0;
    },
  };
}
