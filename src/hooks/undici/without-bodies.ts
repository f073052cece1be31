import { eraOf, isSuccess, type Exchange } from '../../exchange/index.ts';

/**
 * The exchange as far as it is known where undici tells nothing of bodies (before version 7.11, as in Node 22). An
 * answer gives a session id to nothing but a handshake. What a stream carried cannot be known, and nobody is to be
 * blamed for silence that was not heard.
 */
export function withoutBodies(exchange: Exchange): Exchange {
  const { stream, endedAt } = exchange;
  const told = stream && { ...stream, carriedData: true, lastWriteAt: endedAt };
  if (!isHandshake(exchange)) return { ...exchange, stream: told };
  return { ...exchange, stream: told, rpcMethods: ['initialize'], era: eraOf(undefined, 'initialize') };
}

function isHandshake(exchange: Exchange): boolean {
  const { httpMethod, rpcMethods, sessionSent, sessionGiven } = exchange;
  if (httpMethod !== 'POST' || rpcMethods.length > 0 || !isSuccess(exchange)) return false;
  return sessionSent === undefined && sessionGiven !== undefined;
}
