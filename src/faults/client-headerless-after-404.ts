import { KEPT } from '../session/index.ts';
import { defineFault, FINE } from './fault.ts';
import { EVERYWHERE, ON_404_INITIALIZE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-09: the client forgets the dead id, and goes on without any. */
export const clientHeaderlessAfter404 = defineFault({
  id: 'client-headerless-after-404',
  side: 'client',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Client goes on without a session',
  signature:
    'after a 404 for its session id the client sends requests without an id and without an initialize, and they are refused',
  summary: 'clients dropped the dead id and went on without one',
  rule: ON_404_INITIALIZE,
  remedy: {
    server: 'Nothing is wrong with the answer.',
    client:
      'Initialize after clearing the id. The clients of mcp-go and of the Swift SDK clear it and leave the initialize to the program.',
  },
  evidence: ['giantswarm/muster#999', 'SwiftMCP#127', 'nearai/ironclaw#1355'],
  thresholds: {
    requests: {
      value: 2,
      unit: 'count',
      atMost: KEPT.headerless,
      reason: 'one may cross the 404 on its way; the second shows that no initialize is coming',
    },
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '10m',
    severity: 'warning',
    reason:
      'such a client looks healthy to itself while every call fails: 42 tools were down for five hours (muster#999)',
  },
  judges: {
    client(client, around, limits) {
      const lostRef = client.lost.at(-1);
      if (client.headerless === undefined || lostRef === undefined) return FINE;
      const told = around.session(lostRef)?.trouble;
      if (told === undefined || told.toldAt === 0) return FINE;
      const since = client.headerless.times.filter((at) => at > told.toldAt);
      const last = since.at(-1) ?? 0;
      const until = last + limits.quietMs;
      if (since.length < limits.requests || around.now >= until) return FINE;
      return {
        kind: 'fault',
        because: `After its session was answered 404 the client sent ${since.length} requests without a session id, and no initialize.`,
        since: told.toldAt,
        until,
        evidence: [...told.trail, ...client.headerless.trail.filter((step) => step.at >= told.toldAt)],
      };
    },
  },
});
