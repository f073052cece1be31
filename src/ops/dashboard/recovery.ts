import { alertNameOf } from '../../faults/index.ts';
import { CLIENTS_TURN, type RecoveryOutcome } from '../../session/index.ts';
import { metrics } from '../../signals/index.ts';
import {
  above,
  buckets,
  increase,
  measured,
  quantile,
  rate,
  ratio,
  select,
  share,
  sum,
  type ScrapeLabel,
  type Series,
  type Vector,
} from '../promql/index.ts';
import { definitionOf } from '../rules/definitions.ts';
import { evidenceOfRow, evidenceOfSeries, fromRow, fromSeries, sessionsOfRow } from './links.ts';
import { badFrom, goodFrom, line, ONE, type Figure, type Panel, type Row } from './page.ts';
import { BY_CLIENT, CLIENT, HERE, JOB, PER_POINT, SHOWN } from './scope.ts';

/** Recovery as a service level: what became of the sessions that were lost, how well and how fast. */

/** The share of lost sessions that the alert on recovery asks to be replaced. */
const OBJECTIVE = Number(definitionOf('recovery-burn').tunables['objective']?.value);

const ITS_OBJECTIVE = `the objective of ${alertNameOf('recovery-burn')}`;

/** What was lost and had to be replaced: by the clients, and, of a server's users, where it left them no way. */
const NEEDED: readonly RecoveryOutcome[] = [...CLIENTS_TURN, 'untold', 'refused'];

type SettledLabel = (typeof metrics.recoveries.labels)[number] | ScrapeLabel;

function settled(as: readonly RecoveryOutcome[]): Series<SettledLabel> {
  return select(metrics.recoveries, { ...BY_CLIENT, outcome: { like: as.join('|') } });
}

/** The share that was replaced of all sessions that were lost and needed, over the time shown. */
export function recoveredUsers(): Panel {
  const replaced = sum(increase(settled(['reinitialized']), SHOWN), []);
  const needed = sum(increase(settled(NEEDED), SHOWN), []);
  return {
    kind: 'stat',
    title: 'Sessions replaced',
    description:
      'Of the sessions that were lost and that their clients needed, the share that they replaced in time, over the time shown. A click leads to who did not, and why.',
    unit: 'percentunit',
    width: 4,
    noValue: 'no session was lost',
    bounds: goodFrom(OBJECTIVE, ITS_OBJECTIVE),
    links: [fromSeries('Who did not, and why', 'clients')],
    lines: [line(ratio(replaced, needed), 'replaced')],
  };
}

/** Every client product that was there, in one table. */
export function clientTable(): Panel {
  return {
    kind: 'table',
    title: 'Client products',
    description:
      'Those that asked for something within the time shown. Recovered is the share of its lost sessions that it replaced, where a 404 had told it; faults are of all targets of the jobs. The version of a product is no label, since whoever asks may invent one: the status page of the exporter has it.',
    unit: 'short',
    width: 24,
    noValue: 'no client has asked for anything',
    columns: [
      {
        label: 'client_name',
        heading: 'Client',
        links: [
          fromRow('This client alone', 'clients', { client: 'client_name' }),
          fromRow('What it speaks', 'migration', { client: 'client_name' }),
          evidenceOfRow('all', { client: 'client_name' }),
          sessionsOfRow({ client: 'client_name' }),
        ],
      },
    ],
    figures: figuresOfClients(),
  };
}

function figuresOfClients(): Figure[] {
  const by = ['client_name'] as const;
  const asked = sum(increase(select(metrics.requests, BY_CLIENT), SHOWN), by);
  const created = sum(increase(select(metrics.sessionsCreated, BY_CLIENT), SHOWN), by);
  const met = sum(increase(select(metrics.clientFaults, { job: JOB, client_name: CLIENT }), SHOWN), by);
  const active = sum(select(metrics.clientsActive, BY_CLIENT), by);
  const replaced = sum(increase(settled(['reinitialized']), SHOWN), by);
  const told = sum(increase(settled(CLIENTS_TURN), SHOWN), by);
  return [
    { line: line(above(asked, 0), 'Requests'), unit: 'locale', decimals: 0 },
    { line: line(above(active, 0), 'Active now'), unit: 'none' },
    { line: line(above(created, 0), 'Sessions begun'), unit: 'locale', decimals: 0 },
    {
      line: line(ratio(replaced, told), 'Recovered'),
      unit: 'percentunit',
      bounds: goodFrom(OBJECTIVE, ITS_OBJECTIVE),
    },
    {
      line: line(above(met, 0), 'Faults met'),
      unit: 'short',
      decimals: 0,
      bounds: badFrom({ warn: ONE }, 'each is a client cut off, or soon'),
    },
  ];
}

/** Recovery by client: whether, how, how fast, and who is left. */
export function recoveryRow(): Row {
  const panels = [outcomes(), spread(), timeToRecover(), notReplaced(), activeClients()];
  return { title: 'Recovery', panels };
}

function outcomes(): Panel {
  const all = increase(select(metrics.recoveries, BY_CLIENT), SHOWN);
  const parts = share(sum(all, ['client_name', 'outcome']), sum(all, ['client_name']));
  return {
    kind: 'matrix',
    title: 'What became of lost sessions',
    description:
      'The share of each outcome that there was, by client; every lost session has one. untold and refused are for the server to mend, reused-dead-id and headerless for the client; not-seen-again is known a day later.',
    unit: 'percentunit',
    width: 16,
    noValue: 'no session was lost',
    down: 'client_name',
    across: 'outcome',
    heading: 'Client',
    line: line(above(parts, 0), 'Share'),
  };
}

function spread(): Panel {
  const took = sum(increase(buckets(metrics.recoverySeconds, BY_CLIENT), PER_POINT), ['le']);
  return {
    kind: 'heatmap',
    title: 'Times to recover',
    description:
      'For how long clients that needed a session were without one. Healthy clients need less than a second; a diamond leads to the trace of one that did not.',
    unit: 's',
    width: 8,
    noValue: 'no session was lost',
    lines: [line(took, '', 'le')],
  };
}

function timeToRecover(): Panel {
  const took = sum(rate(buckets(metrics.recoverySeconds, BY_CLIENT), PER_POINT), ['client_name', 'le']);
  return {
    kind: 'lines',
    title: 'Time to recover',
    description: 'What 95 % stayed below, by client. A lazy client is timed from its next request.',
    unit: 's',
    width: 7,
    noValue: 'no session was lost',
    bounds: badFrom(
      { warn: 1, alarm: 30 },
      'healthy clients need less than a second, and after half a minute it counts as not recovered',
    ),
    links: [fromSeries('This client alone', 'clients', { client: 'client_name' })],
    lines: [line(measured(quantile(0.95, took)), 'p95', 'client_name')],
  };
}

function notReplaced(): Panel {
  const within = (as: readonly RecoveryOutcome[]): Vector<'target'> =>
    sum(increase(settled(as), '1h'), ['target']);
  const failed = NEEDED.filter((outcome) => outcome !== 'reinitialized');
  return {
    kind: 'lines',
    title: 'Not replaced, within an hour each',
    description:
      'Of the sessions that were lost and needed, the share that was not replaced, by target: what the alert on recovery looks at.',
    unit: 'percentunit',
    width: 10,
    noValue: 'no session was lost',
    bounds: badFrom({ alarm: Number((1 - OBJECTIVE).toFixed(6)) }, `no more is allowed by ${ITS_OBJECTIVE}`),
    links: [
      evidenceOfSeries('all', { target: 'target' }),
      fromSeries('Its server', 'servers', { target: 'target' }),
    ],
    lines: [line(ratio(within(failed), within(NEEDED)), '', 'target')],
  };
}

function activeClients(): Panel {
  const active = above(sum(select(metrics.clientsActive, BY_CLIENT), ['client_name']), 0);
  return {
    kind: 'lines',
    title: 'Active clients',
    description:
      'Clients that have asked for something within ten minutes. A step down that stays, after sessions were lost: they gave up, and their users have to reconnect.',
    unit: 'none',
    width: 7,
    noValue: 'nobody',
    links: [fromSeries('This client alone', 'clients', { client: 'client_name' })],
    lines: [line(active, '', 'client_name')],
  };
}

/** What sessions that broke have cost their users. */
export function failedCalls(): Panel {
  const failed = sum(increase(select(metrics.callsFailed, HERE), SHOWN), ['failure', 'repeated']);
  return {
    kind: 'table',
    title: 'Calls that failed',
    description:
      'Tool calls that came to nothing within the time shown, by how: session-lost, refused for a session that was dead or not named; cut-off, the answer broke off; unavailable, no answer or 502, 503, 504. Repeated: whether the program made the call again at once by itself. If not, its model or its user has seen the error.',
    unit: 'short',
    width: 8,
    noValue: 'no call failed',
    columns: [
      { label: 'failure', heading: 'How' },
      { label: 'repeated', heading: 'Repeated' },
    ],
    figures: [{ line: line(above(failed, 0), 'Calls'), unit: 'short', decimals: 0 }],
  };
}
