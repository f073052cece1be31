import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import {
  classifyError,
  classifySuccess,
  eraOf,
  httpMethodOf,
  initializeFactsIn,
  protocolVersionOf,
  rpcMethodOf,
  rpcMethodsIn,
  type ClientFamily,
  type Ending,
  type Exchange,
  type Listener,
  type ProtocolVersion,
  type Reference,
  type References,
  type RpcMethod,
  type StreamFacts,
} from '../../exchange/index.ts';
import { headerText } from './peer.ts';
import type { Watch } from './watch.ts';

/** The whole exchange, told when the answer is over. */
export function exchangeOf(watch: Watch, response: ServerResponse, listener: Listener): Exchange {
  const { head, peer } = watch;
  const request = response.req;
  const { headers } = request;
  const version = headerText(headers['mcp-protocol-version']);
  const rpcMethods = methodsOf(watch, headers);
  const status = head === undefined ? 0 : response.statusCode;
  const body = status >= 400 ? classifyError(watch.answerPrefix) : classifySuccess(watch.answerPrefix);
  const shaken = rpcMethods.includes('initialize') ? handshakeOf(watch) : undefined;
  return {
    vantage: 'server',
    target: watch.target,
    httpMethod: httpMethodOf(request.method),
    era: eraOf(version, rpcMethods[0]),
    protocolVersion: shaken?.protocolVersion ?? protocolVersionOf(version),
    rpcMethods,
    sessionSent: watch.session,
    sessionGiven: sessionGivenBy(watch, headers, listener.references),
    sessionOdd: watch.session !== undefined && isOdd(headers['mcp-session-id']),
    resumes: headers['last-event-id'] !== undefined,
    status,
    ending: endingOf(watch, response),
    bodyClass: body.class,
    errorUnaddressed: body.unaddressed,
    challenged: head?.challenged ?? false,
    retryAfter: head?.retryAfter ?? false,
    fromBrowser: headers.origin !== undefined,
    exposesSession: head?.exposesSession ?? false,
    client: peer.client,
    principal: peer.principal,
    family: shaken?.family ?? peer.family,
    stream: streamOf(watch, request),
    startedAt: watch.startedAt,
    endedAt: listener.now(),
  };
}

function sessionGivenBy(
  watch: Watch,
  headers: IncomingHttpHeaders,
  references: References,
): Reference | undefined {
  const id = watch.head?.sessionId;
  if (id === undefined || id === '') return undefined;
  return id === headers['mcp-session-id'] ? watch.session : references.of(id);
}

/** What a program sends that has no id: a value that was none, turned into text, or the header sent twice. */
function isOdd(id: string | string[] | undefined): boolean {
  return typeof id !== 'string' || NOT_AN_ID.has(id) || id.includes(',');
}

const NOT_AN_ID: ReadonlySet<string> = new Set(['undefined', 'null', 'NaN', '[object Object]']);

/** The header names the method from revision 2026-07-28 on; before that only the body does. */
function methodsOf(watch: Watch, headers: IncomingHttpHeaders): readonly RpcMethod[] {
  const named = headerText(headers['mcp-method']);
  if (named !== undefined) return [rpcMethodOf(named)];
  return watch.requestPrefix === '' ? [] : rpcMethodsIn(watch.requestPrefix);
}

interface Handshake {
  readonly protocolVersion: ProtocolVersion | undefined;
  readonly family: ClientFamily | undefined;
}

/** What both sides of a handshake said: the answer's revision counts before the one that was asked for. */
function handshakeOf(watch: Watch): Handshake {
  const asked = initializeFactsIn(watch.requestPrefix);
  const { protocolVersion: settled } = initializeFactsIn(watch.answerPrefix);
  const known = settled === 'none' || settled === 'other' ? asked.protocolVersion : settled;
  return { protocolVersion: known, family: asked.family === 'other' ? undefined : asked.family };
}

function endingOf(watch: Watch, response: ServerResponse): Ending {
  if (response.writableFinished) return 'complete';
  const { socket } = response.req;
  // An answer that still waits behind another of its connection has no socket: what was sent was not its own.
  const hasWritten = response.socket !== null && socket.bytesWritten > watch.bytesBefore;
  if (watch.head === undefined && hasWritten) return 'hijacked';
  return socket.errored === null ? 'aborted' : 'reset';
}

function streamOf(watch: Watch, request: IncomingMessage): StreamFacts | undefined {
  if (watch.openedAt === 0) return undefined;
  const { carriedData, retryHint, eventIds } = watch.stream;
  return {
    kind: request.method === 'GET' ? 'get' : 'post',
    openedAt: watch.openedAt,
    carriedData,
    retryHint,
    eventIds,
    lastWriteAt: Math.max(watch.openedAt, watch.lastWriteAt),
  };
}
