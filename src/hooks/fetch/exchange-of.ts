import {
  ANONYMOUS,
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
  type RpcMethod,
  type StreamFacts,
} from '../../exchange/index.ts';
import { isOdd, referenceOf } from '../session-id.ts';
import type { Asked } from './asked.ts';
import type { Watch } from './watch.ts';

/** The whole exchange, told some time after it was over. */
export function exchangeOf(
  watch: Watch,
  ended: { readonly ending: Ending; readonly at: number },
  { references }: Listener,
): Exchange {
  const { asked, head, answerPrefix } = watch;
  const { credential } = asked;
  const rpcMethods = methodsOf(asked);
  const shakes = rpcMethods.includes('initialize');
  const status = head?.status ?? 0;
  const body = status >= 400 ? classifyError(answerPrefix) : classifySuccess(answerPrefix);
  const { family, via } = identityIn(asked, shakes);
  return {
    vantage: 'client',
    target: watch.target,
    httpMethod: httpMethodOf(asked.method),
    transport: 'streamable-http',
    era: eraOf(asked.protocolVersion, rpcMethods[0]),
    protocolVersion: shakes ? revisionOf(watch) : protocolVersionOf(asked.protocolVersion),
    rpcMethods,
    sessionSent: referenceOf(asked.sessionId, references),
    sessionGiven: referenceOf(head?.sessionId, references),
    sessionOdd: isOdd(asked.sessionId ?? ''),
    resumes: asked.lastEventId !== undefined,
    status,
    ending: ended.ending,
    bodyClass: body.class,
    errorUnaddressed: body.unaddressed,
    challenged: head?.challenged ?? false,
    retryAfter: head?.retryAfter ?? false,
    // A page cannot be asked for its origin, and what is hidden from it does not reach us either.
    fromBrowser: false,
    exposesSession: false,
    client: references.of(`client ${asked.url.origin} ${watch.client}`),
    principal: credential === '' ? ANONYMOUS : references.of(`principal ${credential}`),
    family,
    via,
    callDigest: undefined,
    errorType: '',
    stream: streamOf(watch),
    startedAt: watch.startedAt,
    endedAt: ended.at,
  };
}

/** The header names the method from revision 2026-07-28 on; before that only the body does. */
function methodsOf({ rpcMethod, prefix }: Asked): readonly RpcMethod[] {
  if (rpcMethod !== undefined) return [rpcMethodOf(rpcMethod)];
  return prefix === '' ? [] : rpcMethodsIn(prefix);
}

/** The revision that both sides of a handshake settled on: the answer's counts before the one that was asked for. */
function revisionOf({ asked, answerPrefix }: Watch): ProtocolVersion {
  const { protocolVersion: settled } = initializeFactsIn(answerPrefix);
  if (settled !== 'none' && settled !== 'other') return settled;
  return initializeFactsIn(asked.prefix).protocolVersion;
}

/** Who speaks: as it says itself, with its handshake or (from 2026-07-28 on) each request, and as its User-Agent says. */
function identityIn({ agent, prefix, rpcMethod }: Asked, shakes: boolean): Identity {
  const name = shakes || rpcMethod !== undefined ? clientNameIn(prefix) : undefined;
  return name === undefined ? identityOf(agent) : mergedIdentity(identityOf(name), identityOf(agent));
}

function streamOf({ asked, openedAt, lastReadAt, stream }: Watch): StreamFacts | undefined {
  if (openedAt === 0) return undefined;
  const { carriedData, retryHint, eventIds } = stream;
  const kind = asked.method === 'GET' ? 'get' : 'post';
  return { kind, openedAt, carriedData, retryHint, eventIds, lastWriteAt: Math.max(openedAt, lastReadAt) };
}
