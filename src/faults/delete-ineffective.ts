import { defineFault } from './fault.ts';
import { judgeRepeated } from './repeated.ts';
import { DELETE_WHEN_DONE, EVERYWHERE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-26: the goodbye is refused. */
export const deleteIneffective = defineFault({
  id: 'delete-ineffective',
  side: 'server',
  severity: 'medium',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'DELETE of a live session fails',
  signature:
    'a DELETE with the id of a live session is answered 4xx or 5xx other than 401, 403, 404, 405 and a 503 with Retry-After',
  summary: 'sessions could not be ended',
  rule: DELETE_WHEN_DONE,
  remedy: {
    server: 'Answer DELETE for a live session with 2xx, and let it through firewalls, proxies and CORS.',
    client: 'Take a refused DELETE as the end all the same, and show no error.',
  },
  evidence: [
    'cloudflare/agents#416',
    'platformatic/mcp#25',
    'higress-group/wasm-go#46',
    'envoy#43499',
    'fastmcpp#42',
  ],
  thresholds: {
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '1h',
    severity: 'info',
    reason: 'sessions pile up until the server ends them itself',
  },
  judges: {
    session: (session, around, limits) =>
      judgeRepeated(
        session.rare.oddities,
        around.now,
        { kind: 'delete-refused', quietMs: limits.quietMs },
        'The client said goodbye with DELETE, and the server refused it.',
      ),
  },
});
