import { metrics } from '../../signals/index.ts';
import { above, increase, rate, ratio, select, sum } from '../promql/index.ts';
import { evidenceOfSeries, fromRow, fromSeries, sessionsOfRow } from './links.ts';
import { badFrom, line, ONE, UNSCRAPED, type Page, type Panel, type Row } from './page.ts';
import { anyOf, BY_CLIENT, dashboard, HERE, PER_POINT, SHOWN } from './scope.ts';
import { requestsByRevision } from './shared-panels.ts';
import { UIDS } from './uids.ts';

const WITH_SESSIONS = { ...BY_CLIENT, era: 'sessionful' } as const;
const WITHOUT_SESSIONS = { ...BY_CLIENT, era: 'sessionless' } as const;

/** Revisions up to 2025-11-25 have sessions, and want every request of one at the server that holds it. */
export const PROTOCOL_MIGRATION: Page = dashboard({
  uid: UIDS.migration,
  title: 'MCP / Protocol migration',
  description: 'Who still needs sessions, and can sticky routing be switched off?',
  // Clients that are used on one day of the week alone need it too.
  shows: '7d',
  rows: [sticky(), whoNeedsThem(), overTime(), onTheWay()],
});

function sticky(): Row {
  return {
    title: 'Can sticky routing be switched off?',
    panels: [stillAsked(), stillThere(), shareWithout()],
  };
}

function stillAsked(): Panel {
  const asked = sum(increase(select(metrics.requests, WITH_SESSIONS), SHOWN), []);
  return {
    kind: 'stat',
    title: 'Requests that need it',
    description:
      'Requests of the revisions with sessions, within the time shown. Look at a whole week of work, and at all targets and clients, before you trust a 0.',
    unit: 'locale',
    decimals: 0,
    width: 8,
    noValue: UNSCRAPED,
    bounds: badFrom({ warn: ONE }, 'it may reach a server that does not know its session'),
    states: [{ value: 0, text: 'none: it can be', mood: 'sound' }],
    lines: [line(asked, 'requests')],
  };
}

function stillThere(): Panel {
  return {
    kind: 'stat',
    title: 'Sessions that need it',
    description: 'Sessions that live now. They end with their clients, or a day after their last request.',
    unit: 'none',
    width: 8,
    noValue: UNSCRAPED,
    bounds: badFrom({ warn: 1 }, 'whoever holds one will use it again'),
    states: [{ value: 0, text: 'none: it can be', mood: 'sound' }],
    links: [fromSeries('These sessions', 'sessions')],
    lines: [line(sum(select(metrics.sessionsActive, HERE), []), 'sessions')],
  };
}

function shareWithout(): Panel {
  const without = sum(increase(select(metrics.requests, WITHOUT_SESSIONS), SHOWN), []);
  const all = sum(increase(select(metrics.requests, BY_CLIENT), SHOWN), []);
  return {
    kind: 'stat',
    title: 'Share of requests without sessions',
    description:
      'Of all requests of the protocol, those of revision 2026-07-28 and later, over the time shown.',
    unit: 'percentunit',
    width: 8,
    noValue: 'no request',
    lines: [line(ratio(without, all), 'without sessions')],
  };
}

function whoNeedsThem(): Row {
  return {
    title: 'Who still needs sessions?',
    panels: [
      requestsByRevision({
        title: 'Requests, by client and revision',
        description:
          'Within the time shown. Revisions up to 2025-11-25 have sessions, 2026-07-28 has none; none and other are requests that do not say, or say something unknown.',
        width: 12,
      }),
      clientsWithSessions(),
    ],
  };
}

function clientsWithSessions(): Panel {
  const needing = ['client_name', 'target'] as const;
  const requests = above(sum(increase(select(metrics.requests, WITH_SESSIONS), SHOWN), needing), 0);
  const begun = above(sum(increase(select(metrics.sessionsCreated, BY_CLIENT), SHOWN), needing), 0);
  return {
    kind: 'table',
    title: 'Clients with sessions, and where',
    description:
      'Whom to ask for a newer version: requests with sessions and sessions begun, within the time shown.',
    unit: 'short',
    width: 12,
    noValue: 'nobody',
    columns: [
      {
        label: 'client_name',
        heading: 'Client',
        links: [
          fromRow('This client', 'clients', { client: 'client_name' }),
          sessionsOfRow({ client: 'client_name', target: 'target' }),
        ],
      },
      {
        label: 'target',
        heading: 'Target',
        links: [fromRow('Its server', 'servers', { target: 'target' })],
      },
    ],
    figures: [
      { line: line(requests, 'Requests'), unit: 'locale', decimals: 0 },
      { line: line(begun, 'Sessions begun'), unit: 'locale', decimals: 0 },
    ],
  };
}

function overTime(): Row {
  const asked = rate(select(metrics.requests, BY_CLIENT), PER_POINT);
  const needing = rate(select(metrics.requests, WITH_SESSIONS), PER_POINT);
  const created = increase(select(metrics.sessionsCreated, BY_CLIENT), PER_POINT);
  return {
    title: 'Over time',
    panels: [
      {
        kind: 'lines',
        title: 'Requests, by era and revision',
        description:
          'Per second. Sessionful revisions end with 2025-11-25; from 2026-07-28 on there are no sessions that could break.',
        unit: 'reqps',
        width: 8,
        noValue: UNSCRAPED,
        lines: [line(sum(asked, ['era', 'protocol_version']), '', 'era', 'protocol_version')],
      },
      {
        kind: 'lines',
        title: 'Requests that need a session, by client',
        description: 'Per second. The last line to end is the client that holds up the change.',
        unit: 'reqps',
        width: 8,
        noValue: UNSCRAPED,
        links: [fromSeries('This client', 'clients', { client: 'client_name' })],
        lines: [line(sum(needing, ['client_name']), '', 'client_name')],
      },
      {
        kind: 'bars',
        title: 'Sessions created, by revision',
        description:
          'A session for a client that could do without: its server still offers an older revision only.',
        unit: 'short',
        width: 8,
        noValue: UNSCRAPED,
        lines: [line(sum(created, ['protocol_version']), '', 'protocol_version')],
      },
    ],
  };
}

function onTheWay(): Row {
  const fault = anyOf('era-probe-failure', 'era-probe-leak', 'protocol-version-mismatch');
  const begun = increase(select(metrics.faults, { ...HERE, fault }), PER_POINT);
  const misrouted = increase(select(metrics.sessionsLost, { ...HERE, cause: 'other-replica' }), PER_POINT);
  return {
    title: 'What breaks on the way?',
    panels: [
      {
        kind: 'bars',
        title: 'Faults between the eras',
        description:
          'Onsets: clients that fail to find out what a server speaks, sessions left behind by asking, revisions that do not fit.',
        unit: 'short',
        width: 12,
        noValue: 'none',
        links: [
          evidenceOfSeries('all', { fault: 'fault', target: 'target' }),
          fromSeries('This fault', 'health', { fault: 'fault', target: 'target' }),
        ],
        lines: [line(above(sum(begun, ['fault', 'target']), 0), '', 'fault', 'target')],
      },
      {
        kind: 'bars',
        title: 'Sessions that another replica holds',
        description:
          'Sessions lost since a request reached a replica that does not know them: what sticky routing prevents. If they begin when it is switched off, it was too early.',
        unit: 'short',
        width: 12,
        noValue: 'no session was lost this way',
        links: [fromSeries('Its server', 'servers', { target: 'target' })],
        lines: [line(above(sum(misrouted, ['target']), 0), '', 'target')],
      },
    ],
  };
}
