import { metrics } from '../../signals/index.ts';
import { above, increase, select, sum, within } from '../promql/index.ts';
import { fromRow, fromSeries } from './links.ts';
import { line, type Panel, type Row } from './page.ts';
import { HERE, JOB, PER_POINT } from './scope.ts';

/** The servers behind a proxy of ours. */
export function behindProxy(): Row {
  const failed = increase(select(metrics.proxyUpstreamErrors, HERE), PER_POINT);
  const refusals = sum(increase(select(metrics.proxyRefusals, { job: JOB }), PER_POINT), ['refusal']);
  const each = { unit: 'short', width: 6, noValue: 'no proxy' };
  return {
    title: 'Behind the proxy',
    panels: [
      {
        ...each,
        kind: 'bars',
        width: 12,
        title: 'Upstreams that did not answer',
        description:
          'Requests that an upstream left unanswered or broke off, by how. The client was told 502 or 503, never 404, or its answer was broken off as well.',
        lines: [line(sum(failed, ['target', 'upstream_error']), '', 'target', 'upstream_error')],
      },
      addressesDown(),
      {
        ...each,
        kind: 'bars',
        title: 'Refused by the proxy',
        description:
          'Connections and requests that the proxy itself turned away, by why. A connection-limit here is a storm, or clients that never close.',
        links: [fromSeries('Is it a storm?', 'storms')],
        lines: [line(refusals, '', 'refusal')],
      },
    ],
  };
}

function addressesDown(): Panel {
  const all = sum(select(metrics.proxyUpstreamAddresses, HERE), ['target']);
  const away = sum(select(metrics.proxyUpstreamAddresses, { ...HERE, address_state: 'down' }), ['target']);
  const down = above(away, 0);
  return {
    kind: 'table',
    title: 'Upstream addresses down',
    description:
      'Those that did not take the last connection that was asked of them, and how many their upstream has.',
    unit: 'none',
    width: 6,
    noValue: 'none is known to be down',
    columns: [
      {
        label: 'target',
        heading: 'Target',
        links: [fromRow('Its sessions', 'sessions', { target: 'target' })],
      },
    ],
    figures: [
      { line: line(down, 'Down'), unit: 'none' },
      { line: line(within(all, down), 'Of'), unit: 'none' },
    ],
  };
}
