import { defineFault } from './fault.ts';
import { judgeRepeated } from './repeated.ts';
import { EVERYWHERE, IDS_AT_HANDSHAKE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-14: an id that was never a session. */
export const poisonedSessionId = defineFault({
  id: 'poisoned-session-id',
  side: 'client',
  severity: 'medium',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Session id that was never issued',
  signature:
    'a request carries an id that came with an error or with an answer to something else than initialize, or that is no id at all',
  summary: 'clients used ids that were never sessions',
  rule: IDS_AT_HANDSHAKE,
  remedy: {
    server: 'Send Mcp-Session-Id with the answer to a successful initialize, and with nothing else.',
    client:
      'Take the id from a successful initialize alone. TypeScript SDK 2.0 does; 1.x takes it from the answer to any POST, and VS Code from any answer.',
  },
  evidence: ['typescript-sdk#2466', 'SwiftMCP#127', 'claude-ai-mcp#975'],
  thresholds: {
    quietMs: QUIET,
  },
  alert: {
    cases: 3,
    window: '1h',
    severity: 'info',
    reason: 'a few are leftovers; three an hour are a habit of a client',
  },
  judges: {
    session: (session, around, limits) =>
      judgeRepeated(
        session.rare.oddities,
        around.now,
        { kind: 'poisoned', quietMs: limits.quietMs },
        'The id was never issued by a successful initialize, yet the client uses it.',
      ),
  },
});
