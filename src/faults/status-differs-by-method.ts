import type { Session, Trouble } from '../session/index.ts';
import { defineFault, FINE } from './fault.ts';
import { ENDED_IS_404, EVERYWHERE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-04: one dead session, told differently by each HTTP method. */
export const statusDiffersByMethod = defineFault({
  id: 'status-differs-by-method',
  side: 'server',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Dead session answered differently by method',
  signature:
    'for one dead session POST, GET and DELETE get different statuses; a 405 for GET or DELETE does not count, unless the session had a stream',
  summary: 'dead sessions got different answers by method',
  rule: ENDED_IS_404,
  remedy: {
    server:
      'Look the session up in one place for all methods. punkpeye/mcp-proxy answered 400 to GET and DELETE beside 404 to POST; rmcp answers DELETE with 202.',
    client: 'Treat 404, and 400 on GET or DELETE beside it, as the end of the session.',
  },
  evidence: ['zilla#2525', 'supabase/mcp#400', 'openclaw#145024', 'conformance#429'],
  thresholds: { quietMs: QUIET },
  alert: {
    cases: 1,
    window: '1h',
    severity: 'info',
    reason: 'a property of the server code; clients that act on POST alone are not hurt',
  },
  judges: {
    session(session, around, limits) {
      const { trouble } = session;
      if (trouble === undefined || trouble.diedAt === 0 || session.phase === 'live') return FINE;
      const statuses = statusesOf(session, trouble);
      const until = session.lastSeenAt + limits.quietMs;
      if (statuses.size < 2 || around.now >= until) return FINE;
      return {
        kind: 'fault',
        because: `The dead session was answered ${told(trouble)}.`,
        since: trouble.diedAt,
        until,
        evidence: trouble.trail,
      };
    },
  },
});

/** 405 says that there is no such method here at all, dead session or not; unless it was there when it lived. */
function statusesOf(session: Session, trouble: Trouble): ReadonlySet<number> {
  const { statusOfPost, statusOfGet, statusOfDelete } = trouble;
  const streamed = trouble.listening || session.rare.streamLostAt > 0;
  const statuses = new Set([statusOfPost, statusOfGet === 405 && !streamed ? 0 : statusOfGet]);
  if (statusOfDelete !== 405) statuses.add(statusOfDelete);
  statuses.delete(0);
  return statuses;
}

function told({ statusOfPost, statusOfGet, statusOfDelete }: Trouble): string {
  const answers = [
    ['POST', statusOfPost],
    ['GET', statusOfGet],
    ['DELETE', statusOfDelete],
  ].filter(([, status]) => status !== 0);
  return answers.map(([method, status]) => `${status} on ${method}`).join(', ');
}
