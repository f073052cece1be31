import { metrics } from '../../signals/index.ts';
import {
  above,
  buckets,
  increase,
  max,
  measured,
  quantile,
  rate,
  ratio,
  select,
  sum,
} from '../promql/index.ts';
import { answers, connections, livesOf } from './connections.ts';
import { fromRow, fromSeries } from './links.ts';
import { line, UNSCRAPED, type Page, type Panel, type Row } from './page.ts';
import { dashboard, HERE, PER_POINT } from './scope.ts';
import { handshakesByTarget, lossesByCause, memoryByInstance, sessionsByClient } from './shared-panels.ts';
import { UIDS } from './uids.ts';

/** How many there are, how they come and go, and what carries them. */
export const SESSIONS_AND_CONNECTIONS: Page = dashboard({
  uid: UIDS.sessions,
  title: 'MCP / Sessions and connections',
  description: 'How many sessions are there, how do they begin and end, and what carries them?',
  rows: [sessions(), beginnings(), endings(), lives(), connections(), answers()],
});

function sessions(): Row {
  const active = sum(select(metrics.sessionsActive, HERE), ['target']);
  const idle = sum(select(metrics.sessionsIdle, HERE), ['target']);
  const clients = sum(select(metrics.clientsActive, HERE), ['target']);
  return {
    title: 'Sessions now',
    panels: [
      {
        kind: 'lines',
        title: 'Active and idle',
        description:
          'Sessions that live, and those of them without a request or open stream for ten minutes. Idle ones that only grow are never ended.',
        unit: 'none',
        width: 9,
        noValue: UNSCRAPED,
        links: [fromSeries('This server', 'servers', { target: 'target' })],
        lines: [line(active, 'active', 'target'), line(idle, 'idle', 'target')],
      },
      {
        kind: 'lines',
        title: 'Sessions for each active client',
        description:
          'Where this only grows, clients begin sessions and leave them behind, or the server never ends them. One client has one session, or a few.',
        unit: 'short',
        width: 9,
        noValue: 'no client is active',
        lines: [line(ratio(active, clients), '', 'target')],
      },
      memoryByInstance({
        title: 'Memory of the programs',
        description:
          'Resident memory of the process that is watched from within, or of the proxy. If it grows with the sessions, they are what fills it.',
        width: 6,
      }),
    ],
  };
}

function beginnings(): Row {
  return {
    title: 'How they begin',
    panels: [
      sessionsByClient({
        title: 'Created, by client',
        description:
          'Sessions issued. Steady heights without growing use point to a client that initializes in a loop.',
        width: 7,
      }),
      handshakesByTarget(
        {
          title: 'Asked for, by target',
          description:
            'Handshakes, granted or refused. Many more than sessions created: the server refuses them.',
          width: 10,
        },
        fromSeries('Is it a storm?', 'storms', { target: 'target' }),
      ),
      gateways(),
    ],
  };
}

function gateways(): Panel {
  const through = sum(increase(select(metrics.sessionsVia, HERE), PER_POINT), ['via']);
  return {
    kind: 'bars',
    title: 'Created, by gateway',
    description:
      'Sessions issued, by what stood before the client; none is the client itself. A gateway that names itself in place of its client leaves the client unknown.',
    unit: 'short',
    width: 7,
    noValue: UNSCRAPED,
    lines: [line(through, '', 'via')],
  };
}

function endings(): Row {
  const ended = sum(increase(select(metrics.sessionsEnded, HERE), PER_POINT), ['reason']);
  return {
    title: 'How they end',
    panels: [
      {
        kind: 'bars',
        title: 'Ended, by reason',
        description:
          'client-delete is the orderly way. evicted: the exporter had no room left and forgot the session.',
        unit: 'short',
        width: 8,
        noValue: UNSCRAPED,
        lines: [line(ended, '', 'reason')],
      },
      lossesByCause(
        {
          title: 'Lost, by cause',
          description:
            'Session ids found dead while a client still used them, and why. A peak of restart with every deploy is usual.',
          width: 8,
        },
        fromSeries('What became of them', 'clients'),
      ),
      idleLimit(),
    ],
  };
}

function idleLimit(): Panel {
  const limit = max(select(metrics.sessionIdleLimit, HERE), ['target']);
  return {
    kind: 'table',
    title: 'Idle limit, estimated',
    description:
      'The server seems to end sessions that rest longer than this: no session survived a longer rest, and some died after it at different times.',
    unit: 's',
    width: 8,
    noValue: 'no pattern of deaths yet',
    columns: [
      {
        label: 'target',
        heading: 'Target',
        links: [fromRow('Its server', 'servers', { target: 'target' })],
      },
    ],
    figures: [{ line: line(above(limit, 0), 'Ends after'), unit: 's' }],
  };
}

function lives(): Row {
  const served = sum(rate(buckets(metrics.serverSessionDuration, HERE), PER_POINT), ['le']);
  const used = sum(rate(buckets(metrics.clientSessionDuration, HERE), PER_POINT), ['le']);
  const spread = sum(increase(buckets(metrics.serverSessionDuration, HERE), PER_POINT), ['le']);
  return {
    title: 'How long they live',
    panels: [
      {
        kind: 'lines',
        title: 'Life of a session',
        description:
          'From issue to end, of the sessions that ended, as seen at servers and at clients: what half of them, and 95 % of them, stayed below.',
        unit: 's',
        width: 12,
        noValue: 'no session has ended',
        lines: [
          line(measured(quantile(0.5, served)), 'p50'),
          line(measured(quantile(0.95, served)), 'p95'),
          line(measured(quantile(0.95, used)), 'p95 at clients'),
        ],
      },
      livesOf(
        'Lives of sessions, as seen at servers',
        'How many ended after how long. A bright line that stays is a time limit; a bright foot is a client that begins a session for each call.',
        line(spread, '', 'le'),
        'no session has ended',
      ),
    ],
  };
}
