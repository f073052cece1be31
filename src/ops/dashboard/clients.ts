import { metrics } from '../../signals/index.ts';
import { above, increase, select, sum } from '../promql.ts';
import { evidenceOfRow, fromRow, RUNBOOK_OF_ROW } from './links.ts';
import { operationsOf } from './operations.ts';
import { line, type Page, type Panel, type Row } from './page.ts';
import { clientTable, failedCalls, recoveryRow } from './recovery.ts';
import { BY_CLIENT, CLIENT, dashboard, HERE, JOB, SHOWN } from './scope.ts';
import { UIDS } from './uids.ts';

/** Which product it is, what it speaks, and how well it recovers. */
export const CLIENTS: Page = dashboard({
  uid: UIDS.clients,
  title: 'MCP / Clients',
  description: 'Which client product and revision is it, and does it recover?',
  rows: [
    { title: 'Clients', panels: [clientTable()] },
    recoveryRow(),
    revisionsAndFaults(),
    {
      title: 'Operations, as programs with a hook saw it',
      panels: [...operationsOf(metrics.clientOperationDuration, 'asked'), failedCalls()],
    },
  ],
});

function revisionsAndFaults(): Row {
  return {
    title: 'What they speak, and what they meet',
    panels: [revisions(), faultsMet(), gateways()],
  };
}

function revisions(): Panel {
  const asked = sum(increase(select(metrics.requests, BY_CLIENT), SHOWN), [
    'client_name',
    'protocol_version',
  ]);
  return {
    kind: 'matrix',
    title: 'Requests, by revision',
    description:
      'Of the protocol, over the time shown. A client with two revisions is there in two versions, or tries the newer one first.',
    unit: 'locale',
    decimals: 0,
    width: 10,
    noValue: 'no request',
    down: 'client_name',
    across: 'protocol_version',
    heading: 'Client',
    line: line(above(asked, 0), 'Requests'),
  };
}

function faultsMet(): Panel {
  const met = select(metrics.clientFaults, { job: JOB, client_name: CLIENT });
  const begun = above(sum(increase(met, SHOWN), ['client_name', 'fault']), 0);
  return {
    kind: 'table',
    title: 'Faults that they met',
    description:
      'That began within the time shown, by client product. A fault of the server shows with the clients it hit. Of all targets of the jobs.',
    unit: 'short',
    width: 9,
    noValue: 'none',
    columns: [
      {
        label: 'client_name',
        heading: 'Client',
        links: [fromRow('This client alone', 'clients', { client: 'client_name' })],
      },
      {
        label: 'fault',
        heading: 'Fault',
        links: [
          evidenceOfRow('all', { fault: 'fault', client: 'client_name' }),
          RUNBOOK_OF_ROW,
          fromRow('This fault', 'health', { fault: 'fault' }),
        ],
      },
    ],
    figures: [{ line: line(begun, 'Begun'), unit: 'short', decimals: 0 }],
  };
}

function gateways(): Panel {
  const through = above(sum(increase(select(metrics.sessionsVia, HERE), SHOWN), ['via']), 0);
  return {
    kind: 'table',
    title: 'Gateways',
    description:
      'Sessions issued within the time shown, by what stood before the client; none is the client itself.',
    unit: 'short',
    width: 5,
    noValue: 'none',
    columns: [{ label: 'via', heading: 'Through' }],
    figures: [{ line: line(through, 'Sessions'), unit: 'short', decimals: 0 }],
  };
}
