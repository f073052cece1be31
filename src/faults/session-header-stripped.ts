import { odditiesWithin, type Session } from '../session/index.ts';
import { defineFault, FINE } from './fault.ts';
import { ECHO_THE_ID, QUIET, SEEN_FROM_MANY, SESSIONFUL } from './rules.ts';

/** FM-30: the browser may not read the id. */
export const sessionHeaderStripped = defineFault({
  id: 'session-header-stripped',
  side: 'infrastructure',
  severity: 'critical',
  eras: SESSIONFUL,
  vantages: SEEN_FROM_MANY,
  title: 'Session id hidden from browsers',
  signature:
    'the answer to an initialize of a web page gives a session id without exposing the header, and the next request of that client has none and is refused',
  summary: 'browser clients could not read their session id',
  rule: ECHO_THE_ID,
  remedy: {
    server:
      'Send Access-Control-Expose-Headers: Mcp-Session-Id with the answer itself, not only with the preflight, and allow Mcp-Session-Id, MCP-Protocol-Version and Last-Event-ID in requests.',
    client: 'Nothing can be done in the page.',
  },
  evidence: [
    'typescript-sdk#764',
    'python-sdk#1135',
    'php-sdk#165',
    'apify-mcp-server#540',
    'kernel-mcp-server#128',
  ],
  thresholds: {
    windowMs: { value: 60_000, unit: 'ms', reason: 'the next request follows the handshake at once' },
    quietMs: QUIET,
  },
  alert: { cases: 1, window: '10m', severity: 'warning', reason: 'every browser is locked out' },
  judges: {
    client(client, around, limits) {
      const hidden = odditiesWithin(
        client.oddities,
        'hidden-id',
        around.now,
        limits.windowMs + limits.quietMs,
      ).at(-1);
      const refusedAt = client.headerless?.times.find((at) => hidden !== undefined && at > hidden.at);
      if (hidden === undefined || refusedAt === undefined || refusedAt - hidden.at > limits.windowMs)
        return FINE;
      const until = refusedAt + limits.quietMs;
      if (around.now >= until || isUsed(around.session(hidden.session ?? ''))) return FINE;
      const refused = client.headerless?.trail.filter((step) => step.at > hidden.step.at) ?? [];
      return {
        kind: 'fault',
        because:
          'The session id was given to a web page without Access-Control-Expose-Headers, and the page could not send it back.',
        since: hidden.at,
        until,
        evidence: [hidden.step, ...refused],
      };
    },
  },
});

function isUsed(session: Session | undefined): boolean {
  return session !== undefined && session.requests > 0;
}
