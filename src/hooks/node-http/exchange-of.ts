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
  type ClientFamily,
  type Ending,
  type Exchange,
  type Listener,
  type ProtocolVersion,
  type RpcMethod,
  type StreamFacts,
} from '../../exchange/index.ts';
import type { Asked } from './asked.ts';
import { readHead } from './head.ts';
import { peerOf } from './peer.ts';
import { askedOf, readUnread, referenceOf, type Watch } from './watch.ts';

/** How and when an answer ended: it must be taken down in that moment. */
export interface Ended {
  readonly ending: Ending;
  readonly at: number;
}

/** The whole exchange, told some time after the answer was over. */
export function exchangeOf(
  watch: Watch,
  response: ServerResponse,
  ended: Ended,
  listener: Listener,
): Exchange {
  const { connection, headArgs } = watch;
  const { references } = listener;
  const request = response.req;
  const asked = askedOf(watch, request, references);
  const fromBrowser = asked.origin !== undefined;
  const head = headArgs === undefined ? undefined : readHead(response, headArgs, fromBrowser);
  const peer = (connection.peer = peerOf(asked, connection.address, connection.peer, references));
  const { session } = watch;
  const rpcMethods = methodsOf(watch, asked);
  const status = head === undefined ? 0 : response.statusCode;
  const body = status >= 400 ? classifyError(watch.answerPrefix) : classifySuccess(watch.answerPrefix);
  const shaken = rpcMethods.includes('initialize') ? handshakeOf(watch) : undefined;
  return {
    vantage: 'server',
    target: watch.target,
    httpMethod: httpMethodOf(request.method),
    era: eraOf(asked.protocolVersion, rpcMethods[0]),
    protocolVersion: shaken?.protocolVersion ?? protocolVersionOf(asked.protocolVersion),
    rpcMethods,
    sessionSent: session,
    sessionGiven: head?.sessionId === asked.sessionId ? session : referenceOf(head?.sessionId, references),
    sessionOdd: asked.sessionId !== undefined && session !== undefined && isOdd(asked.sessionId),
    resumes: asked.lastEventId !== undefined,
    status,
    ending: ended.ending,
    bodyClass: body.class,
    errorUnaddressed: body.unaddressed,
    challenged: head?.challenged ?? false,
    retryAfter: head?.retryAfter ?? false,
    fromBrowser,
    exposesSession: head?.exposesSession ?? false,
    client: peer.client,
    principal: peer.principal,
    family: shaken?.family ?? peer.family,
    stream: streamOf(watch, request),
    startedAt: watch.startedAt,
    endedAt: ended.at,
  };
}

/** What a program sends that has no id: a value that was none, turned into text, or the header sent twice. */
function isOdd(id: string): boolean {
  return NOT_AN_ID.has(id) || id.includes(',');
}

const NOT_AN_ID: ReadonlySet<string> = new Set(['undefined', 'null', 'NaN', '[object Object]']);

/** The header names the method from revision 2026-07-28 on; before that only the body does. */
function methodsOf(watch: Watch, { rpcMethod }: Asked): readonly RpcMethod[] {
  if (rpcMethod !== undefined) return [rpcMethodOf(rpcMethod)];
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

/** How the answer ended that is over now. */
export function endingOf(watch: Watch, response: ServerResponse): Ending {
  if (response.writableFinished) return 'complete';
  const { socket } = response.req;
  // An answer that still waits behind another of its connection has no socket: what was sent was not its own.
  const hasWritten = response.socket !== null && socket.bytesWritten > watch.bytesBefore;
  if (watch.headArgs === undefined && hasWritten) return 'hijacked';
  return socket.errored === null ? 'aborted' : 'reset';
}

function streamOf(watch: Watch, request: IncomingMessage): StreamFacts | undefined {
  if (watch.openedAt === 0) return undefined;
  const { carriedData, retryHint, eventIds } = readUnread(watch);
  return {
    kind: request.method === 'GET' ? 'get' : 'post',
    openedAt: watch.openedAt,
    carriedData,
    retryHint,
    eventIds,
    lastWriteAt: Math.max(watch.openedAt, watch.lastWriteAt),
  };
}
