import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  classifyError,
  classifySuccess,
  clientNameIn,
  eraOf,
  httpMethodOf,
  identityOf,
  initializeFactsIn,
  mergedIdentity,
  protocolVersionOf,
  rpcMethodOf,
  rpcMethodsIn,
  type Ending,
  type Exchange,
  type Identity,
  type Listener,
  type ProtocolVersion,
  type Reference,
  type References,
  type RpcMethod,
  type StreamFacts,
} from '../../exchange/index.ts';
import type { Asked } from './asked.ts';
import type { Connection } from './connection.ts';
import { readHead, type Head } from './head.ts';
import { peerOf } from './peer.ts';
import { isOdd, referenceOf } from '../session-id.ts';
import { askedOf, readUnread, type Watch } from './watch.ts';

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
  const shakes = rpcMethods.includes('initialize');
  const { family, via } = identityIn(watch, shakes || asked.rpcMethod !== undefined, peer.identity);
  return {
    vantage: 'server',
    target: watch.target,
    httpMethod: httpMethodOf(request.method),
    transport: watch.httpSseId === undefined ? 'streamable-http' : 'http-sse',
    era: eraOf(asked.protocolVersion, rpcMethods[0]),
    protocolVersion: versionOf(watch, asked, shakes),
    rpcMethods,
    sessionSent: namesSession(watch, request) ? undefined : session,
    sessionGiven: namesSession(watch, request) ? session : givenBy(watch, head, asked, references),
    sessionOdd: session !== undefined && isOdd(watch.httpSseId ?? asked.sessionId ?? ''),
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
    family,
    via,
    callDigest: undefined,
    errorType: '',
    stream: streamOf(watch, request),
    startedAt: watch.startedAt,
    endedAt: ended.at,
  };
}

/** The stream of HTTP+SSE: the id of its session comes with its first event. */
function namesSession({ httpSseId }: Watch, { method }: IncomingMessage): boolean {
  return httpSseId !== undefined && method === 'GET';
}

/** The session named by the answer's head. */
function givenBy(
  watch: Watch,
  head: Head | undefined,
  asked: Asked,
  references: References,
): Reference | undefined {
  if (head?.sessionId === undefined) return undefined;
  return head.sessionId === asked.sessionId ? watch.session : referenceOf(head.sessionId, references);
}

/** The header names the method from revision 2026-07-28 on; before that only the body does. */
function methodsOf(watch: Watch, { rpcMethod }: Asked): readonly RpcMethod[] {
  if (rpcMethod !== undefined) return [rpcMethodOf(rpcMethod)];
  return watch.requestPrefix === '' ? [] : rpcMethodsIn(watch.requestPrefix);
}

/** With HTTP+SSE that of the transport: it has one alone, whatever its peers agree on beyond it. */
function versionOf(watch: Watch, { protocolVersion }: Asked, shakes: boolean): ProtocolVersion {
  if (watch.httpSseId !== undefined) return '2024-11-05';
  return shakes ? revisionOf(watch) : protocolVersionOf(protocolVersion);
}

/** The revision that both sides of a handshake settled on: the answer's counts before the one that was asked for. */
function revisionOf(watch: Watch): ProtocolVersion {
  const { protocolVersion: settled } = initializeFactsIn(watch.answerPrefix);
  if (settled !== 'none' && settled !== 'other') return settled;
  return initializeFactsIn(watch.requestPrefix).protocolVersion;
}

/** Who speaks: as it says itself, with its handshake or (from 2026-07-28 on) each request, and as its User-Agent says. */
function identityIn(watch: Watch, names: boolean, byAgent: Identity): Identity {
  const name = names ? clientNameIn(watch.requestPrefix) : undefined;
  return name === undefined ? byAgent : mergedIdentity(identityNamed(name, watch.connection), byAgent);
}

/** One who gives the same name again is not looked up again. */
function identityNamed(name: string, connection: Connection): Identity {
  if (connection.named?.name !== name) connection.named = { name, identity: identityOf(name) };
  return connection.named.identity;
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
