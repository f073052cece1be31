import {
  estimatedIdleLimit,
  expiries,
  isRestart,
  lostTogether,
  type Session,
  type Trouble,
} from '../session/index.ts';
import { defineFault, FINE, lookAgain, type Surroundings } from './fault.ts';
import { ENDED_IS_404, QUIET, SEEN_FROM_MANY, SESSIONFUL } from './rules.ts';

/** FM-31: sessions that die while they are needed. */
export const prematureEviction = defineFault({
  id: 'premature-eviction',
  side: 'server',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: SEEN_FROM_MANY,
  title: 'Sessions die while they are needed',
  signature:
    'a session is dead while its listening stream is open; or three or more die at different times after rests shorter than 10 min, each longer than any that was survived',
  summary: 'sessions were ended while in use, or after a short rest',
  rule: ENDED_IS_404,
  remedy: {
    server:
      'Let a session rest for 30 min or more (rmcp from 1.4 ends it after 5 min by default); count it as used when a request begins, when it ends, and while a stream is open.',
    client: 'Begin anew on 404: then nobody notices.',
  },
  evidence: [
    'zilla#2525',
    'CowAgent#3092',
    'qmd#734',
    'insforge-mcp#71',
    'punkpeye/mcp-proxy#70',
    'executor#1345',
  ],
  thresholds: {
    restMs: { value: 600_000, unit: 'ms', reason: 'people think for minutes between calls' },
    settleMs: {
      value: 60_000,
      unit: 'ms',
      reason: 'a restart or another replica, which leave streams open too, show themselves within a minute',
    },
    quietMs: QUIET,
  },
  restsOn: ['expiredSessions'],
  alert: { cases: 1, window: '1h', severity: 'warning', reason: 'every pause of a person costs a session' },
  judges: {
    session(session, around, limits) {
      const { trouble } = session;
      if (trouble === undefined || trouble.diedAt === 0 || session.phase === 'ended') return FINE;
      const settled = trouble.diedAt + limits.settleMs;
      const until = settled + limits.quietMs;
      const rest = trouble.diedAt - session.lastOkAt;
      if (around.now >= until || isExplained(session, around, limits)) return FINE;
      if (around.now < settled) return lookAgain(settled);
      if (!trouble.listening && !isExpiry(session, around, rest, limits.restMs)) return FINE;
      return {
        kind: 'fault',
        because: trouble.listening
          ? 'The session was dead while its listening stream was still open.'
          : `The session was dead after a rest of ${Math.round(rest / 1000)} s; others died so too, and none survived as long a rest. ${limitWords(session, around)}`,
        since: trouble.diedAt,
        until,
        evidence: trouble.trail,
      };
    },
  },
});

/** Deaths at different times, each after a longer rest than any that was survived: an idle limit, not a restart. */
function isExpiry(session: Session, around: Surroundings, rest: number, longestMs: number): boolean {
  const target = around.target(session.vantage, session.target);
  if (session.lastOkAt === 0 || rest >= longestMs || rest <= target.longestRest) return false;
  const fatal = expiries(target);
  return fatal.filter(({ restMs }) => restMs < longestMs).length >= target.limits.expiredSessions;
}

/** It came back, so another replica has it; or most others died in those two minutes too. */
function isExplained(session: Session, around: Surroundings, { settleMs }: { settleMs: number }): boolean {
  const { cause, diedAt } = session.trouble as Trouble;
  if (cause === 'restart' || cause === 'other-replica') return true;
  const { losses, limits } = around.target(session.vantage, session.target);
  return isRestart(lostTogether(losses, diedAt + settleMs, 2 * settleMs), limits);
}

/** The server's idle limit, as far as the deaths show it. */
function limitWords({ vantage, target }: Session, around: Surroundings): string {
  const limit = estimatedIdleLimit(around.target(vantage, target));
  return `The server seems to end sessions that rest for about ${Math.round(limit / 1000)} s.`;
}
