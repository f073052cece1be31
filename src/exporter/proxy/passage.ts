import type { Duplex } from 'node:stream';
import type { Reference } from '../../exchange/index.ts';
import type { Address, Addresses } from './addresses.ts';
import type { Underway } from './drain.ts';
import type { Failure } from './failures.ts';
import { bodyLengthOf } from './headers.ts';
import type { ClientRequest, ClientResponse, RawHeaders, RequestHead } from './messages.ts';
import { valueOf } from './messages.ts';
import type { Passing } from './passing.ts';

/** Where a request goes, and who is told of it. */
export interface Way {
  readonly path: string;
  readonly addresses: Addresses;
  /** The session that the request names. */
  readonly session: Reference | undefined;
  /** The reference of a session that an answer names. */
  readonly referenceOf: (sessionId: string | undefined) => Reference | undefined;
  readonly passing: Passing;
}

/** One request on its way. */
export interface Passage extends Way {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly underway: Underway;
}

/** What was done for a request before node:http was given its connection. */
export interface Begun {
  readonly way: Way;
  readonly underway: Underway;
  /** An address that was asked, and took no connection. */
  readonly unreached?: { readonly address: Address; readonly failure: Failure };
  /** It was sent, and this brings all that comes back. */
  readonly sent?: { readonly address: Address; readonly answer: Duplex };
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

/** Nothing of such a request may change anything, so a lost one may be sent again (RFC 9110, 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request may be sent again that may have been received. */
export function isRepeatable(request: RequestHead): boolean {
  return SAFE.has(request.method ?? '') && bodyLengthOf(request) === 0;
}

/** Where a session was begun, or is accepted, there it lives. */
export function bindSession(way: Way, address: Address, status: number, headers: RawHeaders): void {
  if (status >= 400) return;
  const { addresses, session, referenceOf } = way;
  const home = referenceOf(valueOf(headers, 'mcp-session-id')) ?? session;
  if (home !== undefined) addresses.bind(home, address);
}
