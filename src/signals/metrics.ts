import { row, type Metric } from './metric.ts';
import { ownMetrics } from './own-metrics.ts';

/** The boundaries that the semantic conventions for MCP give every duration, in seconds. */
const DURATION = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

/** Sessions live for days: 10 min, 30 min, 1 h, 2 h, 8 h, a day, a week. */
const LONG = [600, 1800, 3600, 7200, 28_800, 86_400, 604_800];

/** Healthy clients need well below a second; 30 s are the most they have. Few, since clients are many. */
const RECOVERY = [0.1, 0.5, 1, 5, 30, 120];

/** Sessions fail in three ways at most targets; twenty of them. */
const SESSION_SERIES = 60;

/** A dozen methods at a few targets, with twenty tools told by name, and how they fail. */
const OPERATION_SERIES = 300;

/** A hundred for each of twenty targets: there could be seven times as many, and are a tenth. */
const ANSWER_SERIES = 2000;

const SESSION_LABELS = ['target', 'mcp_protocol_version', 'error_type'] as const;

/** Those that the conventions name, as far as they are few. */
const OPERATION_LABELS = [
  'target',
  'mcp_method_name',
  'error_type',
  'gen_ai_tool_name',
  'mcp_protocol_version',
  'network_transport',
] as const;

/** Every metric the program has. */
export const metrics = {
  sessionsActive: row(
    'upDownCounter',
    'mcp.sessions.active',
    '{session}',
    'Sessions issued or accepted, and neither ended nor lost.',
    ['vantage', 'target'],
  ),
  sessionsIdle: row(
    'upDownCounter',
    'mcp.sessions.idle',
    '{session}',
    'Active sessions without a request or an open stream for ten minutes.',
    ['vantage', 'target'],
  ),
  sessionsCreated: row('counter', 'mcp.sessions.created', '{session}', 'Sessions issued.', [
    'vantage',
    'target',
    'client_name',
    'protocol_version',
  ]),
  sessionsVia: row(
    'counter',
    'mcp.sessions.via_gateway',
    '{session}',
    'Sessions issued, by the gateway through which the client came, as far as it names itself.',
    ['vantage', 'target', 'via'],
  ),
  initializes: row(
    'counter',
    'mcp.initializes',
    '{request}',
    'Handshakes that were asked for, granted or refused.',
    ['vantage', 'target'],
  ),
  clientsActive: row(
    'upDownCounter',
    'mcp.clients.active',
    '{client}',
    'Clients that have asked for something within the last ten minutes.',
    ['vantage', 'target', 'client_name'],
  ),
  sessionsEnded: row('counter', 'mcp.sessions.ended', '{session}', 'Sessions ended, by reason.', [
    'vantage',
    'target',
    'reason',
  ]),
  sessionsLost: row(
    'counter',
    'mcp.sessions.lost',
    '{session}',
    'Session ids found dead in use, by cause of death.',
    ['vantage', 'target', 'cause'],
  ),
  sessionIdleLimit: row(
    'gauge',
    'mcp.session.idle_limit',
    's',
    'Rest after which the server ends sessions, as estimated from the deaths seen; 0 while it is unknown.',
    ['vantage', 'target'],
  ),
  serverSessionDuration: row(
    'histogram',
    'mcp.server.session.duration',
    's',
    'Life of a session from its issue to its end, as seen at the server.',
    SESSION_LABELS,
    { buckets: [...DURATION, ...LONG], vantages: ['server', 'proxy'], limit: SESSION_SERIES },
  ),
  clientSessionDuration: row(
    'histogram',
    'mcp.client.session.duration',
    's',
    'Life of a session from its issue to its end, as seen at the client.',
    SESSION_LABELS,
    { buckets: [...DURATION, ...LONG], vantages: ['client'], limit: SESSION_SERIES },
  ),
  serverOperationDuration: row(
    'histogram',
    'mcp.server.operation.duration',
    's',
    'Time from the receipt of a request or notification to its answer, or until it was taken.',
    OPERATION_LABELS,
    { buckets: DURATION, bornAtZero: false, limit: OPERATION_SERIES },
  ),
  clientOperationDuration: row(
    'histogram',
    'mcp.client.operation.duration',
    's',
    'Time from the sending of a request or notification to its answer, or until it was taken.',
    OPERATION_LABELS,
    { buckets: DURATION, bornAtZero: false, limit: OPERATION_SERIES },
  ),
  recoveries: row(
    'counter',
    'mcp.session.recoveries',
    '{session}',
    'Lost sessions of which it is known what became of them, each once, by outcome.',
    ['vantage', 'target', 'client_name', 'outcome'],
  ),
  recoverySeconds: row(
    'histogram',
    'mcp.session.recovery',
    's',
    'Time for which a client that needed a session was without one, until it began a new one.',
    ['vantage', 'target', 'client_name'],
    { buckets: RECOVERY },
  ),
  callsFailed: row(
    'counter',
    'mcp.calls.failed',
    '{call}',
    'Tool calls that came to nothing, each once, by how and by whether their client made them again at once. Of one that it did not, the model or a person has seen the error.',
    ['vantage', 'target', 'failure', 'repeated'],
    { vantages: ['client'] },
  ),
  requests: row(
    'counter',
    'mcp.requests',
    '{request}',
    'HTTP requests of the protocol, by era and revision.',
    ['vantage', 'target', 'era', 'protocol_version', 'client_name'],
  ),
  httpResponses: row(
    'counter',
    'mcp.http.responses',
    '{response}',
    'HTTP answers, by status and by what they mean for the session.',
    ['vantage', 'target', 'http_request_method', 'http_response_status_code', 'meaning'],
    { bornAtZero: false, limit: ANSWER_SERIES },
  ),
  connectionsOpen: row(
    'upDownCounter',
    'mcp.connections.open',
    '{connection}',
    'Open connections that have carried the protocol.',
    ['vantage', 'target'],
  ),
  connectionsOpened: row(
    'counter',
    'mcp.connections.opened',
    '{connection}',
    'Connections that have carried the protocol.',
    ['vantage', 'target'],
  ),
  streamsOpen: row(
    'upDownCounter',
    'mcp.streams.open',
    '{stream}',
    'Open event streams: listening (get) or answering (post).',
    ['vantage', 'target', 'kind'],
  ),
  streamsOpened: row('counter', 'mcp.streams.opened', '{stream}', 'Event streams opened.', [
    'vantage',
    'target',
    'kind',
  ]),
  streamDuration: row(
    'histogram',
    'mcp.stream.duration',
    's',
    'Life of an event stream, by how it closed.',
    ['vantage', 'target', 'kind', 'close_reason'],
    { buckets: [...DURATION, ...LONG.slice(0, 4)] },
  ),
  faults: row(
    'counter',
    'mcp.session.faults',
    '{fault}',
    'Onsets of faults: sessions, clients or client families that fell into one.',
    ['vantage', 'target', 'fault', 'side'],
    { exemplars: true },
  ),
  faultsActive: row(
    'upDownCounter',
    'mcp.session.faults_active',
    '{fault}',
    'Sessions, clients or client families at fault now.',
    ['vantage', 'target', 'fault', 'side'],
  ),
  clientFaults: row(
    'counter',
    'mcp.client.faults',
    '{fault}',
    'Onsets of faults by client product.',
    ['client_name', 'fault'],
    { exemplars: true },
  ),
  proxyUpstreamErrors: row(
    'counter',
    'mcp.proxy.upstream.errors',
    '{error}',
    'Requests of any kind that an upstream left unanswered or broke off, by how (RFC 9209).',
    ['target', 'upstream_error'],
    { vantages: ['proxy'] },
  ),
  proxyUpstreamAddresses: row(
    'upDownCounter',
    'mcp.proxy.upstream.addresses',
    '{address}',
    'Addresses of an upstream, by whether they took the last connection that was asked of them.',
    ['target', 'address_state'],
    { vantages: ['proxy'] },
  ),
  proxyRefusals: row(
    'counter',
    'mcp.proxy.refusals',
    '{refusal}',
    'Connections and requests that the proxy refused itself, by why. No upstream saw them.',
    ['refusal'],
    { vantages: ['proxy'] },
  ),
  ...ownMetrics,
} as const;

/** The table as a list, in the order in which it is exposed. */
export const metricList: readonly Metric[] = Object.values(metrics);
