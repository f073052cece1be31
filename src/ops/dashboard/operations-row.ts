import { metrics } from '../../signals/index.ts';
import { buckets, quantile, rate, sum } from '../promql.ts';
import { line, type Panel, type Row } from './grafana.ts';
import { HERE, PER_POINT } from './scope.ts';

/** What the messages ask for: how long it takes, and how it fails. */
export function operationsRow(): Row {
  return {
    title: 'Operations',
    panels: [
      ...panelsOf(metrics.serverOperationDuration, {
        title: 'Answered',
        of: 'Requests and notifications that this side received',
      }),
      ...panelsOf(metrics.clientOperationDuration, {
        title: 'Asked',
        of: 'Requests and notifications that this side sent, be it the client or the server',
      }),
    ],
  };
}

type OperationDuration = typeof metrics.serverOperationDuration;

function panelsOf(duration: OperationDuration, { title, of }: { title: string; of: string }): Panel[] {
  const took = sum(rate(buckets(duration, HERE), PER_POINT), ['mcp_method_name', 'le']);
  const all = { ...HERE, le: '+Inf' } as const;
  // Not as a rate: the series of an error comes with the first of its kind, which a rate does not see.
  const failed = sum(buckets(duration, { ...all, error_type: { like: '.+' } }), [
    'mcp_method_name',
    'error_type',
  ]);
  return [
    {
      kind: 'lines',
      title: `${title}: how long it took`,
      description: `${of}: the time that 95 % of them stayed below, by method.`,
      unit: 's',
      width: 6,
      noValue: 'none yet',
      lines: [line(quantile(0.95, took), 'p95', 'mcp_method_name')],
    },
    {
      kind: 'lines',
      title: `${title}: how it failed`,
      description: `${of} and that failed, since the watched programs began: by method and the error of the conventions; tool_error is an error that the tool itself tells.`,
      unit: 'none',
      width: 6,
      noValue: 'no failure',
      lines: [line(failed, '', 'mcp_method_name', 'error_type')],
    },
  ];
}
