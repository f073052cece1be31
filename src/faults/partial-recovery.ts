import { readBit } from '../session/index.ts';
import { defineFault, FINE, lookAgain } from './fault.ts';
import { EVERYWHERE, ON_404_INITIALIZE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-10: the client begins anew, and the request that failed stays failed. */
export const partialRecovery = defineFault({
  id: 'partial-recovery',
  side: 'client',
  severity: 'medium',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Client recovers, and drops the request',
  signature:
    'after a 404 to a listing or read the client initializes within 30 s, and does not ask it again within 30 s of that',
  summary: 'lost sessions were replaced without repeating the refused request',
  rule: ON_404_INITIALIZE,
  remedy: {
    server: 'Nothing is wrong with the answer. Restart at quiet hours, or keep sessions across restarts.',
    client:
      'After a new initialize repeat the request that was refused; a listing or a read is always safe to repeat.',
  },
  evidence: ['claude-code#56264', 'claude-code#95018', 'vscode#253854', 'LibreChat#11868'],
  thresholds: {
    recoveryMs: {
      value: 30_000,
      unit: 'ms',
      reason: 'a recovery later than that is another use, not a repair',
    },
    repeatMs: { value: 30_000, unit: 'ms', reason: 'healthy clients repeat within a second' },
    quietMs: QUIET,
  },
  alert: {
    cases: 10,
    window: '1d',
    severity: 'info',
    reason: 'one error a restart: a nuisance, unless it is the rule',
  },
  judges: {
    session(session, around, limits) {
      const { trouble } = session;
      if (trouble === undefined || trouble.recoveredAt === 0 || trouble.toldAt === 0) return FINE;
      const refused = trouble.trail.find(
        (step) => step.httpMethod === 'POST' && step.meaning === 'session-dead',
      );
      const asked = readBit(refused?.rpcMethod === undefined ? [] : [refused.rpcMethod]);
      const late = trouble.recoveredAt + limits.repeatMs;
      if (asked === 0 || trouble.recoveredAt - trouble.toldAt > limits.recoveryMs) return FINE;
      if (around.now < late) return lookAgain(late);
      const successor = around.session(trouble.successor ?? '');
      const until = late + limits.quietMs;
      // A successor that is gone, or was never used, tells nothing: the program may have ended.
      if (successor === undefined || successor.requests === 0 || (successor.reads & asked) !== 0) return FINE;
      if (around.now >= until) return FINE;
      return {
        kind: 'fault',
        because: `The client began a new session after its ${refused?.rpcMethod} was refused, and did not ask again.`,
        since: trouble.recoveredAt,
        until,
        evidence: trouble.trail,
      };
    },
  },
});
