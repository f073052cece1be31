import { metrics } from '../../signals/index.ts';
import { above, increase, select, sum } from '../promql/index.ts';
import { fromRow } from './links.ts';
import { operationsOf } from './operations.ts';
import { line, type Page, type Panel, type Row } from './page.ts';
import { clientTable, failedCalls, recoveryRow } from './recovery.ts';
import { dashboard, HERE, SHOWN } from './scope.ts';
import { clientsAndFaults, requestsByRevision } from './shared-panels.ts';
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
    panels: [
      requestsByRevision({
        title: 'Requests, by revision',
        description:
          'Of the protocol, over the time shown. A client with two revisions is there in two versions, or tries the newer one first.',
        width: 10,
      }),
      clientsAndFaults(
        {
          title: 'Faults that they met',
          description:
            'That began within the time shown, by client product. A fault of the server shows with the clients it hit. Of all targets of the jobs.',
          width: 9,
        },
        [fromRow('This fault', 'health', { fault: 'fault' })],
      ),
      gateways(),
    ],
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
