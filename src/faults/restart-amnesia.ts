import { lostTogether, type Cohort, type Losses } from '../session/index.ts';
import { defineFault, FINE, type Surroundings } from './fault.ts';
import { ENDED_IS_404, EVERYWHERE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-33: a restart took the sessions with it. */
export const restartAmnesia = defineFault({
  id: 'restart-amnesia',
  side: 'server',
  severity: 'medium',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
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
  thresholds: {
    sessions: { value: 3, unit: 'count', reason: 'two together are chance' },
    share: { value: 0.5, unit: 'ratio', reason: 'an idle limit or a bug takes a few, a restart takes most' },
    windowMs: { value: 60_000, unit: 'ms', reason: 'clients in use find out within a minute' },
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '10m',
    severity: 'info',
    reason: 'expected with every deploy: what counts is who does not recover',
  },
  judges: {
    cohort(cohort, around, limits) {
      const loss = lastLossOf(cohort, around, limits);
      if (loss === undefined) return FINE;
      return {
        kind: 'fault',
        because: `${loss.lost} of ${Math.max(loss.lost, loss.living)} sessions were found dead within a minute.`,
        since: loss.since,
        until: loss.until + limits.quietMs,
        evidence: [],
      };
    },
  },
});

interface Loss {
  readonly sessions: number;
  readonly share: number;
  readonly windowMs: number;
  readonly quietMs: number;
}

/** The last time that most sessions of the target were lost at once, this family's among them. */
function lastLossOf(cohort: Cohort, around: Surroundings, limits: Loss): Losses | undefined {
  const { losses } = around.target(cohort.vantage, cohort.target);
  for (const { until } of losses.toReversed()) {
    if (until + limits.quietMs <= around.now) return undefined;
    const loss = lostTogether(losses, until, limits.windowMs);
    if (loss === undefined || loss.lost < limits.sessions || loss.lost < limits.share * loss.living) continue;
    if (loss.families.includes(cohort.family)) return loss;
  }
  return undefined;
}
