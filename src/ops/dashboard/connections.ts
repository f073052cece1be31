import { metrics } from '../../signals/index.ts';
import { above, buckets, increase, measured, quantile, rate, select, sum } from '../promql/index.ts';
import { fromSeries } from './links.ts';
import { line, UNSCRAPED, type Line, type Panel, type Row } from './page.ts';
import { HERE, PER_POINT } from './scope.ts';

/** What carries sessions: streams, the connections under them, and the answers of HTTP. */

/** How many streams and connections there are, and how they live. */
export function connections(): Row {
  const lifetimes = sum(rate(buckets(metrics.streamDuration, HERE), PER_POINT), ['kind', 'le']);
  const listening = { ...HERE, kind: 'get' } as const;
  const spread = sum(increase(buckets(metrics.streamDuration, listening), PER_POINT), ['le']);
  return {
    title: 'Streams and connections',
    panels: [
      ...openAndOpened(),
      {
        kind: 'lines',
        title: 'Life of a stream',
        description:
          'From its head to its close, of the streams that closed. A flat line at a round figure is the time limit of some proxy.',
        unit: 's',
        width: 12,
        noValue: 'no stream has closed',
        lines: [
          line(measured(quantile(0.5, lifetimes)), 'p50', 'kind'),
          line(measured(quantile(0.95, lifetimes)), 'p95', 'kind'),
        ],
      },
      livesOf(
        'Lives of listening streams',
        'How many closed after how long. They should live as long as their session.',
        line(spread, '', 'le'),
        'no stream has closed',
      ),
    ],
  };
}

function openAndOpened(): Panel[] {
  const streams = sum(select(metrics.streamsOpen, HERE), ['kind']);
  const carried = sum(select(metrics.connectionsOpen, HERE), ['target']);
  const opened = sum(increase(select(metrics.streamsOpened, HERE), PER_POINT), ['kind']);
  const connected = sum(increase(select(metrics.connectionsOpened, HERE), PER_POINT), []);
  const all = { ...HERE, le: '+Inf' } as const;
  const closed = sum(increase(buckets(metrics.streamDuration, all), PER_POINT), ['close_reason']);
  return [
    {
      kind: 'lines',
      title: 'Open',
      description:
        'Connections that carried the protocol, and event streams: get listens, post answers one request.',
      unit: 'none',
      width: 10,
      noValue: UNSCRAPED,
      lines: [line(carried, 'connections', 'target'), line(streams, 'streams', 'kind')],
    },
    {
      kind: 'bars',
      title: 'Opened',
      description: 'Many get streams for few sessions: a client reopens its listening stream in a loop.',
      unit: 'short',
      width: 7,
      noValue: UNSCRAPED,
      links: [fromSeries('Is it a storm?', 'storms')],
      lines: [line(connected, 'connections'), line(opened, 'streams', 'kind')],
    },
    {
      kind: 'bars',
      title: 'Streams closed, by how',
      description:
        'complete: the server ended it. aborted: the client did. reset: the connection broke. hijacked: the program wrote to the socket itself.',
      unit: 'short',
      width: 7,
      noValue: 'no stream has closed',
      lines: [line(closed, '', 'close_reason')],
    },
  ];
}

/** What went wrong, by what its answer means. */
export function answers(): Row {
  const answered = (statuses: string): Line => {
    const those = { ...HERE, http_response_status_code: { like: statuses } };
    const told = rate(select(metrics.httpResponses, those), PER_POINT);
    return line(
      above(sum(told, ['http_response_status_code', 'meaning']), 0),
      '',
      'http_response_status_code',
      'meaning',
    );
  };
  return {
    title: 'HTTP',
    panels: [
      {
        kind: 'lines',
        title: '4xx answers, by meaning',
        description:
          'Per second. What the answer says of the session, whatever its status: session-dead belongs with 404 alone.',
        unit: 'reqps',
        width: 12,
        noValue: 'none',
        lines: [answered('4..')],
      },
      {
        kind: 'lines',
        title: '5xx answers, and none',
        description:
          'Per second. A client may ask again after these; a session-dead among them is a server that hides the loss of a session behind an error of its own.',
        unit: 'reqps',
        width: 12,
        noValue: 'none',
        lines: [answered('5..|none')],
      },
    ],
  };
}

/** How long each lived, as a heatmap over half the page. */
export function livesOf(title: string, description: string, spread: Line, noValue: string): Panel {
  return { kind: 'heatmap', title, description, unit: 's', width: 12, noValue, lines: [spread] };
}
