import type { ClientFamily } from '../exchange/index.ts';
import { isRestart, lostTogether, type Losses, type Target } from '../session/index.ts';
import { defineFault, FINE } from './fault.ts';
import { ENDED_IS_404, QUIET, SEEN_FROM_MANY, SESSIONFUL } from './rules.ts';

/** FM-33: a restart took the sessions with it. */
export const restartAmnesia = defineFault({
  id: 'restart-amnesia',
  side: 'server',
  severity: 'medium',
  eras: SESSIONFUL,
  vantages: SEEN_FROM_MANY,
  title: 'A restart lost the sessions',
  signature: 'three or more sessions, and at least half of those that live, are found dead within 60 s',
  summary: 'client families lost their sessions together',
  rule: ENDED_IS_404,
  remedy: {
    server: 'Keep sessions in a store that outlives the process, or serve stateless; drain before a restart.',
    client: 'Begin anew on 404: that is all a restart should cost.',
  },
  evidence: [
    'fastmcp#3073',
    'python-sdk#880',
    'punkpeye/fastmcp#121',
    'mcphub#405',
    'quarkus-mcp-server#102',
  ],
  thresholds: { quietMs: QUIET },
  restsOn: ['restartSessions', 'restartShare', 'togetherMs', 'spanMs', 'afterStartMs'],
  alert: {
    cases: 1,
    window: '10m',
    severity: 'info',
    reason: 'expected with every deploy: what counts is who does not recover',
  },
  judges: {
    cohort(cohort, around, limits) {
      const target = around.target(cohort.vantage, cohort.target);
      const loss = lastLossOf(cohort.family, target, around.now - limits.quietMs);
      if (loss === undefined) return FINE;
      const seconds = Math.round(target.limits.togetherMs / 1000);
      return {
        kind: 'fault',
        because: `${loss.lost} of ${Math.max(loss.lost, loss.living)} sessions were found dead within ${seconds} s.`,
        since: loss.since,
        until: loss.until + limits.quietMs,
        evidence: [],
      };
    },
  },
});

/** The last time since then that most sessions of the target were lost at once, this family's among them. */
function lastLossOf(family: ClientFamily, target: Target, since: number): Losses | undefined {
  const { losses, limits, crowdedAt } = target;
  for (const { until } of losses.toReversed()) {
    if (until <= since) return undefined;
    const loss = lostTogether(losses, until, limits.togetherMs);
    if (!isRestart(loss, limits) || !loss.families.includes(family)) continue;
    // Of sessions given up for lack of room it is not known whether they live: what is most of them, neither.
    if (loss.since - crowdedAt > limits.idleAfterMs) return loss;
  }
  return undefined;
}
