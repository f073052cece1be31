import type { BodyClass } from './body-class.ts';
import type { ClientFamily, Gateway } from './client-family.ts';
import type { CallFacts, ErrorType } from './operation.ts';
import type { Era, ProtocolVersion } from './protocol-era.ts';
import type { Reference } from './references.ts';
import type { RpcMethod } from './rpc-methods.ts';

/** Where a hook stands: in the server, in the client, or between them. */
export const VANTAGES = ['server', 'client', 'proxy'] as const;

/** See {@link VANTAGES}. */
export type Vantage = (typeof VANTAGES)[number];

/** The HTTP methods of the transport; anything else is `other`. */
export const HTTP_METHODS = ['POST', 'GET', 'DELETE', 'other'] as const;

/** See {@link HTTP_METHODS}. */
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** Maps a request method from the wire to the closed list. */
export function httpMethodOf(method: string | undefined): HttpMethod {
  return method === 'POST' || method === 'GET' || method === 'DELETE' ? method : 'other';
}

/**
 * How an exchange ended: `complete`, the answer was sent to its end; `aborted`, one side went away before that
 * (for a stream the usual end, and never an error by itself); `reset`, the connection broke with an error;
 * `hijacked`, the program wrote to the socket itself, past the HTTP layer.
 */
export const ENDINGS = ['complete', 'aborted', 'reset', 'hijacked'] as const;

/** See {@link ENDINGS}. */
export type Ending = (typeof ENDINGS)[number];

/**
 * `streamable-http` of revision 2025-03-26 and later, with its ids in headers; or `http-sse` of 2024-11-05, where a
 * session is the life of a stream, and its id stands in the address that the stream's first event names.
 */
export const TRANSPORTS = ['streamable-http', 'http-sse'] as const;

/** See {@link TRANSPORTS}. */
export type Transport = (typeof TRANSPORTS)[number];

/** What was seen of an answer that was a `text/event-stream`. */
export interface StreamFacts {
  readonly kind: StreamKind;
  /** When its head was sent, ms since the epoch. */
  readonly openedAt: number;
  /** Whether it carried at least one event with data; comments and priming events do not count. */
  readonly carriedData: boolean;
  /** Whether the server told the client when to come back (`retry:`, polling by SEP-1699). */
  readonly retryHint: boolean;
  /** Whether its events carried ids, from which a client may resume. */
  readonly eventIds: boolean;
  /** When anything was last written to it, a comment included, ms since the epoch. */
  readonly lastWriteAt: number;
}

/** `get` is the stream a client opens to listen; `post` is a request answered by a stream. */
export const STREAM_KINDS = ['get', 'post'] as const;

/** See {@link STREAM_KINDS}. */
export type StreamKind = (typeof STREAM_KINDS)[number];

/**
 * One HTTP request and its answer, told once, when it is over. All times are milliseconds since the epoch.
 * Plain values only: every string is from a closed list or is a {@link Reference}, but for `clientVersion` and those
 * in `call`.
 */
export interface Exchange {
  readonly vantage: Vantage;
  readonly target: string;
  readonly httpMethod: HttpMethod;
  readonly transport: Transport;
  readonly era: Era;
  /** What the request's header named; on `initialize` what the answer settled on, else what was asked for. With `http-sse` always 2024-11-05. */
  readonly protocolVersion: ProtocolVersion;
  /** The JSON-RPC methods in the body, in order; empty for a response, a GET or an unreadable body. */
  readonly rpcMethods: readonly RpcMethod[];
  readonly sessionSent: Reference | undefined;
  readonly sessionGiven: Reference | undefined;
  /** The id sent is no id at all: `undefined`, `null`, or several joined by a comma. */
  readonly sessionOdd: boolean;
  /** Whether the request asked to resume a stream (`Last-Event-ID`). */
  readonly resumes: boolean;
  /** The status of the answer; 0 when no head was sent or seen. */
  readonly status: number;
  readonly ending: Ending;
  readonly bodyClass: BodyClass;
  /** See {@link BodyFacts}: the JSON-RPC error in the answer names no request. */
  readonly errorUnaddressed: boolean;
  /** The answer carried `WWW-Authenticate`. */
  readonly challenged: boolean;
  /** The answer carried `Retry-After`. */
  readonly retryAfter: boolean;
  /** The request came from a page in a browser (`Origin`), which may not read a header that is not exposed. */
  readonly fromBrowser: boolean;
  /** The answer exposes its session id to such a page (`Access-Control-Expose-Headers`). */
  readonly exposesSession: boolean;
  /** Who speaks: credential, or else address, with the User-Agent. */
  readonly client: Reference;
  /** The credential alone: equal for two requests that carry the same one, and for two that carry none. */
  readonly principal: Reference;
  readonly family: ClientFamily;
  /** What stood between the client and the hook, as far as it names itself. */
  readonly via: Gateway;
  /** Which version of the product, where the request says so: see `clientVersionOf`. Never a label, never recorded. */
  readonly clientVersion?: string | undefined;
  /** Stands for the tool and the arguments of a `tools/call`, where a repeat would matter: see `createCallDigests`. */
  readonly callDigest: Reference | undefined;
  /** See {@link ErrorType}: how the operation failed that the exchange carried. */
  readonly errorType: ErrorType;
  /** What the message says of itself, for spans; told only where `Listener.wantsCalls` says so, and never recorded. */
  readonly call?: CallFacts | undefined;
  readonly stream: StreamFacts | undefined;
  /** The `User-Agent` is that of our own probe, which is left out of what is counted (docs/decisions/0025). */
  readonly byProbe?: boolean | undefined;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A stream opened: told at once, since its exchange ends only with it. */
export interface StreamOpened {
  readonly vantage: Vantage;
  readonly target: string;
  readonly kind: StreamKind;
  readonly session: Reference | undefined;
  /** See `Exchange.byProbe`. */
  readonly byProbe?: boolean | undefined;
  readonly at: number;
}

/** A connection carried its first MCP request, or one that had done so closed. */
export interface ConnectionChange {
  readonly vantage: Vantage;
  readonly target: string;
  readonly change: 'opened' | 'closed';
}

/** The main JSON-RPC method of an exchange, for telling it to a person. */
export function mainMethodOf(exchange: Pick<Exchange, 'rpcMethods'>): RpcMethod | undefined {
  return exchange.rpcMethods[0];
}

/** The session whose life is the stream that the exchange opened, as with HTTP+SSE; undefined for any other. */
export function sessionOfStream(exchange: Exchange): Reference | undefined {
  return exchange.transport === 'http-sse' && exchange.httpMethod === 'GET'
    ? exchange.sessionGiven
    : undefined;
}

/** Whether the exchange is a handshake: an `initialize` alone in its body, or in a batch. */
export function isInitialize(exchange: Pick<Exchange, 'rpcMethods'>): boolean {
  return exchange.rpcMethods.includes('initialize');
}

/** Whether the answer's status is a success. */
export function isSuccess(exchange: Pick<Exchange, 'status'>): boolean {
  return exchange.status >= 200 && exchange.status < 300;
}
