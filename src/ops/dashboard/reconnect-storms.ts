import { metrics } from '../../signals/index.ts';
import { above, buckets, increase, ratio, select, sum } from '../promql/index.ts';
import { evidenceOfRow, evidenceOfSeries, fromRow, fromSeries, RUNBOOK_OF_ROW } from './links.ts';
import { LOOPS } from './loops.ts';
import { badFrom, line, ONE, UNSCRAPED, type Line, type Page, type Panel, type Row } from './page.ts';
import { BY_CLIENT, CLIENT, dashboard, HERE, JOB, PER_POINT, SEEN_TWICE } from './scope.ts';
import {
  handshakesByTarget,
  lossesByCause,
  onsetsByFault,
  openCases,
  sessionsByClient,
} from './shared-panels.ts';
import { UIDS } from './uids.ts';

/** Many that begin at once, and few that begin over and over. */
export const RECONNECT_STORMS: Page = dashboard({
  uid: UIDS.storms,
  title: 'MCP / Reconnect storms',
  description: 'Do clients connect over and over, who are they, and what set it off?',
  rows: [now(), handshakes(), who(), trigger(), toll()],
});

function now(): Row {
  return { title: 'Is there a storm?', panels: [loops(), handshakesOfEach(), turnedAway()] };
}

function loops(): Panel {
  const open = sum(select(metrics.faultsActive, { ...HERE, fault: LOOPS }), ['fault', 'target', 'vantage']);
  return {
    kind: 'table',
    title: 'Loops that are open',
    description: 'Clients that do the same over and over, and streams that do not stay open.',
    unit: 'none',
    width: 11,
    noValue: 'none',
    columns: [
      {
        label: 'fault',
        heading: 'Fault',
        links: [
          evidenceOfRow('open', { fault: 'fault', target: 'target', vantage: 'vantage' }),
          RUNBOOK_OF_ROW,
        ],
      },
      {
        label: 'target',
        heading: 'Target',
        links: [fromRow('Its server', 'servers', { target: 'target' })],
      },
      { label: 'vantage', heading: 'Seen from' },
    ],
    figures: [
      openCases(line(above(open, 0), 'Open'), 'each of them takes from the server what the others need'),
    ],
  };
}

/** Ten minutes, since a client counts as active for as long after its last request. */
function handshakesOfEach(): Panel {
  const asked = sum(increase(select(metrics.initializes, HERE), '10m'), ['target']);
  const clients = sum(select(metrics.clientsActive, HERE), ['target']);
  return {
    kind: 'lines',
    title: 'Handshakes of each active client',
    description: 'Asked for within ten minutes, by the clients that were active in them.',
    unit: 'short',
    width: 9,
    noValue: 'no client is active',
    bounds: badFrom(
      { warn: 2, alarm: 5 },
      'one is a client that has just begun, two one that began anew, and no client needs five in ten minutes',
    ),
    lines: [line(ratio(asked, clients), '', 'target')],
  };
}

function turnedAway(): Panel {
  const limited = sum(
    increase(
      select(metrics.httpResponses, { ...HERE, http_response_status_code: { like: '429|503' } }),
      '10m',
    ),
    ['http_response_status_code'],
  );
  const refused = sum(increase(select(metrics.proxyRefusals, { job: JOB }), '10m'), ['refusal']);
  return {
    kind: 'stat',
    title: 'Turned away',
    description:
      'Within ten minutes: answers 429 and 503, and what a proxy refused before any server saw it, by why.',
    unit: 'short',
    decimals: 0,
    width: 4,
    height: 8,
    noValue: 'nobody',
    bounds: badFrom({ warn: ONE }, 'a server that is not short of anything turns nobody away'),
    lines: [line(above(limited, 0), '', 'http_response_status_code'), line(above(refused, 0), '', 'refusal')],
  };
}

function handshakes(): Row {
  const ago = (words: string, past?: string): Line =>
    line(sum(increase(select(metrics.initializes, HERE), PER_POINT, past), []), words);
  return {
    title: 'Handshakes',
    panels: [
      {
        kind: 'lines',
        title: 'Against the same hour before',
        description:
          'Handshakes asked for: now, a day ago and a week ago. Working hours begin with a hill every day; a storm is higher than the days before at the same hour.',
        unit: 'short',
        width: 12,
        noValue: UNSCRAPED,
        lines: [ago('now'), ago('a day ago', '1d'), ago('a week ago', '1w')],
      },
      handshakesByTarget(
        {
          title: 'By target',
          description: 'Handshakes asked for. All targets at once: look at what lies before them.',
          width: 12,
        },
        fromSeries('Its server', 'servers', { target: 'target' }),
      ),
    ],
  };
}

function who(): Row {
  return {
    title: 'Who is it?',
    panels: [
      sessionsByClient({
        title: 'Sessions begun, by client',
        description:
          'One colour that fills the graph is one product; many colours at once were thrown out together.',
        width: 8,
      }),
      onsetsByFault(
        {
          title: 'Loops that began, by fault',
          description: `Onsets. ${SEEN_TWICE} A diamond leads to its trace.`,
          width: 8,
        },
        'no loop began',
        LOOPS,
      ),
      loopsByClient(),
    ],
  };
}

function loopsByClient(): Panel {
  const looping = { job: JOB, client_name: CLIENT, fault: LOOPS };
  const met = above(sum(increase(select(metrics.clientFaults, looping), PER_POINT), ['client_name']), 0);
  return {
    kind: 'bars',
    title: 'Loops that began, by client',
    description: 'Onsets, of all targets of the jobs. A diamond leads to its trace.',
    unit: 'short',
    width: 8,
    noValue: 'no loop began',
    links: [
      evidenceOfSeries('all', { client: 'client_name' }),
      fromSeries('This client', 'clients', { client: 'client_name' }),
    ],
    lines: [line(met, '', 'client_name')],
  };
}

function trigger(): Row {
  const all = { ...HERE, le: '+Inf' } as const;
  const closed = sum(increase(buckets(metrics.streamDuration, all), PER_POINT), ['kind', 'close_reason']);
  return {
    title: 'What set it off?',
    panels: [
      lossesByCause(
        {
          title: 'Sessions lost before it, by cause',
          description:
            'restart: the storm follows a deploy, and should be over in a minute. other-replica: requests reach a server that does not know their session.',
          width: 7,
        },
        fromSeries('How sessions end', 'sessions'),
      ),
      connectionsOpened(),
      {
        kind: 'bars',
        title: 'Streams closed, by kind and how',
        description:
          'Many get streams that were reset: a time limit of a proxy, or a network that drops them.',
        unit: 'short',
        width: 7,
        noValue: 'no stream has closed',
        lines: [line(closed, '', 'kind', 'close_reason')],
      },
    ],
  };
}

function connectionsOpened(): Panel {
  const connected = sum(increase(select(metrics.connectionsOpened, HERE), PER_POINT), ['target']);
  return {
    kind: 'bars',
    title: 'Connections opened, by target',
    description: 'As many as requests: something before the server closes each connection after its answer.',
    unit: 'short',
    width: 10,
    noValue: UNSCRAPED,
    lines: [line(connected, '', 'target')],
  };
}

function toll(): Row {
  const settled = increase(select(metrics.recoveries, BY_CLIENT), PER_POINT);
  const idle = above(sum(select(metrics.sessionsIdle, HERE), ['target']), 0);
  return {
    title: 'What does it cost?',
    panels: [
      {
        kind: 'lines',
        title: 'Sessions left behind',
        description:
          'Sessions without a request or open stream for ten minutes: what a storm leaves on the server.',
        unit: 'none',
        width: 12,
        noValue: 'none',
        links: [fromSeries('Its sessions', 'sessions', { target: 'target' })],
        lines: [line(idle, '', 'target')],
      },
      {
        kind: 'bars',
        title: 'What became of lost sessions',
        description: 'By outcome. Those that are not reinitialized are people and agents who stand still.',
        unit: 'short',
        width: 12,
        noValue: 'no session was lost',
        lines: [line(above(sum(settled, ['outcome']), 0), '', 'outcome')],
      },
    ],
  };
}
