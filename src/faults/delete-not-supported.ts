import { KEPT, odditiesWithin } from '../session/index.ts';
import { defineFault, FINE } from './fault.ts';
import { DELETE_WHEN_DONE, SEEN_FROM_MANY, SESSIONFUL } from './rules.ts';

/** FM-26: sessions that nobody can end. */
export const deleteNotSupported = defineFault({
  id: 'delete-not-supported',
  side: 'server',
  severity: 'medium',
  eras: SESSIONFUL,
  vantages: SEEN_FROM_MANY,
  title: 'Sessions cannot be ended, and pile up',
  signature: 'three or more DELETEs are answered 405 while ten or more sessions of the same family lie idle',
  summary: 'client families could not end their sessions',
  rule: DELETE_WHEN_DONE,
  remedy: {
    server:
      'Support DELETE, or end idle sessions yourself: 405 alone is allowed; that the sessions pile up is the fault.',
    client: 'Nothing: 405 is a legal answer, and the session is over for the client.',
  },
  evidence: ['ballerina-library#9161', 'ruby-sdk#326'],
  thresholds: {
    refusals: {
      value: 3,
      unit: 'count',
      atMost: KEPT.oddities,
      reason: 'clients do want to say goodbye here',
    },
    idle: { value: 10, unit: 'count', reason: 'a handful left behind is ordinary' },
    windowMs: { value: 86_400_000, unit: 'ms', reason: 'sessions live for hours' },
  },
  alert: { cases: 1, window: '1h', severity: 'info', reason: 'a leak by design, slow' },
  judges: {
    cohort(cohort, around, limits) {
      const refused = odditiesWithin(cohort.oddities, 'delete-unsupported', around.now, limits.windowMs);
      if (refused.length < limits.refusals || cohort.idle < limits.idle) return FINE;
      return {
        kind: 'fault',
        because: `The server answered 405 to ${refused.length} DELETEs, and ${cohort.idle} sessions lie idle.`,
        since: refused[0]?.at ?? around.now,
        until: (refused.at(-1)?.at ?? 0) + limits.windowMs,
        evidence: refused.slice(-10).map(({ step }) => step),
      };
    },
  },
});
