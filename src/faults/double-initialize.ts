import type { Handshake } from '../session/index.ts';
import { defineFault, FINE, lookAgain, type Surroundings } from './fault.ts';
import { INITIALIZE_TO_OPERATE, QUIET, SEEN_FROM_MANY, SESSIONFUL } from './rules.ts';

/** FM-23: two handshakes at once, one for the waste basket. */
export const doubleInitialize = defineFault({
  id: 'double-initialize',
  side: 'client',
  severity: 'medium',
  eras: SESSIONFUL,
  vantages: SEEN_FROM_MANY,
  title: 'Client initializes twice at once',
  signature:
    'one client sends two initializes within 2 s, and of the two sessions one is used and the other is not, or the second is refused as already initialized',
  summary: 'clients initialized twice and used one session',
  rule: INITIALIZE_TO_OPERATE,
  remedy: {
    server: 'End sessions that were never used after a minute.',
    client: 'Send initialize once, and wait for its answer.',
  },
  evidence: ['janhq/jan#8411', 'home-assistant/core#176702', 'claude-code#56456'],
  thresholds: {
    apartMs: { value: 2000, unit: 'ms', reason: 'two windows opened by a person are further apart' },
    unusedMs: {
      value: 60_000,
      unit: 'ms',
      reason: 'a session that is meant is used right after its handshake',
    },
    quietMs: QUIET,
  },
  alert: {
    cases: 3,
    window: '1h',
    severity: 'info',
    reason: 'an unused session each time: waste, not outage',
  },
  judges: {
    client(client, around, limits) {
      for (const [i, second] of client.handshakes.entries()) {
        const first = client.handshakes[i - 1];
        if (first === undefined || second.step.at - first.step.at > limits.apartMs) continue;
        const decided = second.step.at + limits.unusedMs;
        if (decided + limits.quietMs <= around.now) continue;
        const refused = second.step.meaning === 'already-initialized' && first.session !== undefined;
        if (!refused && around.now < decided) return lookAgain(decided);
        if (!refused && !isOneInVain(first, second, around)) continue;
        return {
          kind: 'fault',
          because: refused
            ? 'The client initialized twice at once, and the second handshake was refused as one too many.'
            : 'The client initialized twice at once, and uses one of the two sessions.',
          since: first.step.at,
          until: decided + limits.quietMs,
          evidence: [first.step, second.step],
        };
      }
      return FINE;
    },
  },
});

function isOneInVain(first: Handshake, second: Handshake, around: Surroundings): boolean {
  const uses = [first, second].map(({ session = '' }) => around.session(session)?.requests);
  return uses.includes(0) && uses.some((requests) => requests !== undefined && requests > 0);
}
