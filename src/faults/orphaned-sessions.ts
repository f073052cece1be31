import { birthOf, type Session, type Step } from '../session/index.ts';
import { defineFault, FINE } from './fault.ts';
import { DELETE_WHEN_DONE, SEEN_FROM_MANY, SESSIONFUL } from './rules.ts';

/** FM-25: clients walk away without a DELETE, and the server keeps what they left. */
export const orphanedSessions = defineFault({
  id: 'orphaned-sessions',
  side: 'client',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: SEEN_FROM_MANY,
  title: 'Sessions are left behind',
  signature:
    'ten or more sessions of one client family lie idle for 10 min without a stream or a DELETE, twice as many as are in use, and fewer than a fifth are ever deleted',
  summary: 'client families left sessions behind without ending them',
  rule: DELETE_WHEN_DONE,
  remedy: {
    server:
      'End idle sessions (30 min is common) and cap their number, dropping the least recently used first.',
    client:
      'Send DELETE when done: in the TypeScript SDK terminateSession() before close(), which alone does not.',
  },
  evidence: ['codex#41600', 'claude-code#56456', 'auggie#162', 'LibreChat#14248', 'device-agent#688'],
  thresholds: {
    idle: {
      value: 10,
      unit: 'count',
      reason: 'a handful of sessions left by crashed or sleeping machines is ordinary',
    },
    idlePerAwake: {
      value: 2,
      unit: 'ratio',
      reason: 'three live sessions for each one in use: the server carries mostly what nobody uses',
    },
    deletedRatio: {
      value: 0.2,
      unit: 'ratio',
      reason:
        'products that never delete were measured at 0 to 0.02; those that do lie near 1 less their crashes',
    },
  },
  restsOn: ['idleAfterMs', 'provedAfter', 'halfLifeMs'],
  alert: {
    cases: 1,
    window: '1h',
    severity: 'info',
    reason: 'a cost that grows slowly; it becomes an outage only with a cap or memory limit',
  },
  judges: {
    cohort(cohort, around, limits) {
      if (cohort.idle < limits.idle || cohort.idle < limits.idlePerAwake * Math.max(1, cohort.awake))
        return FINE;
      if (cohort.deleted >= limits.deletedRatio * cohort.created) return FINE;
      return {
        kind: 'fault',
        because: `${cohort.idle} sessions lie idle beside ${cohort.awake} in use; of about ${Math.round(cohort.created)} begun, ${Math.round(cohort.deleted)} were deleted.`,
        since: around.now,
        until: Number.POSITIVE_INFINITY,
        evidence: samplesOf(cohort, around.idleSessions()),
      };
    },
  },
});

const SAMPLES = 5;
const LOOKED_AT = 1000;

/** The births of some sessions that were left: what is missing, the DELETE, leaves no exchange to show. */
function samplesOf(cohort: Pick<Session, 'target' | 'family'>, idle: Iterable<Session>): Step[] {
  const samples: Step[] = [];
  let looked = 0;
  for (const session of idle) {
    if (++looked > LOOKED_AT || samples.length === SAMPLES) break;
    if (session.target === cohort.target && session.family === cohort.family)
      samples.push(...birthOf(session));
  }
  return samples;
}
