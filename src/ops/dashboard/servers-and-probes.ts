import { probeTable } from '../../exporter/probe/probe-metrics.ts';
import { alertNameOf } from '../../faults/index.ts';
import { metrics } from '../../signals/index.ts';
import { secondsOf } from '../duration.ts';
import { above, ageOf, atZero, max, min, probed, rate, select, sum, within } from '../promql/index.ts';
import { definitionOf } from '../rules/definitions.ts';
import { behindProxy } from './behind-proxy.ts';
import {
  evidenceOfRow,
  evidenceOfSeries,
  fromRow,
  fromSeries,
  RUNBOOK_OF_ROW,
  sessionsOfRow,
} from './links.ts';
import { operationsOf } from './operations.ts';
import { badFrom, line, type Page, type Panel, type Row, type State, type Variable } from './page.ts';
import { dashboard, HERE, PER_POINT } from './scope.ts';
import { openCases } from './shared-panels.ts';
import { UIDS } from './uids.ts';

/**
 * A server that is probed is known by its address, as `instance`, and scraped by a job of its own: the job and the
 * target that are chosen for traffic say nothing of it.
 */
const SERVER = { instance: { like: '$server' } };

const NEVER_PROBED = 'no probe is scraped';

const HALF_A_PAGE = { width: 12, noValue: NEVER_PROBED };

const SOUND: readonly State[] = [
  { value: 1, text: 'sound', mood: 'sound' },
  { value: 0, text: 'broken', mood: 'alarm' },
];

/** From when on the alert on it calls a probe stale. */
const STALE_SECONDS = secondsOf(String(definitionOf('probe-stale').tunables['after']?.value));

/** What a server does when it is asked, and what it does with those who use it. */
export const SERVERS_AND_PROBES: Page = dashboard({
  uid: UIDS.servers,
  title: 'MCP / Servers and probes',
  description:
    'Does each server keep the rules, asked by a probe and seen in traffic, and can it be reached?',
  variables: [serverVariable()],
  rows: [probes(), checks(), inTraffic(), behindProxy()],
});

function serverVariable(): Variable {
  return {
    name: 'server',
    label: 'Probed server',
    description: 'The servers that Prometheus has probed, by their addresses.',
    values: { ofLabel: 'instance', in: probed(probeTable.success) },
  };
}

function probes(): Row {
  const took = probed(probeTable.duration, SERVER);
  return {
    title: 'Probes',
    panels: [
      soundness(),
      lastProbed(),
      {
        ...HALF_A_PAGE,
        kind: 'lines',
        title: 'Duration, by server',
        description: 'How long all checks took. One that grows waits for answers that come late.',
        unit: 's',
        links: [fromSeries('This server alone', 'servers', { server: 'instance' })],
        lines: [line(sum(took, ['instance']), '', 'instance')],
      },
      {
        ...HALF_A_PAGE,
        kind: 'lines',
        title: 'Duration, by part of the probe',
        description: 'Of the server that took longest. Streams are waited for, the rest should be short.',
        unit: 's',
        lines: [line(max(took, ['phase']), '', 'phase')],
      },
    ],
  };
}

function soundness(): Panel {
  const sound = min(probed(probeTable.success, SERVER), ['instance']);
  return {
    ...HALF_A_PAGE,
    kind: 'history',
    title: 'Sound or broken',
    description: 'Each server over time: broken when it could not be probed, or failed any check.',
    unit: 'none',
    states: SOUND,
    lines: [line(sound, '', 'instance')],
  };
}

function lastProbed(): Panel {
  const ago = ageOf(max(probed(probeTable.timestamp, SERVER), ['instance']));
  const bounds = badFrom(
    { warn: STALE_SECONDS },
    `nobody probes it any more, as ${alertNameOf('probe-stale')} says`,
  );
  return {
    ...HALF_A_PAGE,
    kind: 'table',
    title: 'Last probed',
    description: 'How long ago the probe began whose result is told, the oldest first.',
    unit: 's',
    columns: [
      {
        label: 'instance',
        heading: 'Server',
        links: [fromRow('This server alone', 'servers', { server: 'instance' })],
      },
    ],
    figures: [{ line: line(ago, 'Probed ago'), unit: 's', bounds }],
  };
}

function checks(): Row {
  return {
    title: 'Checks',
    panels: [checkMatrix(), failedChecks()],
  };
}

function checkMatrix(): Panel {
  const all = min(probed(probeTable.check, SERVER), ['check', 'instance']);
  return {
    kind: 'matrix',
    title: 'Check matrix',
    description:
      'Every check of the last probe of every server. An empty cell: the check is not for such a server, or could not be made.',
    unit: 'none',
    width: 15,
    height: 24,
    noValue: NEVER_PROBED,
    states: [
      { value: 1, text: 'passed', mood: 'sound' },
      { value: 0, text: 'failed', mood: 'alarm' },
    ],
    down: 'check',
    across: 'instance',
    heading: 'Check',
    shortened: 'https?://(.+?)(?:/mcp)?',
    line: line(all, 'Passed'),
  };
}

function failedChecks(): Panel {
  const all = min(probed(probeTable.check, SERVER), ['check', 'instance']);
  const failed = atZero(all);
  const status = within(max(probed(probeTable.statusCode, SERVER), ['check', 'instance']), failed);
  return {
    kind: 'table',
    title: 'Checks that failed, and the last status',
    description:
      'The status of the last answer in the check; 0 when there was none. What each check asks for, and the faults it points to, stands in docs/probe.md.',
    unit: 'none',
    width: 9,
    height: 24,
    noValue: 'no check failed',
    columns: [
      { label: 'check', heading: 'Check' },
      {
        label: 'instance',
        heading: 'Server',
        links: [fromRow('This server alone', 'servers', { server: 'instance' })],
      },
    ],
    figures: [{ line: line(status, 'Status'), unit: 'none' }],
  };
}

function inTraffic(): Row {
  return {
    title: 'In traffic',
    panels: [
      faultsOfServers(),
      unfit(),
      ...operationsOf(metrics.serverOperationDuration, 'answered'),
      withoutAnswer(),
    ],
  };
}

function faultsOfServers(): Panel {
  const side = { like: 'server|infrastructure' };
  const open = sum(select(metrics.faultsActive, { ...HERE, side }), ['target', 'fault']);
  return {
    kind: 'table',
    title: 'Open faults of servers and of what stands before them',
    description: 'Cases at fault now, by target.',
    unit: 'none',
    width: 12,
    noValue: 'no open fault is known',
    columns: [
      {
        label: 'target',
        heading: 'Target',
        links: [
          fromRow('Its sessions', 'sessions', { target: 'target' }),
          sessionsOfRow({ target: 'target' }),
        ],
      },
      {
        label: 'fault',
        heading: 'Fault',
        links: [
          evidenceOfRow('open', { fault: 'fault', target: 'target' }),
          RUNBOOK_OF_ROW,
          fromRow('This fault', 'health', { fault: 'fault' }),
        ],
      },
    ],
    figures: [openCases(line(above(open, 0), 'Open'), 'one that is open is broken')],
  };
}

function unfit(): Panel {
  const dead = { ...HERE, meaning: 'session-dead' } as const;
  const told = rate(select(metrics.httpResponses, dead), PER_POINT);
  return {
    kind: 'lines',
    title: 'Answers that tell of a dead session, by status',
    description:
      'Per second, by target. Only 404 makes a client begin anew; whatever else says it leaves the client in the dark.',
    unit: 'reqps',
    width: 12,
    noValue: 'none',
    links: [
      evidenceOfSeries('all', { target: 'target' }),
      fromSeries('Its sessions', 'sessions', { target: 'target' }),
    ],
    lines: [
      line(
        above(sum(told, ['target', 'http_response_status_code']), 0),
        '',
        'target',
        'http_response_status_code',
      ),
    ],
  };
}

function withoutAnswer(): Panel {
  const failed = { ...HERE, http_response_status_code: { like: '5..|none' } };
  const told = rate(select(metrics.httpResponses, failed), PER_POINT);
  return {
    kind: 'lines',
    title: '5xx answers, and none, by server',
    description: 'Per second. A client may ask again after these, and does not know whether it should.',
    unit: 'reqps',
    width: 8,
    noValue: 'none',
    links: [fromSeries('Its answers', 'sessions', { target: 'target' })],
    lines: [line(above(sum(told, ['target']), 0), '', 'target')],
  };
}
