import type { CallFacts } from './operation.ts';
import type { RpcMethod } from './rpc-methods.ts';
import { traceContextOf, type TraceContext } from './tracing.ts';

/** What a message says of itself, as it came: any of it may be missing, or anything at all. */
export interface CallClaims {
  readonly method: RpcMethod;
  readonly id?: unknown;
  /** `params.name`. */
  readonly name?: unknown;
  /** `params.uri`. */
  readonly uri?: unknown;
  /** `params._meta.traceparent`, and with it `tracestate`. */
  readonly traceparent?: unknown;
  readonly tracestate?: unknown;
}

const ID_LENGTH = 64;

/** The longest that a tool's name should be (revision 2025-11-25, Tools, Tool Names). */
const NAME_LENGTH = 128;

const URI_LENGTH = 256;

/** The methods whose `params.name` names what is asked for. */
const NAMED: ReadonlySet<RpcMethod> = new Set<RpcMethod>(['tools/call', 'prompts/get']);

/** The methods whose `params.uri` does. */
const LOCATED: ReadonlySet<RpcMethod> = new Set<RpcMethod>([
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'notifications/resources/updated',
]);

/**
 * What may be told of a call: an id of at most 64 characters, a name of 128, a URI of 256 without credentials, query
 * and fragment. What is longer is cut; what is no text (or, for an id, no number) is left out.
 */
export function callFactsOf(claims: CallClaims, ambient: TraceContext | undefined): CallFacts {
  const { method, id, name, uri, traceparent, tracestate } = claims;
  return {
    requestId: typeof id === 'number' ? String(id) : cut(id, ID_LENGTH),
    name: NAMED.has(method) ? cut(name, NAME_LENGTH) : undefined,
    resourceUri:
      LOCATED.has(method) && typeof uri === 'string' ? cut(publicPartOf(uri), URI_LENGTH) : undefined,
    parent: traceContextOf(traceparent, tracestate),
    ambient,
  };
}

/** Copied, for a slice would keep the whole of a long text in memory. */
function cut(text: unknown, length: number): string | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  return text.length <= length ? text.toWellFormed() : Buffer.from(text.slice(0, length)).toString();
}

const CREDENTIALS = /^([a-z][a-z\d+.-]*:(?:[\\/]{2})?)[^\\/?#]*@/i;

/** A URI without what may be secret in it. */
function publicPartOf(uri: string): string {
  const end = uri.search(/[?#]/);
  return (end === -1 ? uri : uri.slice(0, end)).replace(CREDENTIALS, '$1');
}
