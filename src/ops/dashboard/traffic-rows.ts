import { metrics } from '../../signals/index.ts';
import { buckets, increase, max, quantile, rate, select, sum, times } from '../promql.ts';
import { line, type Panel, type Row } from './grafana.ts';
import { CLIENT, HERE, JOB, PER_POINT } from './scope.ts';

/** Sessions: how many there are, how they come and go, and how long they live. */
export function sessionsRow(): Row {
  return { title: 'Sessions', panels: [...sessionsNow(), ...sessionsGone()] };
}

function sessionsNow(): Panel[] {
  const active = sum(select(metrics.sessionsActive, HERE), ['target']);
  const idle = sum(select(metrics.sessionsIdle, HERE), ['target']);
  const issued = select(metrics.sessionsCreated, { ...HERE, client_name: CLIENT });
  const through = select(metrics.sessionsVia, HERE);
  return [
    {
      kind: 'lines',
      title: 'Active and idle',
      description:
        'Sessions that live, and those of them without a request or open stream for ten minutes. Idle ones that only grow are never ended.',
      unit: 'none',
      width: 8,
      lines: [line(active, 'active', 'target'), line(idle, 'idle', 'target')],
    },
    {
      kind: 'bars',
      title: 'Created, by client',
      description:
        'Sessions issued. Steady heights without growing use point to a client that initializes in a loop.',
      unit: 'short',
      width: 8,
      lines: [line(sum(increase(issued, PER_POINT), ['client_name']), '', 'client_name')],
    },
    {
      kind: 'bars',
      title: 'Created, by gateway',
      description:
        'Sessions issued, by what stood before the client; none is the client itself. A gateway that names itself in place of its client leaves the client unknown.',
      unit: 'short',
      width: 8,
      lines: [line(sum(increase(through, PER_POINT), ['via']), '', 'via')],
    },
  ];
}

function sessionsGone(): Panel[] {
  const ended = sum(increase(select(metrics.sessionsEnded, HERE), PER_POINT), ['reason']);
  const lost = sum(increase(select(metrics.sessionsLost, HERE), PER_POINT), ['cause']);
  const served = sum(rate(buckets(metrics.serverSessionDuration, HERE), PER_POINT), ['le']);
  const used = sum(rate(buckets(metrics.clientSessionDuration, HERE), PER_POINT), ['le']);
  const limit = max(select(metrics.sessionIdleLimit, HERE), ['target']);
  return [
    {
      kind: 'bars',
      title: 'Ended, by reason',
      description:
        'client-delete is the orderly way. evicted: the exporter had no room left and forgot the session.',
      unit: 'short',
      width: 6,
      lines: [line(ended, '', 'reason')],
    },
    {
      kind: 'bars',
      title: 'Lost, by cause',
      description:
        'Session ids found dead while a client still used them, and why. A peak of restart with every deploy is usual.',
      unit: 'short',
      width: 6,
      lines: [line(lost, '', 'cause')],
    },
    {
      kind: 'stat',
      title: 'Idle limit, estimated',
      description:
        'The server seems to end sessions that rest longer than this: no session survived a longer rest, and some died after it at different times.',
      unit: 's',
      width: 6,
      zero: 'no pattern of deaths yet',
      lines: [line(limit, '', 'target')],
    },
    {
      kind: 'lines',
      title: 'Life of a session',
      description: 'From issue to end, of the sessions that ended, as seen at servers and at clients.',
      unit: 's',
      width: 6,
      noValue: 'no session has ended',
      lines: [
        line(quantile(0.5, served), 'p50'),
        line(quantile(0.95, served), 'p95'),
        line(quantile(0.95, used), 'p95 at clients'),
      ],
    },
  ];
}

/** The HTTP answers and requests. */
export function httpRow(): Row {
  const refused = { ...HERE, http_response_status_code: { like: '4..' } };
  const answers = sum(rate(select(metrics.httpResponses, refused), PER_POINT), [
    'http_response_status_code',
    'meaning',
  ]);
  const requests = select(metrics.requests, { ...HERE, client_name: CLIENT });
  const asked = sum(rate(requests, PER_POINT), ['era', 'protocol_version']);
  return {
    title: 'HTTP',
    panels: [
      {
        kind: 'lines',
        title: '4xx answers, by meaning',
        description:
          'A second. What the answer says of the session, whatever its status: session-dead belongs with 404 alone.',
        unit: 'reqps',
        width: 12,
        noValue: 'none yet',
        lines: [line(answers, '', 'http_response_status_code', 'meaning')],
      },
      {
        kind: 'lines',
        title: 'Requests, by era and revision',
        description:
          'A second. Sessionful revisions end with 2025-11-25; from 2026-07-28 on there are no sessions that could break.',
        unit: 'reqps',
        width: 12,
        lines: [line(asked, '', 'era', 'protocol_version')],
      },
    ],
  };
}

/** Streams and the connections under them. */
export function streamsRow(): Row {
  const streams = sum(select(metrics.streamsOpen, HERE), ['kind']);
  const connections = sum(select(metrics.connectionsOpen, HERE), ['target']);
  const lives = sum(rate(buckets(metrics.streamDuration, HERE), PER_POINT), ['kind', 'le']);
  const opened = sum(increase(select(metrics.streamsOpened, HERE), PER_POINT), ['kind']);
  const connected = sum(increase(select(metrics.connectionsOpened, HERE), PER_POINT), []);
  return {
    title: 'Streams and connections',
    panels: [
      {
        kind: 'lines',
        title: 'Open',
        description:
          'Connections that carried the protocol, and event streams: get listens, post answers one request.',
        unit: 'none',
        width: 8,
        lines: [line(connections, 'connections', 'target'), line(streams, 'streams', 'kind')],
      },
      {
        kind: 'bars',
        title: 'Opened',
        description: 'Many get streams for few sessions: a client reopens its listening stream in a loop.',
        unit: 'short',
        width: 8,
        lines: [line(connected, 'connections'), line(opened, 'streams', 'kind')],
      },
      {
        kind: 'lines',
        title: 'Life of a stream',
        description:
          'From its head to its close, of the streams that closed. A flat line at a round figure is the time limit of some proxy.',
        unit: 's',
        width: 8,
        noValue: 'no stream has closed',
        lines: [line(quantile(0.5, lives), 'p50', 'kind'), line(quantile(0.95, lives), 'p95', 'kind')],
      },
    ],
  };
}

/** The servers behind a proxy of ours. */
export function proxyRow(): Row {
  const errors = sum(increase(select(metrics.proxyUpstreamErrors, HERE), PER_POINT), [
    'target',
    'upstream_error',
  ]);
  const addresses = sum(select(metrics.proxyUpstreamAddresses, HERE), ['target', 'address_state']);
  const refusals = sum(increase(select(metrics.proxyRefusals, { job: JOB }), PER_POINT), ['refusal']);
  return {
    title: 'Behind the proxy',
    panels: [
      {
        kind: 'bars',
        title: 'Upstreams that did not answer',
        description:
          'Requests that an upstream left unanswered or broke off, by how. The client was told 502 or 503, never 404, or its answer was broken off as well.',
        unit: 'short',
        width: 8,
        noValue: 'no proxy',
        lines: [line(errors, '', 'target', 'upstream_error')],
      },
      {
        kind: 'lines',
        title: 'Addresses of upstreams',
        description: 'Whether they took the last connection that was asked of them.',
        unit: 'none',
        width: 8,
        noValue: 'no proxy',
        lines: [line(addresses, '', 'target', 'address_state')],
      },
      {
        kind: 'bars',
        title: 'Refused by the proxy',
        description:
          'Connections and requests that the proxy itself turned away, by why. A connection-limit here is a storm, or clients that never close.',
        unit: 'short',
        width: 8,
        noValue: 'no proxy',
        lines: [line(refusals, '', 'refusal')],
      },
    ],
  };
}

/** The exporter itself. */
export function exporterRow(): Row {
  return { title: 'The exporter itself', panels: [...exporterAtWork(), ...exporterLimits()] };
}

function exporterAtWork(): Panel[] {
  const versions = sum(select(metrics.exporterInfo, { job: JOB }), ['version']);
  const exchanges = sum(rate(select(metrics.observerExchanges, { job: JOB }), PER_POINT), ['vantage']);
  const probes = sum(rate(select(metrics.observerProbeRequests, { job: JOB }), PER_POINT), []);
  const read = max(times(1000, select(metrics.configReloadTime, { job: JOB })), ['instance']);
  return [
    {
      kind: 'stat',
      title: 'Instances, by version',
      description: 'Watched processes that answer scrapes.',
      unit: 'none',
      width: 3,
      lines: [line(versions, '', 'version')],
    },
    {
      kind: 'stat',
      title: 'Settings in force since',
      description: 'When each proxy last read settings that it accepted.',
      unit: 'dateTimeFromNow',
      width: 3,
      noValue: 'no proxy',
      lines: [line(read, '', 'instance')],
    },
    {
      kind: 'lines',
      title: 'Exchanges taken in',
      description:
        'A second. 0 beside a busy server: the hook does not see the traffic. Requests of our own probe are counted here alone.',
      unit: 'ops',
      width: 6,
      lines: [line(exchanges, '', 'vantage'), line(probes, 'of probes')],
    },
  ];
}

function exporterLimits(): Panel[] {
  const errors = sum(increase(select(metrics.observerErrors, { job: JOB }), PER_POINT), ['stage']);
  const evicted = sum(increase(select(metrics.observerEvictions, { job: JOB }), PER_POINT), ['store']);
  const entries = sum(select(metrics.observerEntries, { job: JOB }), ['store']);
  return [
    {
      kind: 'lines',
      title: 'Errors and evictions',
      description:
        'Errors of the exporter leave the watched program alone, but counts are then incomplete. Evictions: a store was full.',
      unit: 'short',
      width: 6,
      warnFrom: 1,
      lines: [line(errors, 'errors', 'stage'), line(evicted, 'evicted', 'store')],
    },
    {
      kind: 'lines',
      title: 'Entries remembered',
      description: 'Sessions, clients and cases in memory. All three stores are bounded.',
      unit: 'none',
      width: 6,
      lines: [line(entries, '', 'store')],
    },
  ];
}
