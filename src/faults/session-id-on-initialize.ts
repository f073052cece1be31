import { defineFault } from './fault.ts';
import { judgeRepeated } from './repeated.ts';
import { EVERYWHERE, ON_404_INITIALIZE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-11: a handshake that drags the old id along. */
export const sessionIdOnInitialize = defineFault({
  id: 'session-id-on-initialize',
  side: 'client',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Initialize carries a session id',
  signature: 'an initialize carries a session id that the server had issued, or is refused with one',
  summary: 'clients sent a session id with initialize',
  rule: ON_404_INITIALIZE,
  remedy: {
    server:
      'Accept initialize whatever id comes with it, and issue a new one: that is safe, and lets such clients recover.',
    client:
      'Drop the id before initialize. The TypeScript SDK does so from 2.0; with 1.x make a new transport.',
  },
  evidence: ['OmniRoute#5957', 'mcp-searxng#139', 'frontmcp#474', 'typescript-sdk#2466', 'mcp_dart#130'],
  thresholds: {
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '1d',
    severity: 'info',
    reason: 'a property of the client: where the server refuses, it can never recover',
  },
  judges: {
    session: (session, around, limits) =>
      judgeRepeated(
        session.rare.oddities,
        around.now,
        { kind: 'handshake-with-id', quietMs: limits.quietMs },
        'The client sent initialize together with a session id; a new session begins without one.',
      ),
  },
});
