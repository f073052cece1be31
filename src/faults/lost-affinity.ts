import { KEPT } from '../session/index.ts';
import { judgeRepeated } from './repeated.ts';
import { defineFault } from './fault.ts';
import { ENDED_IS_404, EVERYWHERE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-32: one replica knows the session, the other does not. */
export const lostAffinity = defineFault({
  id: 'lost-affinity',
  side: 'infrastructure',
  severity: 'critical',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Session is known to one replica only',
  signature: 'for one session answers alternate between served and dead at least twice within 60 s',
  summary: 'sessions were served and refused in turn',
  rule: ENDED_IS_404,
  remedy: {
    server:
      'For now, run one replica. Then route by Mcp-Session-Id, not by address or cookie; or keep sessions in a shared store; or serve stateless.',
    client: 'Nothing is wrong with the client.',
  },
  evidence: [
    'openiap#287',
    'mcp-gateway-registry#960',
    'mcp-use#153',
    'python-sdk#1180',
    'agentgateway#754',
    'mcp-context-forge#1986',
  ],
  thresholds: {
    count: {
      value: 2,
      unit: 'count',
      atMost: KEPT.oddities,
      reason: 'a dead session never comes back; one change back may be a session restored',
    },
    windowMs: { value: 60_000, unit: 'ms', reason: 'round robin alternates within a few requests' },
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '5m',
    severity: 'warning',
    reason: 'one session may be that of one client which loops',
    pages: { cases: 3, reason: 'calls fail by chance, for every session' },
  },
  judges: {
    session: (session, around, limits) =>
      judgeRepeated(
        session.rare.oddities,
        around.now,
        { kind: 'flip', count: limits.count, windowMs: limits.windowMs, quietMs: limits.quietMs },
        'Answers for the session alternate between served and dead: requests reach replicas that do not know it.',
      ),
  },
});
