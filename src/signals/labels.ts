import {
  ADDRESS_STATES,
  CALL_FAILURES,
  CLIENT_FAMILIES,
  ENDINGS,
  ERAS,
  ERROR_TYPES,
  GATEWAYS,
  HTTP_METHODS,
  MEANINGS,
  NETWORK_TRANSPORTS,
  PROTOCOL_VERSIONS,
  RPC_METHODS,
  STAGES,
  STREAM_KINDS,
  REFUSALS,
  UPSTREAM_ERRORS,
  VANTAGES,
  type AddressState,
  type CallFailure,
  type ClientFamily,
  type Ending,
  type Era,
  type ErrorType,
  type Gateway,
  type HttpMethod,
  type Meaning,
  type NetworkTransport,
  type ProtocolVersion,
  type RpcMethod,
  type Stage,
  type StreamKind,
  type Refusal,
  type UpstreamError,
  type Vantage,
} from '../exchange/index.ts';
import { catalogue, isJudged, SIDES, type Side } from '../faults/index.ts';
import {
  CAUSES_OF_DEATH,
  RECOVERY_OUTCOMES,
  REPEATED,
  type CauseOfDeath,
  type RecoveryOutcome,
  type Repeated,
} from '../session/index.ts';

/** How a session ended, as seen from here; with HTTP+SSE that is when its stream does. */
export const END_REASONS = ['client-delete', 'stream-end', 'lost', 'idle', 'evicted'] as const;

/** See {@link END_REASONS}. */
export type EndReason = (typeof END_REASONS)[number];

/** The bounded stores whose size and evictions are told. */
export const STORES = ['sessions', 'clients', 'cases'] as const;

/** See {@link STORES}. */
export type Store = (typeof STORES)[number];

/** The statuses told apart; any other is `other`, and no head at all is `none`. */
// prettier-ignore
export const STATUSES = [
  '200', '202', '204', '400', '401', '403', '404', '405', '406', '408', '409', '410', '413', '415', '422', '429',
  '500', '501', '502', '503', '504', 'none', 'other',
] as const;

const STATUS_SET: ReadonlySet<string> = new Set(STATUSES);

/** The label value of a status; 0 is `none`. */
export function statusLabelOf(status: number): string {
  if (status === 0) return 'none';
  const label = String(status);
  return STATUS_SET.has(label) ? label : 'other';
}

/** The type of each label's values. `target` and `gen_ai_tool_name` are open in type, and closed by the observer's lists. */
export interface LabelValues {
  readonly vantage: Vantage;
  readonly target: string;
  readonly client_name: ClientFamily;
  readonly via: Gateway;
  readonly protocol_version: ProtocolVersion;
  readonly mcp_protocol_version: ProtocolVersion;
  readonly era: Era;
  readonly reason: EndReason;
  readonly cause: CauseOfDeath;
  readonly http_request_method: HttpMethod;
  readonly http_response_status_code: string;
  readonly meaning: Meaning;
  readonly outcome: RecoveryOutcome;
  readonly failure: CallFailure;
  readonly repeated: Repeated;
  readonly kind: StreamKind;
  readonly close_reason: Ending;
  readonly fault: string;
  readonly side: Side;
  readonly stage: Stage;
  readonly store: Store;
  readonly upstream_error: UpstreamError;
  readonly address_state: AddressState;
  readonly refusal: Refusal;
  readonly version: string;
  readonly mcp_method_name: RpcMethod;
  /** Empty, and then left out, for what did not fail. */
  readonly error_type: ErrorType;
  /** Empty, and then left out, for what is no call of a tool. */
  readonly gen_ai_tool_name: string;
  readonly network_transport: NetworkTransport;
}

/** A label of a metric. */
export type LabelName = keyof LabelValues;

/** The labels whose values are only known when an observer is made. */
export type OpenLabel = 'vantage' | 'target' | 'version' | 'gen_ai_tool_name';

/** The labels that OpenTelemetry's conventions know as attributes; the others have the same name there. */
const CONVENTIONAL: Readonly<Partial<Record<string, string>>> = {
  error_type: 'error.type',
  gen_ai_tool_name: 'gen_ai.tool.name',
  http_request_method: 'http.request.method',
  http_response_status_code: 'http.response.status_code',
  mcp_method_name: 'mcp.method.name',
  mcp_protocol_version: 'mcp.protocol.version',
  network_transport: 'network.transport',
  otel_metric_overflow: 'otel.metric.overflow',
};

/** The attribute of OpenTelemetry that a label is; with underscores for dots it is the label again. */
export function attributeOf(label: string): string {
  return CONVENTIONAL[label] ?? label;
}

/** What Prometheus decides, by a rule, has no cases that could be counted here. */
const judged = catalogue.filter(isJudged);

/** Every other label's closed list of values. */
export const CLOSED_LABELS: { readonly [Name in Exclude<LabelName, OpenLabel>]: readonly string[] } = {
  client_name: CLIENT_FAMILIES,
  via: GATEWAYS,
  protocol_version: PROTOCOL_VERSIONS,
  mcp_protocol_version: PROTOCOL_VERSIONS,
  era: ERAS,
  reason: END_REASONS,
  cause: CAUSES_OF_DEATH,
  http_request_method: HTTP_METHODS,
  http_response_status_code: STATUSES,
  meaning: MEANINGS,
  outcome: RECOVERY_OUTCOMES,
  failure: CALL_FAILURES,
  repeated: REPEATED,
  kind: STREAM_KINDS,
  close_reason: ENDINGS,
  fault: judged.map((fault) => fault.id),
  side: SIDES,
  stage: STAGES,
  store: STORES,
  upstream_error: UPSTREAM_ERRORS,
  address_state: ADDRESS_STATES,
  refusal: REFUSALS,
  mcp_method_name: RPC_METHODS,
  error_type: ERROR_TYPES,
  network_transport: NETWORK_TRANSPORTS,
};

/** All vantages there are; an observer names those it has. */
export const ALL_VANTAGES = VANTAGES;

const SIDE_OF = new Map(judged.map((fault) => [fault.id, fault.side]));

/**
 * Whether a combination can occur: a fault has one side, the sessionless era one revision, and an answer that is
 * refused is not `ok`.
 */
export function canOccur(labels: Partial<Record<LabelName, string>>): boolean {
  const { fault, side, era, protocol_version: version, http_response_status_code: status, meaning } = labels;
  if (status !== undefined && meaning !== undefined && !canMean(status, meaning)) return false;
  if (fault !== undefined && side !== undefined && SIDE_OF.get(fault) !== side) return false;
  if (era === undefined || version === undefined || version === 'none' || version === 'other') return true;
  return (era === 'sessionless') === version >= '2026-07-28';
}

/** What an answer of this status may mean; see `meaningOf`. */
function canMean(status: string, meaning: string): boolean {
  if (status === 'none' || meaning === 'unanswered') return status === 'none' && meaning === 'unanswered';
  if (status === 'other') return true;
  if (Number(status) >= 400) return meaning !== 'ok';
  return meaning === 'ok' || meaning === 'session-dead';
}
