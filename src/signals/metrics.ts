import type { LabelName } from './labels.ts';

/** How a metric is counted and read. */
export type MetricType = 'counter' | 'gauge' | 'histogram';

/** A metric: it exists because it is a row of this table, and its name is written nowhere else. */
export interface Metric<Labels extends readonly LabelName[] = readonly LabelName[]> {
  /** The Prometheus name. */
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly labels: Labels;
  /** Upper bounds of the buckets of a histogram, ascending, without infinity. */
  readonly buckets: readonly number[];
  /**
   * Every combination of label values is there from the start, at 0, so that increase() sees the first event.
   * Off only where combinations are many and no alert counts them.
   */
  readonly bornAtZero: boolean;
  readonly stability: 'experimental' | 'stable';
}

function counter<const L extends readonly LabelName[]>(name: string, help: string, labels: L): Metric<L> {
  return { name, type: 'counter', help, labels, buckets: [], bornAtZero: true, stability: 'experimental' };
}

function gauge<const L extends readonly LabelName[]>(name: string, help: string, labels: L): Metric<L> {
  return { name, type: 'gauge', help, labels, buckets: [], bornAtZero: true, stability: 'experimental' };
}

function histogram<const L extends readonly LabelName[]>(
  name: string,
  help: string,
  labels: L,
  buckets: readonly number[],
): Metric<L> {
  return { name, type: 'histogram', help, labels, buckets, bornAtZero: true, stability: 'experimental' };
}

/** The boundaries that the semantic conventions for MCP give every duration, in seconds. */
const DURATION = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/** Sessions live for days: 10 min, 30 min, 1 h, 2 h, 8 h, a day, a week. */
const LONG = [600, 1800, 3600, 7200, 28_800, 86_400, 604_800];

/** Healthy clients need well below a second; 30 s are the most they have. Few, since clients are many. */
const RECOVERY = [0.1, 0.5, 1, 5, 30, 120];

/** Every metric the program has. */
export const metrics = {
  sessionsActive: gauge('mcp_sessions_active', 'Sessions issued or accepted, and neither ended nor lost.', [
    'vantage',
    'target',
  ]),
  sessionsIdle: gauge(
    'mcp_sessions_idle',
    'Active sessions without a request or an open stream for ten minutes.',
    ['vantage', 'target'],
  ),
  sessionsCreated: counter('mcp_sessions_created_total', 'Sessions issued.', [
    'vantage',
    'target',
    'client_name',
    'protocol_version',
  ]),
  sessionsVia: counter(
    'mcp_sessions_via_gateway_total',
    'Sessions issued, by the gateway through which the client came, as far as it names itself.',
    ['vantage', 'target', 'via'],
  ),
  initializes: counter('mcp_initializes_total', 'Handshakes that were asked for, granted or refused.', [
    'vantage',
    'target',
  ]),
  clientsActive: gauge(
    'mcp_clients_active',
    'Clients that have asked for something within the last ten minutes.',
    ['vantage', 'target', 'client_name'],
  ),
  sessionsEnded: counter('mcp_sessions_ended_total', 'Sessions ended, by reason.', [
    'vantage',
    'target',
    'reason',
  ]),
  sessionsLost: counter('mcp_sessions_lost_total', 'Session ids found dead in use, by cause of death.', [
    'vantage',
    'target',
    'cause',
  ]),
  sessionIdleLimit: gauge(
    'mcp_session_idle_limit_seconds',
    'Rest after which the server ends sessions, as estimated from the deaths seen; 0 while it is unknown.',
    ['vantage', 'target'],
  ),
  serverSessionDuration: histogram(
    'mcp_server_session_duration_seconds',
    'Life of a session from its issue to its end, as seen at the server.',
    ['target', 'mcp_protocol_version'],
    [...DURATION, ...LONG],
  ),
  recoveries: counter(
    'mcp_session_recoveries_total',
    'Lost sessions of which it is known what became of them, each once, by outcome.',
    ['vantage', 'target', 'client_name', 'outcome'],
  ),
  recoverySeconds: histogram(
    'mcp_session_recovery_seconds',
    'Time for which a client that needed a session was without one, until it began a new one.',
    ['vantage', 'target', 'client_name'],
    RECOVERY,
  ),
  requests: counter('mcp_requests_total', 'HTTP requests of the protocol, by era and revision.', [
    'vantage',
    'target',
    'era',
    'protocol_version',
    'client_name',
  ]),
  httpResponses: {
    ...counter('mcp_http_responses_total', 'HTTP answers, by status and by what they mean for the session.', [
      'vantage',
      'target',
      'http_request_method',
      'http_response_status_code',
      'meaning',
    ]),
    bornAtZero: false,
  },
  connectionsOpen: gauge('mcp_connections_open', 'Open connections that have carried the protocol.', [
    'vantage',
    'target',
  ]),
  connectionsOpened: counter('mcp_connections_opened_total', 'Connections that have carried the protocol.', [
    'vantage',
    'target',
  ]),
  streamsOpen: gauge('mcp_streams_open', 'Open event streams: listening (get) or answering (post).', [
    'vantage',
    'target',
    'kind',
  ]),
  streamsOpened: counter('mcp_streams_opened_total', 'Event streams opened.', ['vantage', 'target', 'kind']),
  streamDuration: histogram(
    'mcp_stream_duration_seconds',
    'Life of an event stream, by how it closed.',
    ['vantage', 'target', 'kind', 'close_reason'],
    [...DURATION, ...LONG.slice(0, 4)],
  ),
  faults: counter(
    'mcp_session_faults_total',
    'Onsets of faults: sessions, clients or client families that fell into one.',
    ['vantage', 'target', 'fault', 'side'],
  ),
  faultsActive: gauge('mcp_session_faults_active', 'Sessions, clients or client families at fault now.', [
    'vantage',
    'target',
    'fault',
    'side',
  ]),
  clientFaults: counter('mcp_client_faults_total', 'Onsets of faults by client product.', [
    'client_name',
    'fault',
  ]),
  observerExchanges: counter('mcp_observer_exchanges_total', 'Exchanges taken in.', ['vantage']),
  observerErrors: counter(
    'mcp_observer_errors_total',
    'Errors of the observer itself; the watched program went on.',
    ['stage'],
  ),
  observerEvictions: counter('mcp_observer_evictions_total', 'Entries given up because a store was full.', [
    'store',
  ]),
  observerEntries: gauge('mcp_observer_entries', 'Entries in the stores of the observer.', ['store']),
  processMemory: gauge(
    'mcp_process_memory_bytes',
    'Resident memory of the process that is watched from within, or that the watch runs in.',
    [],
  ),
  exporterInfo: gauge('mcp_session_exporter_info', 'Always 1; the version is a label.', ['version']),
} as const;

/** The table as a list, in the order in which it is exposed. */
export const metricList: readonly Metric[] = Object.values(metrics);
