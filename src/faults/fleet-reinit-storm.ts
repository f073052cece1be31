import { defineRuledFault } from './fault.ts';
import { EVERYWHERE, INITIALIZE_TO_OPERATE, SESSIONFUL } from './rules.ts';

/** FM-15, seen at all clients together: each may stay below the limit of `reinit-storm`. */
export const fleetReinitStorm = defineRuledFault({
  id: 'fleet-reinit-storm',
  side: 'client',
  severity: 'critical',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Many clients initialize in a loop',
  signature:
    'within 10 min 600 initializes or more are sent whose sessions nobody deletes: at least three for each active client, twice as many as sessions were lost, and five times those of the same hour a week or a day ago',
  summary: 'initializes came in from all sides',
  rule: INITIALIZE_TO_OPERATE,
  remedy: {
    server:
      'Limit initialize per caller (429 or 503 with Retry-After), mend what made them come, and end unused sessions early.',
    client: 'Back off with jitter, and stop after some failures: a circuit breaker for each server.',
  },
  evidence: ['LibreChat#12162', 'dcc-mcp-core#861', 'reticle#308', 'cartesia-mcp#84', 'goclaw#1026'],
  thresholds: {
    initializes: {
      value: 600,
      unit: 'count',
      reason: 'one a second for ten minutes: what any server bears needs no alert',
    },
    windowMs: {
      value: 600_000,
      unit: 'ms',
      reason: 'as long as a client counts as active, so that both are numbers of the same ten minutes',
    },
    perClient: {
      value: 3,
      unit: 'ratio',
      reason:
        'a client needs one, and one more after a loss: a morning on which all log in at once stays below three',
    },
    perLoss: {
      value: 2,
      unit: 'ratio',
      reason:
        'after a restart there is one for each session lost, and a second for those whose first one failed',
    },
    growth: {
      value: 5,
      unit: 'ratio',
      reason: 'what comes every day at this hour is how the service is used, and no storm',
    },
  },
  alert: {
    severity: 'critical',
    value: 'Initializes within ten minutes without a DELETE',
    for: '2m',
    reason:
      'a storm feeds itself: the server that it slows down answers more clients too late; two minutes, for a Prometheus that has just started does not see yesterday at once',
  },
});
