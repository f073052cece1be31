import type { Exchange, Vantage } from './exchange.ts';
import type { ProtocolVersion } from './protocol-era.ts';
import type { Reference } from './references.ts';
import type { RpcMethod } from './rpc-methods.ts';
import type { TraceCarrier, TraceContext } from './tracing.ts';

/**
 * How an operation failed, as `error.type` of OpenTelemetry's conventions for MCP tells it: the empty text for one
 * that did not, `tool_error` for a tool's own error (`isError`), the code of a JSON-RPC error, the status of an HTTP
 * answer that holds none, `cancelled`, or `timeout`; any other is `_OTHER`.
 */
// prettier-ignore
export const ERROR_TYPES = [
  '', 'tool_error', 'cancelled', 'timeout',
  '-32700', '-32600', '-32601', '-32602', '-32603', '-32000', '-32001', '-32002', '-32020', '-32021', '-32022', '-32042',
  '400', '401', '403', '404', '405', '406', '408', '409', '410', '413', '415', '422', '429', '500', '501', '502', '503', '504',
  '_OTHER',
] as const;

/** See {@link ERROR_TYPES}. */
export type ErrorType = (typeof ERROR_TYPES)[number];

const KNOWN: ReadonlyMap<string, ErrorType> = new Map(ERROR_TYPES.map((type) => [type, type]));

/** Maps a JSON-RPC error code or an HTTP status to the closed list. */
export function errorTypeOf(code: number | string): ErrorType {
  return KNOWN.get(String(code)) ?? '_OTHER';
}

/** What carries the messages: HTTP, or the pipes of a process (stdio). */
export const NETWORK_TRANSPORTS = ['tcp', 'pipe'] as const;

/** See {@link NETWORK_TRANSPORTS}. */
export type NetworkTransport = (typeof NETWORK_TRANSPORTS)[number];

/** Who is at the other end, as far as a hook knows; behind a proxy that is the proxy. */
export interface NetworkFacts {
  /** The version of HTTP, such as `1.1`. */
  readonly protocolVersion?: string | undefined;
  /** Where the server is, as the client's URL names it. */
  readonly serverAddress?: string | undefined;
  readonly serverPort?: number | undefined;
  /** Where the client is, as the server's connection names it. */
  readonly clientAddress?: string | undefined;
  readonly clientPort?: number | undefined;
}

/** What a message says of itself beyond its method: from the wire, bounded, and only for spans. It is never recorded. */
export interface CallFacts {
  /** The id of the request, as text; nothing for a notification. */
  readonly requestId: string | undefined;
  /** The tool or prompt that is asked for. */
  readonly name: string | undefined;
  /** The resource that is asked for, without credentials and query. */
  readonly resourceUri: string | undefined;
  /** What `params._meta` names as the parent. */
  readonly parent: TraceContext | undefined;
  /** The span around it, such as that of the HTTP request. */
  readonly ambient: TraceContext | undefined;
  readonly network?: NetworkFacts | undefined;
}

/** One JSON-RPC request with its answer, or one notification with its receipt. Times are ms since the epoch. */
export interface Operation {
  readonly vantage: Vantage;
  /** Whether this side asked (a span of kind CLIENT) or was asked (SERVER): either side may, whatever its vantage. */
  readonly direction: 'sent' | 'received';
  readonly target: string;
  readonly method: RpcMethod;
  readonly networkTransport: NetworkTransport;
  readonly protocolVersion: ProtocolVersion;
  readonly session: Reference | undefined;
  readonly errorType: ErrorType;
  /** The code of the JSON-RPC error in the answer, as text; nothing when there is none. */
  readonly rpcErrorCode: string | undefined;
  readonly call: CallFacts | undefined;
  /** The span that stands for it already, when the hook had one made. */
  readonly span: TraceContext | undefined;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** What is known of an operation when it begins. */
export interface OperationStart {
  readonly direction: Operation['direction'];
  readonly method: RpcMethod;
  readonly call: CallFacts;
  /** What came in `params._meta`, for its baggage. */
  readonly carrier: TraceCarrier | undefined;
  readonly startedAt: number;
}

/**
 * The operation that an exchange carried: that of a POST with one request or notification. Nothing for a listening
 * stream, for an answer to the other side, and for a batch, whose answers cannot be told apart in time.
 */
export function operationOf(exchange: Exchange): Operation | undefined {
  const [method, another] = exchange.rpcMethods;
  if (exchange.httpMethod !== 'POST' || method === undefined || another !== undefined) return undefined;
  return {
    vantage: exchange.vantage,
    direction: exchange.vantage === 'client' ? 'sent' : 'received',
    target: exchange.target,
    method,
    networkTransport: 'tcp',
    protocolVersion: exchange.protocolVersion,
    session: exchange.sessionSent ?? exchange.sessionGiven,
    errorType: exchange.errorType,
    rpcErrorCode: exchange.errorType.startsWith('-') ? exchange.errorType : undefined,
    call: exchange.call,
    span: undefined,
    startedAt: exchange.startedAt,
    endedAt: exchange.endedAt,
  };
}
