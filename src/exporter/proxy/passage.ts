import type { Reference } from '../../exchange/index.ts';
import type { Address, Addresses } from './addresses.ts';
import type { Underway } from './drain.ts';
import type { Failure } from './failures.ts';
import type { ClientRequest, ClientResponse } from './messages.ts';
import type { Passing } from './passing.ts';

/** One request on its way, and who is told of it. */
export interface Passage {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly path: string;
  readonly addresses: Addresses;
  /** The session that the request names. */
  readonly session: Reference | undefined;
  /** The reference of a session that an answer names. */
  readonly referenceOf: (sessionId: string | undefined) => Reference | undefined;
  readonly passing: Passing;
  readonly underway: Underway;
}

/** One try to have a request answered at an address. */
export interface Attempt {
  readonly passage: Passage;
  readonly address: Address;
  /** What the upstream is told in `Host`; nothing where it is told what the client asked for. */
  readonly host: string | undefined;
  /** Nothing was sent: it is no request that can be. */
  unsendable(): void;
  /** Nothing was sent: there was no connection. */
  unreachable(failure: Failure): void;
  /** The connection was an old one, and the request may be sent again. */
  stale(): void;
  /** It may have been received. */
  failed(failure: Failure): void;
}

/** The body of a request: all of it, none, or one that is still coming. */
export type Body = Buffer | 'none' | 'coming';

/** Gives an attempt up at once; nothing more is told of it. */
export type GiveUp = () => void;

/** Nothing of such a request may change anything, so a lost one may be sent again (RFC 9110, 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request may be sent again that may have been received. */
export function isRepeatable({ method = '' }: ClientRequest, body: Body): boolean {
  return body === 'none' && SAFE.has(method);
}
