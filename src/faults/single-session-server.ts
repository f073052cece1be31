import { defineFault } from './fault.ts';
import { judgeRepeated } from './repeated.ts';
import { EVERYWHERE, MANY_SESSIONS, QUIET, SESSIONFUL } from './rules.ts';

/** FM-35: a server for one client at a time. */
export const singleSessionServer = defineFault({
  id: 'single-session-server',
  side: 'server',
  severity: 'critical',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Server takes one client only',
  signature: 'an initialize without a session id is refused because the server is already initialized',
  summary: 'client families were refused because the only place was taken',
  rule: MANY_SESSIONS,
  remedy: {
    server:
      'Make a transport and a server for each session, when its initialize comes; one for all serves the first client only.',
    client: 'Nothing is wrong with the client.',
  },
  evidence: ['dynatrace-mcp#134', 'aula-mcp#79', 'qwen-code#9962', 'kimi-cli#2548', 'typescript-sdk#408'],
  thresholds: {
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '5m',
    severity: 'critical',
    reason: 'every further client is locked out until a restart',
  },
  judges: {
    cohort: (cohort, around, limits) =>
      judgeRepeated(
        cohort.oddities,
        around.now,
        { kind: 'already-initialized', quietMs: limits.quietMs },
        'The server refused a handshake because it had taken one before.',
      ),
  },
});
