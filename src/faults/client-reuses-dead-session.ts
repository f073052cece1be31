import { defineFault, FINE } from './fault.ts';
import { EVERYWHERE, ON_404_INITIALIZE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-08: the client repeats the dead id, call after call. */
export const clientReusesDeadSession = defineFault({
  id: 'client-reuses-dead-session',
  side: 'client',
  severity: 'critical',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Client repeats a dead session id',
  signature:
    'at least two POSTs with the same id, begun after that id was answered 404, over two seconds or more',
  summary: 'dead session ids were sent again and again',
  rule: ON_404_INITIALIZE,
  remedy: {
    server:
      'Nothing is wrong with the answer. Serving stateless, or keeping sessions across restarts, hides the fault.',
    client:
      'Drop the id on 404 and initialize. In Cursor before 2.2.14 switch the server off and on; in Claude Code use /mcp to reconnect.',
  },
  evidence: [
    'Cursor forum 134781',
    'claude-code#46533',
    'litellm#20298',
    'pi-mcp-adapter#184',
    'adk-python#6933',
  ],
  thresholds: {
    reuses: {
      value: 2,
      unit: 'count',
      reason: 'one repeat may have been on its way; a second, begun after the answer was read, is a choice',
    },
    spanMs: {
      value: 2000,
      unit: 'ms',
      reason: 'parallel calls in flight at the moment of death all fail within one round trip',
    },
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '15m',
    severity: 'warning',
    reason: 'a stuck client does not recover by itself: Cursor was seen to repeat one id for hours',
  },
  judges: {
    session(session, around, limits) {
      const trouble = session.trouble;
      if (trouble === undefined || session.phase === 'live' || trouble.reuses < limits.reuses) return FINE;
      const began = Math.max(trouble.toldAt, trouble.recoveredAt);
      if (trouble.lastReuseAt - began < limits.spanMs) return FINE;
      const until = trouble.lastReuseAt + limits.quietMs;
      if (around.now >= until) return FINE;
      return {
        kind: 'fault',
        because: `The client sent the dead session id ${trouble.reuses} more times after the 404 that ended it.`,
        since: began,
        until,
        evidence: trouble.trail,
      };
    },
  },
});
