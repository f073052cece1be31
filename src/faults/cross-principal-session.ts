import { defineFault } from './fault.ts';
import { judgeRepeated } from './repeated.ts';
import { IDS_ARE_SECRET, QUIET, SEEN_FROM_MANY, SESSIONFUL } from './rules.ts';

/** FM-34: two callers, one session. */
export const crossPrincipalSession = defineFault({
  id: 'cross-principal-session',
  side: 'server',
  severity: 'critical',
  eras: SESSIONFUL,
  vantages: SEEN_FROM_MANY,
  title: 'Two callers share one session',
  signature: 'two credentials take turns on one session, and the server accepts both',
  summary: 'sessions were accepted from two callers in turn',
  rule: IDS_ARE_SECRET,
  remedy: {
    server:
      'Bind each session to its subject, and answer 403 or 404 to anybody else; make ids random; keep them out of logs. Look for a leaked id: this may be a hijack.',
    client: 'Never hand a session id on.',
  },
  evidence: ['mailpouch#264', 'mcp-gateway-registry#1357', 'toolhive#5306'],
  thresholds: {
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '1h',
    severity: 'critical',
    reason: "a stranger may be reading a user's session",
  },
  judges: {
    session: (session, around, limits) =>
      judgeRepeated(
        session.rare.oddities,
        around.now,
        { kind: 'second-principal', quietMs: limits.quietMs },
        'One session was used by two credentials in turn, and both were accepted.',
      ),
  },
});
