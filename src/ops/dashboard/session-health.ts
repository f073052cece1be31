import { metrics } from '../../signals/index.ts';
import { above, increase, select, sum } from '../promql.ts';
import { faultRows } from './fault-rows.ts';
import { line, type Page, type Panel, type Row, type Variable } from './grafana.ts';
import { CLIENT, HERE, JOB, PER_POINT } from './scope.ts';
import { operationsRow } from './operations-row.ts';
import { recoveryRow } from './recovery-row.ts';
import { exporterRow, httpRow, proxyRow, sessionsRow, streamsRow } from './traffic-rows.ts';

/** The page for the first look: is anything broken, whose fault is it, and what does the traffic look like. */
export const SESSION_HEALTH: Page = {
  uid: 'mcp-session-health',
  title: 'MCP / Session health',
  description: 'Whether MCP sessions break, which side is at fault, and how the clients recover.',
  tags: ['mcp'],
  variables: variables(),
  rows: [
    overview(),
    ...faultRows(),
    sessionsRow(),
    recoveryRow(),
    operationsRow(),
    httpRow(),
    streamsRow(),
    proxyRow(),
    exporterRow(),
  ],
};

function variables(): Variable[] {
  const spoken = above(sum(select(metrics.requests, HERE), ['client_name']), 0);
  return [
    {
      name: 'job',
      label: 'Job',
      description: 'The scrape job of the watched program.',
      values: { ofLabel: 'job', in: select(metrics.exporterInfo) },
    },
    {
      name: 'target',
      label: 'Target',
      description: 'The MCP endpoint, by the name it was given.',
      values: { ofLabel: 'target', in: select(metrics.sessionsActive, { job: JOB }) },
    },
    {
      name: 'client',
      label: 'Client',
      description: 'The client product. Only those that have sent a request are offered.',
      values: { ofLabel: 'client_name', resultOf: spoken },
    },
  ];
}

function overview(): Row {
  return { title: 'Is anything broken?', panels: [openFaults(), blamedClients(), begunFaults()] };
}

function openFaults(): Panel {
  const open = sum(select(metrics.faultsActive, HERE), ['side']);
  return {
    kind: 'stat',
    title: 'Faults open, by side',
    description:
      'Sessions, clients or client families at fault now, by the side that has to act. Whatever is above 0 has an alert.',
    unit: 'none',
    width: 8,
    alarmFrom: 1,
    lines: [line(open, '', 'side')],
  };
}

function blamedClients(): Panel {
  const met = select(metrics.clientFaults, { job: JOB, client_name: CLIENT });
  const begun = above(sum(increase(met, '$__range'), ['client_name', 'fault']), 0);
  return {
    kind: 'stat',
    title: 'Which clients meet faults',
    description:
      'Faults that began within the time shown, by client product and fault. A server fault shows with the clients it hit. Of all targets of the job.',
    unit: 'short',
    width: 16,
    decimals: 0,
    alarmFrom: 1,
    noValue: 'none',
    lines: [line(begun, '', 'client_name', 'fault')],
  };
}

function begunFaults(): Panel {
  const begun = sum(increase(select(metrics.faults, HERE), PER_POINT), ['fault']);
  return {
    kind: 'bars',
    title: 'Faults that began, by fault',
    description: 'Onsets, not requests: a client that loops for hours is one.',
    unit: 'short',
    width: 24,
    lines: [line(begun, '', 'fault')],
  };
}
