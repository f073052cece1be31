import { defineFault, FINE } from './fault.ts';
import { ENDED_IS_404, EVERYWHERE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-02: the death of a session is told inside an answer that HTTP calls a success. */
export const deadSessionMasked2xx = defineFault({
  id: 'dead-session-masked-2xx',
  side: 'server',
  severity: 'critical',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Dead session hidden in a success',
  signature:
    'a request with the id of a dead session is answered 2xx with a JSON-RPC error that says the session is gone',
  summary: 'sessions were told of their death inside a 2xx answer',
  rule: ENDED_IS_404,
  remedy: {
    server:
      'Look the session up before the response head is sent or the event stream is opened, and answer 404 there.',
    client: 'No client can act on this. Reconnect by hand until the server is mended.',
  },
  evidence: ['actionhero/keryx#503', 'zilla#2525', 'kotlin-sdk#715', 'gate22#137'],
  thresholds: { quietMs: QUIET },
  alert: {
    cases: 1,
    window: '10m',
    severity: 'warning',
    reason: 'a property of the server code: one case proves it',
  },
  judges: {
    session(session, around, limits) {
      const trouble = session.trouble;
      if (trouble === undefined || trouble.maskedAt === 0) return FINE;
      const until = trouble.maskedAt + limits.quietMs;
      if (around.now >= until) return FINE;
      return {
        kind: 'fault',
        because:
          'The server told the death of the session in the body of a 2xx answer; the status gives the client no cue.',
        since: trouble.diedAt,
        until,
        evidence: trouble.trail,
      };
    },
  },
});
