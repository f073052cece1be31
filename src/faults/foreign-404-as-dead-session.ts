import { defineFault, FINE, lookAgain } from './fault.ts';
import { judgeRepeated } from './repeated.ts';
import { ENDED_IS_404, QUIET, SEEN_IN_BETWEEN, SESSIONFUL } from './rules.ts';

/** FM-06: a 404 that came from something on the way, not from the server. */
export const foreign404AsDeadSession = defineFault({
  id: 'foreign-404-as-dead-session',
  side: 'infrastructure',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: SEEN_IN_BETWEEN,
  title: 'A 404 that is not from the server',
  signature:
    'a POST with a session id is answered 404 with a web page, as routers and proxies write, and within 30 s the session is not used again',
  summary: 'sessions met a 404 of a router or proxy',
  rule: ENDED_IS_404,
  remedy: {
    server:
      'At the edge answer 502 or 503 with Retry-After while no server is routed; keep the old replica until the new one is ready.',
    client: 'Do not take a 404 with a web page for the end of the session, nor for the end of the endpoint.',
  },
  evidence: ['claude-code#94273'],
  thresholds: {
    returnMs: {
      value: 30_000,
      unit: 'ms',
      reason: 'a client that tries again with the same id does so on its retry ladder, which ends near 31 s',
    },
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '10m',
    severity: 'warning',
    reason: 'two such answers in a row were seen to latch a client off for good',
  },
  judges: {
    session(session, around, limits) {
      const first = session.rare.oddities.find(({ kind }) => kind === 'foreign-404');
      if (first === undefined) return FINE;
      const late = first.at + limits.returnMs;
      if (around.now < late) return lookAgain(late);
      return judgeRepeated(
        session.rare.oddities,
        around.now,
        { kind: 'foreign-404', quietMs: limits.quietMs },
        'A 404 with a web page for a body met a request with a session id, and the client gave the session up: something on the way had answered, not the server.',
      );
    },
  },
});
