import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  classifyError,
  classifySuccess,
  eraOf,
  httpMethodOf,
  initializeFactsIn,
  protocolVersionOf,
  rpcMethodOf,
  rpcMethodsIn,
  type Ending,
  type Exchange,
  type Listener,
  type RpcMethod,
  type StreamFacts,
} from '../../exchange/index.ts';
import { readHead, type Head } from './head.ts';
import type { Peer } from './peer.ts';
import { readStream, textOf, type StreamReading } from './reading.ts';

/** What is known of one request while it is under way. */
export interface Watch {
  readonly target: string;
  readonly peer: Peer;
  readonly startedAt: number;
  readonly bytesBefore: number;
  /** The functions that were there before ours. */
  readonly writeHead: ServerResponse['writeHead'];
  readonly write: ServerResponse['write'];
  readonly end: ServerResponse['end'];
  readonly push: IncomingMessage['push'];
  requestPrefix: string;
  answerPrefix: string;
  head: Head | undefined;
  openedAt: number;
  stream: StreamReading;
}

const REQUEST_PREFIX = 8 * 1024;
const ANSWER_PREFIX = 4 * 1024;

/** Takes in a part of the request's body, until the prefix is full. */
export function noteRequestChunk(watch: Watch, chunk: unknown): void {
  const room = REQUEST_PREFIX - watch.requestPrefix.length;
  if (room > 0 && chunk !== null) watch.requestPrefix += textOf(chunk, undefined, room);
}

/** Takes in a part of the answer's body, before it is written. */
export function noteAnswerChunk(watch: Watch, chunk: unknown, encoding: unknown): void {
  if (chunk === undefined || chunk === null || typeof chunk === 'function') return;
  if (watch.openedAt > 0) {
    if (!watch.stream.carriedData) watch.stream = readStream(watch.stream, textOf(chunk, encoding, 1024));
  }
  if (watch.answerPrefix.length < ANSWER_PREFIX) {
    watch.answerPrefix += textOf(chunk, encoding, ANSWER_PREFIX - watch.answerPrefix.length);
  }
}

/** Takes in the head of the answer, after it was sent; tells the stream if it opens one. */
export function noteHead(watch: Watch, request: IncomingMessage, response: ServerResponse, args: unknown[], listener: Listener): void {
  if (watch.head !== undefined) return;
  watch.head = readHead(response, args);
  if (!watch.head.isEventStream || response.statusCode >= 300) return;
  watch.openedAt = listener.now();
  listener.streamOpened({
    vantage: 'server',
    target: watch.target,
    kind: request.method === 'GET' ? 'get' : 'post',
    session: sessionSentBy(request, listener),
    at: watch.openedAt,
  });
}

/** The whole exchange, told when the answer is closed. */
export function exchangeOf(watch: Watch, request: IncomingMessage, response: ServerResponse, listener: Listener): Exchange {
  const { head, peer } = watch;
  const version = headerOf(request, 'mcp-protocol-version');
  const rpcMethods = methodsOf(watch, request);
  const status = head === undefined ? 0 : response.statusCode;
  const handshake = rpcMethods.includes('initialize') ? initializeFactsIn(watch.requestPrefix) : undefined;
  const settled = handshake === undefined ? 'none' : initializeFactsIn(watch.answerPrefix).protocolVersion;
  const body = status >= 400 ? classifyError(watch.answerPrefix) : classifySuccess(watch.answerPrefix);
  const asked = handshake?.protocolVersion ?? protocolVersionOf(version);
  return {
    vantage: 'server',
    target: watch.target,
    httpMethod: httpMethodOf(request.method),
    era: eraOf(version, rpcMethods[0]),
    protocolVersion: settled === 'none' || settled === 'other' ? asked : settled,
    rpcMethods,
    sessionSent: sessionSentBy(request, listener),
    sessionGiven: head?.sessionId === undefined || head.sessionId === '' ? undefined : listener.references.of(head.sessionId),
    resumes: request.headers['last-event-id'] !== undefined,
    status,
    ending: endingOf(watch, request, response),
    bodyClass: body.class,
    errorUnaddressed: body.unaddressed,
    challenged: head?.challenged ?? false,
    retryAfter: head?.retryAfter ?? false,
    client: peer.client,
    principal: peer.principal,
    family: handshake?.family === undefined || handshake.family === 'other' ? peer.family : handshake.family,
    stream: streamOf(watch, request),
    startedAt: watch.startedAt,
    endedAt: listener.now(),
  };
}

function sessionSentBy(request: IncomingMessage, listener: Listener): string | undefined {
  const id = headerOf(request, 'mcp-session-id');
  return id === undefined || id === '' ? undefined : listener.references.of(id);
}

/** The header names the method from revision 2026-07-28 on; before that only the body does. */
function methodsOf(watch: Watch, request: IncomingMessage): readonly RpcMethod[] {
  const named = headerOf(request, 'mcp-method');
  if (named !== undefined) return [rpcMethodOf(named)];
  return watch.requestPrefix === '' ? [] : rpcMethodsIn(watch.requestPrefix);
}

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

function endingOf(watch: Watch, request: IncomingMessage, response: ServerResponse): Ending {
  if (response.writableFinished) return 'complete';
  const { socket } = request;
  if (watch.head === undefined && socket.bytesWritten > watch.bytesBefore) return 'hijacked';
  return socket.errored === null ? 'aborted' : 'reset';
}

function streamOf(watch: Watch, request: IncomingMessage): StreamFacts | undefined {
  if (watch.openedAt === 0) return undefined;
  const { carriedData, retryHint } = watch.stream;
  return { kind: request.method === 'GET' ? 'get' : 'post', openedAt: watch.openedAt, carriedData, retryHint };
}
