import { defineFault, FINE } from './fault.ts';
import { ENDED_IS_404, EVERYWHERE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-01: the server knows the session is gone and says so with a status that no client recovers from. */
export const deadSessionWrongStatus = defineFault({
  id: 'dead-session-wrong-status',
  side: 'server',
  severity: 'critical',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Dead session answered with the wrong status',
  signature:
    'a request with the id of a dead session is answered 400, 401, 403, 405, 409, 410 or 5xx instead of 404',
  summary: 'sessions were told of their death with a status other than 404',
  rule: ENDED_IS_404,
  remedy: {
    server:
      'Answer 404 when an id is present but unknown, and 400 only when it is absent. Upgrade: Python SDK 1.26, rmcp 0.17, or the session map of TypeScript SDK 1.32 and later; after a restart a single TypeScript transport answers 400 in every version, so keep a session map.',
    client: 'Until the server is mended, switch the server off and on in the client, or reconnect it.',
  },
  evidence: [
    'python-sdk#1727',
    'rust-sdk#689',
    'typescript-sdk#389',
    'neotoma#1923',
    'zilla#2525',
    'anubis-mcp#123',
  ],
  thresholds: { quietMs: QUIET },
  alert: {
    cases: 1,
    window: '10m',
    severity: 'warning',
    reason:
      'a property of the server code: one case proves it, and every restart will repeat it for every session',
  },
  judges: {
    session(session, around, limits) {
      const trouble = session.trouble;
      if (trouble === undefined || trouble.wrongStatusAt === 0) return FINE;
      const until = trouble.wrongStatusAt + limits.quietMs;
      if (around.now >= until) return FINE;
      return {
        kind: 'fault',
        because: `The server answered ${trouble.wrongStatus} where a dead session must be answered 404, so the client was never told to start again.`,
        since: trouble.diedAt,
        until,
        evidence: trouble.trail,
      };
    },
  },
});
