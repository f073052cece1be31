import { odditiesWithin } from '../session/index.ts';
import { defineFault, FINE } from './fault.ts';
import { judgeRepeated } from './repeated.ts';
import { MANY_SESSIONS, QUIET, SEEN_FROM_MANY, SESSIONFUL } from './rules.ts';

/** FM-29: no room for another session. */
export const sessionCapExhausted = defineFault({
  id: 'session-cap-exhausted',
  side: 'server',
  severity: 'critical',
  eras: SESSIONFUL,
  vantages: SEEN_FROM_MANY,
  title: 'Server has no room for new sessions',
  signature: 'an initialize is refused for the number of open sessions, while those that are open are served',
  summary: 'client families were refused new sessions for lack of room',
  rule: MANY_SESSIONS,
  remedy: {
    server:
      'Drop the least recently used idle session rather than refuse a new one; shorten the idle limit; find the family that leaves most behind (orphaned-sessions).',
    client: 'End sessions with DELETE, and reuse them.',
  },
  evidence: ['repo-harness#174', 'cartesia-mcp#93', 'Decenza#591', 'python-sdk#3395', 'qmd#734'],
  thresholds: {
    overloadMs: {
      value: 60_000,
      unit: 'ms',
      reason: 'a server that turns open sessions away in the same minute is overloaded as a whole',
    },
    quietMs: QUIET,
  },
  alert: { cases: 1, window: '5m', severity: 'critical', reason: 'new users are locked out' },
  judges: {
    cohort({ oddities }, around, limits) {
      const refusedAt = oddities.findLast(({ kind }) => kind === 'capacity')?.at ?? 0;
      const { overloadMs, quietMs } = limits;
      if (odditiesWithin(oddities, 'overload', refusedAt, overloadMs).length > 0) return FINE;
      return judgeRepeated(
        oddities,
        around.now,
        { kind: 'capacity', quietMs },
        'The server refuses new sessions because too many are open.',
      );
    },
  },
});
