import { defineFault, FINE, lookAgain } from './fault.ts';
import { EVERYWHERE, ON_404_INITIALIZE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-07: told by the book that its session is gone, the client stays and does not begin a new one. */
export const clientNoReinit = defineFault({
  id: 'client-no-reinit',
  side: 'client',
  severity: 'critical',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Client does not start a new session',
  signature:
    'after a 404 to a POST with its session id the client keeps posting, yet sends no initialize within 30 s',
  summary: 'sessions were lost for good, their clients never started new ones',
  rule: ON_404_INITIALIZE,
  remedy: {
    server:
      'Nothing is wrong with the answer. To spare users meanwhile: keep sessions across restarts, or serve stateless.',
    client:
      'Initialize again on 404. Fixed in rmcp 1.2, Codex (March 2026), Cursor 2.2.14; the TypeScript and Python SDK clients leave it to the program: build a new Client and transport when a call fails with 404.',
  },
  evidence: [
    'python-sdk#1676',
    'typescript-sdk#1708',
    'rust-sdk#733',
    'claude-code#62008',
    'cursor#3640',
    'vscode#301591',
  ],
  thresholds: {
    recoveryMs: {
      value: 30_000,
      unit: 'ms',
      reason:
        'healthy recoveries take less than a second; the slowest sane retry ladders end near 31 s from the loss',
    },
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '15m',
    severity: 'warning',
    reason: 'each case is a user whose tools stay broken until a person intervenes',
  },
  judges: {
    session(session, around, limits) {
      const trouble = session.trouble;
      if (trouble === undefined || trouble.toldAt === 0 || trouble.recoveredAt >= trouble.toldAt) return FINE;
      // Silence proves nothing: the program may have ended, the laptop may sleep, a lazy client waits for the next use.
      // Nor do GETs: a stream is reopened by a timer, which outlives the use (TypeScript SDK: at 1.0 and 2.5 s).
      if (session.phase === 'live' || trouble.reuses === 0) return FINE;
      const late = trouble.toldAt + limits.recoveryMs;
      if (around.now < late) return lookAgain(late);
      const until = Math.max(late, trouble.lastReuseAt) + limits.quietMs;
      if (around.now >= until) return FINE;
      return {
        kind: 'fault',
        because:
          'The client was told by a 404 that its session is gone, kept on talking, and did not initialize again in time.',
        since: trouble.toldAt,
        until,
        evidence: trouble.trail,
      };
    },
  },
});
