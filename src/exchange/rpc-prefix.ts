import { clientFamilyOf, type ClientFamily } from './client-family.ts';
import { eachTopLevelMember, stringAt } from './json-prefix.ts';
import { protocolVersionOf, type ProtocolVersion } from './protocol-era.ts';
import { rpcMethodOf, type RpcMethod } from './rpc-methods.ts';

/** A batch longer than this is told by its first messages alone (batches exist in revision 2025-03-26 only). */
const BATCH_LIMIT = 16;

/** The most of a request body that is ever looked at, in bytes. */
export const REQUEST_PREFIX_BYTES = 8 * 1024;

/**
 * The JSON-RPC methods in the first bytes of a request body, in order: one for a single message, up to
 * {@link BATCH_LIMIT} for a batch, none for a response, a foreign body or one cut off before the method.
 */
export function rpcMethodsIn(prefix: string): readonly RpcMethod[] {
  const single = prefix.charCodeAt(0) === 123;
  let methods: RpcMethod[] = NO_METHODS;
  eachTopLevelMember(prefix, 0, (key, valueAt) => {
    if (key !== 'method') return false;
    const name = stringAt(prefix, valueAt);
    if (name === undefined) return false;
    if (methods === NO_METHODS) methods = [];
    methods.push(rpcMethodOf(name));
    return single || methods.length === BATCH_LIMIT;
  });
  return methods;
}

const NO_METHODS: RpcMethod[] = [];

/** What the parameters of an `initialize` request tell: the revision asked for and the client's name. */
export interface InitializeFacts {
  readonly protocolVersion: ProtocolVersion;
  readonly family: ClientFamily | undefined;
}

/** Reads {@link InitializeFacts} by pattern, so that a body longer than the prefix still tells them. */
export function initializeFactsIn(prefix: string): InitializeFacts {
  const version = /"protocolVersion"\s*:\s*"([^"\\]{0,32})"/.exec(prefix)?.[1];
  const name = /"clientInfo"\s*:\s*\{[^{}]{0,512}?"name"\s*:\s*"([^"\\]{0,128})"/.exec(prefix)?.[1];
  return {
    protocolVersion: protocolVersionOf(version),
    family: name === undefined ? undefined : clientFamilyOf(name),
  };
}
