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

/** What the parameters of an `initialize` request tell: the revision asked for, and what the client calls itself. */
export interface InitializeFacts {
  readonly protocolVersion: ProtocolVersion;
  readonly clientName: string | undefined;
}

/** Reads {@link InitializeFacts} by pattern, so that a body longer than the prefix still tells them. */
export function initializeFactsIn(prefix: string): InitializeFacts {
  const version = /"protocolVersion"\s*:\s*"([^"\\]{0,32})"/.exec(prefix)?.[1];
  return { protocolVersion: protocolVersionOf(version), clientName: clientNameIn(prefix) };
}

/** Among the parameters of `initialize`; from revision 2026-07-28 on in each request's `_meta`, behind a prefix. */
const CLIENT_INFO = 'clientInfo"';

/** What the sender of a message calls itself. */
export interface ClientInfo {
  readonly name: string;
  readonly version: string | undefined;
}

/** What the sender of a message calls itself; nothing when it does not, or does behind the end of the prefix. */
export function clientInfoIn(prefix: string): ClientInfo | undefined {
  const key = prefix.indexOf(CLIENT_INFO);
  if (key === -1) return undefined;
  const info = /^\s*:\s*(?=\{)/.exec(prefix.slice(key + CLIENT_INFO.length));
  if (info === null) return undefined;
  let name: string | undefined;
  let version: string | undefined;
  eachTopLevelMember(prefix, key + CLIENT_INFO.length + info[0].length, (member, valueAt) => {
    if (member === 'name') name = stringAt(prefix, valueAt);
    if (member === 'version') version = stringAt(prefix, valueAt);
    return name !== undefined && version !== undefined;
  });
  return name === undefined ? undefined : { name, version };
}

/** The name in {@link clientInfoIn}. */
export function clientNameIn(prefix: string): string | undefined {
  return clientInfoIn(prefix)?.name;
}
