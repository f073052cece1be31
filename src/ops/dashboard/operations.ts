import type { metrics } from '../../signals/index.ts';
import { above, buckets, grown, measured, quantile, rate, sum } from '../promql/index.ts';
import { line, type Panel } from './page.ts';
import { HERE, PER_POINT } from './scope.ts';

/** What the messages ask for: how long it takes, and how it fails. */

const SIDES = {
  answered: { title: 'Answered', of: 'requests and notifications that this side received' },
  asked: {
    title: 'Asked',
    of: 'requests and notifications that this side sent (the client or the server)',
  },
} as const;

/** Two panels, each a third of the page. */
export function operationsOf(
  duration: typeof metrics.serverOperationDuration,
  side: keyof typeof SIDES,
): Panel[] {
  const { title, of } = SIDES[side];
  const took = sum(rate(buckets(duration, HERE), PER_POINT), ['mcp_method_name', 'le']);
  const all = { ...HERE, le: '+Inf' } as const;
  const failures = buckets(duration, { ...all, error_type: { like: '.+' } });
  const failed = above(sum(grown(failures, PER_POINT), ['mcp_method_name', 'error_type']), 0);
  return [
    {
      kind: 'lines',
      title: `${title}: how long it took`,
      description: `The time that 95 % of the ${of} stayed below, by method. A diamond leads to its trace.`,
      unit: 's',
      width: 8,
      noValue: 'none yet',
      lines: [line(measured(quantile(0.95, took)), 'p95', 'mcp_method_name')],
    },
    {
      kind: 'bars',
      title: `${title}: how it failed`,
      description: `Those of the ${of} that failed, by method and error type; tool_error is an error that the tool itself tells.`,
      unit: 'short',
      width: 8,
      noValue: 'no failure',
      lines: [line(failed, '', 'mcp_method_name', 'error_type')],
    },
  ];
}
