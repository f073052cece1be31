import {
  callFactsIn,
  classifyError,
  classifySuccess,
  clientInfoIn,
  eraOf,
  errorTypeOfAnswer,
  errorTypeOfBreak,
  httpMethodOf,
  initializeFactsIn,
  isProbeAgent,
  mergedIdentity,
  protocolVersionOf,
  rpcMethodOf,
  rpcMethodsIn,
  type BodyFacts,
  type CallFacts,
  type Era,
  type ErrorType,
  type Exchange,
  type Identity,
  type Listener,
  type ProtocolVersion,
  type RpcMethod,
  type StreamFacts,
} from '../exchange/index.ts';
import type { Asked } from './asked.ts';
import type { Ended } from './ended.ts';
import { identityNamed, type Peer } from './peer.ts';
import { isOdd, referenceOf } from './session-id.ts';
import { sessionOf, streamFactsOf, type Watch } from './watch.ts';

/** All that a hook took down of one exchange. */
export interface Seen {
  readonly watch: Watch;
  readonly asked: Asked;
  readonly peer: Peer;
  readonly ended: Ended;
}

/** The whole exchange by Streamable HTTP, told some time after it was over. */
export function exchangeOf(
  seen: Seen,
  { references, wantsCalls }: Pick<Listener, 'references' | 'wantsCalls'>,
): Exchange {
  const { watch, asked, peer, ended } = seen;
  const { head, answerPrefix } = watch;
  const rpcMethods = methodsOf(watch, asked);
  const shakes = rpcMethods.includes('initialize');
  const status = head?.status ?? 0;
  const body = status >= 400 ? classifyError(answerPrefix) : classifySuccess(answerPrefix);
  const { family, via, version } = identityIn(watch, shakes || asked.rpcMethod !== undefined, peer);
  const session = sessionOf(watch, asked, references);
  const given = head?.sessionId;
  const era = eraOf(asked.protocolVersion, rpcMethods[0]);
  const stream = streamFactsOf(watch);
  return {
    vantage: watch.vantage,
    target: watch.target,
    httpMethod: httpMethodOf(watch.method),
    transport: 'streamable-http',
    era,
    protocolVersion: shakes ? revisionOf(watch) : protocolVersionOf(asked.protocolVersion),
    rpcMethods,
    sessionSent: session,
    sessionGiven: given !== undefined && given === asked.sessionId ? session : referenceOf(given, references),
    sessionOdd: isOdd(asked.sessionId ?? ''),
    resumes: asked.lastEventId !== undefined,
    status,
    ending: ended.ending,
    bodyClass: body.class,
    errorUnaddressed: body.unaddressed,
    challenged: head?.challenged ?? false,
    retryAfter: head?.retryAfter ?? false,
    fromBrowser: asked.origin !== undefined,
    exposesSession: head?.exposesSession ?? false,
    client: peer.client,
    principal: peer.principal,
    family,
    via,
    clientVersion: version,
    callDigest: undefined,
    errorType: errorTypeOf(seen, rpcMethods[0], era, body, stream),
    call: wantsCalls === true ? callOf(watch, asked, rpcMethods) : undefined,
    stream,
    byProbe: isProbeAgent(asked.agent) || undefined,
    startedAt: watch.startedAt,
    endedAt: ended.at,
  };
}

/** The header names the method from revision 2026-07-28 on; before that only the body does. */
function methodsOf({ requestPrefix }: Watch, { rpcMethod }: Asked): readonly RpcMethod[] {
  if (rpcMethod !== undefined) return [rpcMethodOf(rpcMethod)];
  return requestPrefix === '' ? [] : rpcMethodsIn(requestPrefix);
}

/** The revision that both sides of a handshake settled on: the answer's counts before the one that was asked for. */
function revisionOf({ requestPrefix, answerPrefix }: Watch): ProtocolVersion {
  const { protocolVersion: settled } = initializeFactsIn(answerPrefix);
  if (settled !== 'none' && settled !== 'other') return settled;
  return initializeFactsIn(requestPrefix).protocolVersion;
}

/** Who speaks: as it says itself, with its handshake or (from 2026-07-28 on) each request, and as its User-Agent says. */
function identityIn({ requestPrefix }: Watch, names: boolean, peer: Peer): Identity {
  const info = names ? clientInfoIn(requestPrefix) : undefined;
  return info === undefined ? peer.identity : mergedIdentity(identityNamed(info, peer), peer.identity);
}

/** What the message says of itself, when it is the only one. */
function callOf(watch: Watch, asked: Asked, [method, another]: readonly RpcMethod[]): CallFacts | undefined {
  if (method === undefined || another !== undefined) return undefined;
  const facts = callFactsIn(watch.requestPrefix, method, asked, watch.ambient);
  return watch.network === undefined ? facts : { ...facts, network: watch.network };
}

/** How the operation failed that was carried; not at all when there was none, or nothing of the answer was seen. */
function errorTypeOf(
  { watch, ended }: Seen,
  method: RpcMethod | undefined,
  era: Era,
  body: BodyFacts,
  stream: StreamFacts | undefined,
): ErrorType {
  if (method === undefined || ended.ending === 'hijacked') return '';
  const status = watch.head?.status ?? 0;
  if (ended.ending === 'complete' || status >= 400)
    return errorTypeOfAnswer(method, status, body, watch.answerPrefix);
  return errorTypeOfBreak({
    method,
    era,
    body,
    prefix: watch.answerPrefix,
    stream,
    reason: ended.reason ?? 'left',
  });
}
