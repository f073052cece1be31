import { birthOf } from '../session/index.ts';
import { defineFault, FINE, lookAgain } from './fault.ts';
import { EVERYWHERE, INITIALIZED_FIRST, QUIET, SESSIONFUL } from './rules.ts';

/** FM-24: work before the handshake is over. */
export const handshakeIncomplete = defineFault({
  id: 'handshake-incomplete',
  side: 'client',
  severity: 'medium',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Handshake is never finished',
  signature: 'a session works, and 30 s after its handshake no notifications/initialized has come',
  summary: 'sessions worked without finishing their handshake',
  rule: INITIALIZED_FIRST,
  remedy: {
    server: 'Do not end the session for it: several SDKs tolerate it, and so may you.',
    client: 'Send notifications/initialized after the answer to initialize, and wait until it is accepted.',
  },
  evidence: ['rust-sdk#783', 'go-sdk#419', 'supergateway#14', 'mcptools#77', 'metricshub-community#1325'],
  thresholds: {
    lateMs: { value: 30_000, unit: 'ms', reason: 'a healthy client sends it within a round trip' },
    quietMs: QUIET,
  },
  alert: {
    cases: 3,
    window: '1h',
    severity: 'info',
    reason: 'most servers tolerate it; strict ones answer 500',
  },
  judges: {
    session(session, around, limits) {
      if (session.bornAt === 0 || session.initialized || !session.worked || session.phase !== 'live')
        return FINE;
      const late = session.bornAt + limits.lateMs;
      if (around.now < late) return lookAgain(late);
      const until = session.lastSeenAt + limits.quietMs;
      if (around.now >= until) return FINE;
      return {
        kind: 'fault',
        because: 'The session works, and its client never said notifications/initialized.',
        since: late,
        until,
        evidence: birthOf(session),
      };
    },
  },
});
