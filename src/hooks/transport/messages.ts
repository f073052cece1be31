import {
  callFactsOf,
  errorTypeOf,
  protocolVersionOf,
  rpcMethodOf,
  type CallFacts,
  type ErrorType,
  type ProtocolVersion,
  type RpcMethod,
  type TraceCarrier,
} from '../../exchange/index.ts';

/** A JSON-RPC message as a transport passes it: parsed, and not to be trusted. */
export type Message = Readonly<Record<string, unknown>>;

/** What a request is known by among those of its sender. */
export type RequestId = string | number;

/** What became of an operation. */
export interface Outcome {
  readonly errorType: ErrorType;
  readonly rpcErrorCode: string | undefined;
}

/** The outcome of an operation that went well. */
export const FINE: Outcome = { errorType: '', rpcErrorCode: undefined };

/** An outcome that only its kind is known of. */
export function outcomeOf(errorType: ErrorType): Outcome {
  return { errorType, rpcErrorCode: undefined };
}

/** The message, when it is one; a batch and anything else is not. */
export function messageOf(value: unknown): Message | undefined {
  return isRecord(value) ? value : undefined;
}

/** The method of a request or notification; nothing for an answer. */
export function methodOf(message: Message): RpcMethod | undefined {
  return typeof message.method === 'string' ? rpcMethodOf(message.method) : undefined;
}

/** The id of a request or of an answer; nothing for a notification, and for an error that names no request. */
export function idOf({ id }: Message): RequestId | undefined {
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}

/** Which request a `notifications/cancelled` is about. */
export function cancelledIn(message: Message): RequestId | undefined {
  return idOf({ id: paramsOf(message).requestId });
}

/**
 * How a request of this side ended that it cancels: a timeout is told apart by the reason the official SDKs give, of
 * both majors, which is all there is to tell it by.
 */
export function cancellationIn(message: Message): Outcome {
  const { reason } = paramsOf(message);
  return outcomeOf(typeof reason === 'string' && TIMED_OUT.test(reason) ? 'timeout' : 'cancelled');
}

const TIMED_OUT = /\bRequest timed out$/;

/** What an answer says of its operation. */
export function outcomeIn(answer: Message): Outcome {
  if (isRecord(answer.error)) return outcomeOfCode(answer.error.code);
  return isRecord(answer.result) && answer.result.isError === true ? outcomeOf('tool_error') : FINE;
}

function outcomeOfCode(code: unknown): Outcome {
  if (typeof code !== 'number' || !Number.isSafeInteger(code)) return outcomeOf('_OTHER');
  return { errorType: errorTypeOf(code), rpcErrorCode: String(code) };
}

/** What a transport threw instead of sending: the official SDKs' say which status or which JSON-RPC error it was. */
export function outcomeOfFailure(error: unknown): Outcome {
  if (!isRecord(error)) return outcomeOf('_OTHER');
  if (error.name === 'AbortError') return outcomeOf('cancelled');
  const status = [error.status, error.code].find(isHttpError);
  if (status === undefined) return outcomeOf('_OTHER');
  const body = isRecord(error.data) ? error.data.text : error.message;
  const code = typeof body === 'string' ? RPC_CODE.exec(body.slice(0, BODY_LENGTH))?.[1] : undefined;
  return code === undefined ? outcomeOf(errorTypeOf(status)) : outcomeOfCode(Number(code));
}

/** As much of an error's body as is looked at for its code. */
const BODY_LENGTH = 4096;

const RPC_CODE = /"jsonrpc".*"code"\s*:\s*(-\d{1,6})\b/s;

function isHttpError(status: unknown): status is number {
  return typeof status === 'number' && status >= 400 && status < 600;
}

/** The revision that the answer to an `initialize` settled on; nothing when it did not. */
export function settledVersionIn({ result }: Message): ProtocolVersion | undefined {
  return isRecord(result) ? versionOf(result.protocolVersion) : undefined;
}

/** The revision that a message names: from 2026-07-28 on in its `_meta`, before that in a header of its request. */
export function versionIn(message: Message, extra: unknown): ProtocolVersion | undefined {
  return versionOf(metaOf(message)?.[VERSION_KEY]) ?? versionOf(versionHeaderIn(extra));
}

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
const VERSION_HEADER = 'mcp-protocol-version';

/** What came with a message: in 1.x of the SDK `requestInfo`, with plain headers; in 2.x a `Request`. */
function versionHeaderIn(extra: unknown): unknown {
  if (!isRecord(extra)) return undefined;
  if (extra.request instanceof Request) return extra.request.headers.get(VERSION_HEADER);
  const headers = isRecord(extra.requestInfo) ? extra.requestInfo.headers : undefined;
  return isRecord(headers) ? headers[VERSION_HEADER] : undefined;
}

/** Maps a revision to the closed list; nothing when there is none. */
export function versionOf(value: unknown): ProtocolVersion | undefined {
  return typeof value === 'string' ? protocolVersionOf(value) : undefined;
}

/** What travels in `params._meta`. */
export function metaOf(message: Message): TraceCarrier | undefined {
  const { _meta: meta } = paramsOf(message);
  return isRecord(meta) ? meta : undefined;
}

/** What the message says of itself. */
export function callOf(message: Message, surroundings: Pick<CallFacts, 'ambient' | 'network'>): CallFacts {
  const { name, uri } = paramsOf(message);
  const { traceparent, tracestate } = metaOf(message) ?? {};
  const method = rpcMethodOf(String(message.method));
  const facts = callFactsOf(
    { method, id: idOf(message), name, uri, traceparent, tracestate },
    surroundings.ambient,
  );
  return { ...facts, network: surroundings.network };
}

function paramsOf({ params }: Message): Message {
  return isRecord(params) ? params : {};
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
