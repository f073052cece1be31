import { CLIENTS_TURN } from '../../session/index.ts';
import { metrics } from '../../signals/index.ts';
import { above, buckets, increase, per, quantile, rate, select, share, sum } from '../promql.ts';
import { line, type Panel, type Row } from './grafana.ts';
import { CLIENT, HERE, PER_POINT } from './scope.ts';

/** Recovery as a service level: what became of the sessions that were lost, how well and how fast. */
export function recoveryRow(): Row {
  const panels = [recoveredShare(), outcomes(), timeToRecover(), activeClients(), failedCalls()];
  return { title: 'Recovery', panels };
}

const RECOVERIES = { ...HERE, client_name: CLIENT };

function recoveredShare(): Panel {
  const settled = { ...RECOVERIES, outcome: { like: CLIENTS_TURN.join('|') } };
  const recovered = { ...RECOVERIES, outcome: 'reinitialized' } as const;
  const ratio = per(
    sum(increase(select(metrics.recoveries, recovered), '$__range'), ['client_name']),
    above(sum(increase(select(metrics.recoveries, settled), '$__range'), ['client_name']), 0),
  );
  return {
    kind: 'stat',
    title: 'Clients that recover',
    description:
      'Of the lost sessions whose client had to begin anew, the share that did within 30 s, by client. Clients that were silent do not count, nor those that were refused or told in some other way than by a 404.',
    unit: 'percentunit',
    width: 6,
    noValue: 'no session was lost',
    lines: [line(ratio, '', 'client_name')],
  };
}

function outcomes(): Panel {
  const settled = increase(select(metrics.recoveries, RECOVERIES), '$__range');
  const ratio = share(sum(settled, ['client_name', 'outcome']), sum(settled, ['client_name']));
  return {
    kind: 'stat',
    title: 'What became of lost sessions',
    description:
      'The share of each outcome, by client; every lost session has one. untold and refused are for the server to mend, reused-dead-id and headerless for the client; not-seen-again is known a day later.',
    unit: 'percentunit',
    width: 6,
    noValue: 'no session was lost',
    lines: [line(ratio, '', 'client_name', 'outcome')],
  };
}

function timeToRecover(): Panel {
  const took = sum(rate(buckets(metrics.recoverySeconds, RECOVERIES), PER_POINT), ['client_name', 'le']);
  return {
    kind: 'lines',
    title: 'Time to recover',
    description:
      'For how long a client that needed a session was without one; a lazy client is timed from its next request. Healthy clients need less than a second.',
    unit: 's',
    width: 6,
    warnFrom: 1,
    alarmFrom: 30,
    noValue: 'no session was lost',
    lines: [line(quantile(0.95, took), 'p95', 'client_name')],
  };
}

function activeClients(): Panel {
  const active = above(sum(select(metrics.clientsActive, RECOVERIES), ['client_name']), 0);
  return {
    kind: 'lines',
    title: 'Active clients',
    description:
      'Clients that have asked for something within ten minutes. A step down that stays, after sessions were lost: they gave up, and their users have to reconnect.',
    unit: 'none',
    width: 6,
    noValue: 'nobody',
    lines: [line(active, '', 'client_name')],
  };
}

function failedCalls(): Panel {
  const failed = sum(increase(select(metrics.callsFailed, HERE), '$__range'), ['failure', 'repeated']);
  return {
    kind: 'stat',
    title: 'Calls that failed, as programs with a hook saw it',
    description:
      'Tool calls that came to nothing, by how: session-lost, refused for a session that was dead or not named; cut-off, the answer broke off; unavailable, no answer or 502, 503, 504. Repeated: whether the program made the call again at once by itself. If not, its model or its user has seen the error.',
    unit: 'none',
    width: 24,
    noValue: 'no call failed',
    lines: [line(above(failed, 0), '', 'failure', 'repeated')],
  };
}
