import { defineFault, FINE } from './fault.ts';
import { ENDED_IS_404, EVERYWHERE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-05: a dead session looks like a refused login, and a person is sent to a consent screen for nothing. */
export const authMasksSession = defineFault({
  id: 'auth-masks-session',
  side: 'server',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Dead session looks like a refused login',
  signature:
    'a request with a session id is answered 401 or 403, and within 120 s the same credential opens a new session without trouble',
  summary: 'sessions were refused as if the login were at fault',
  rule: ENDED_IS_404,
  remedy: {
    server:
      'Check the credential first, then the session, then scopes and rate limits; answer 404 for an unknown id to a caller who is logged in. Bind sessions to the subject, never to the bytes of a token.',
    client: 'The login is good: reconnect, do not log in again.',
  },
  evidence: ['rust-sdk#689', 'codex#12869', 'codex#46158', 'punkpeye/mcp-proxy#108', 'gitlab-mcp#697'],
  thresholds: { quietMs: QUIET },
  restsOn: ['authProofMs'],
  alert: {
    cases: 1,
    window: '15m',
    severity: 'warning',
    reason:
      'the same credential was refused and accepted: that proves the refusal wrong, and each one costs a person a login',
  },
  judges: {
    session(session, around, limits) {
      const trouble = session.trouble;
      if (trouble === undefined || trouble.authMaskedAt === 0) return FINE;
      const until = trouble.authMaskedAt + limits.quietMs;
      if (around.now >= until) return FINE;
      return {
        kind: 'fault',
        because:
          'The server refused the session as unauthorized, then accepted the same credential for a new one: the login was never the problem.',
        since: trouble.authRefusedAt,
        until,
        evidence: trouble.trail,
      };
    },
  },
});
