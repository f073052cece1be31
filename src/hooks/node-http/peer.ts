import type { IncomingMessage } from 'node:http';
import {
  ANONYMOUS,
  clientFamilyOf,
  type ClientFamily,
  type Reference,
  type References,
} from '../../exchange/index.ts';

/** Who sent a request: as references, beside the headers they were made of. */
export interface Peer {
  readonly client: Reference;
  readonly principal: Reference;
  readonly family: ClientFamily;
  readonly credential: string;
  readonly agent: string;
  readonly address: string;
}

/**
 * Tells who sent a request; `last` again when nothing has changed. A client is its credential, or else its address
 * (the first of `X-Forwarded-For` when a proxy named one), together with its User-Agent. That groups requests; it
 * grants nothing, so it may be claimed.
 */
export function peerOf(request: IncomingMessage, last: Peer | undefined, references: References): Peer {
  const { headers } = request;
  const credential = headers.authorization ?? '';
  const agent = headers['user-agent'] ?? '';
  const address = addressOf(request);
  if (last?.credential === credential && last.agent === agent && last.address === address) return last;
  const principal = credential === '' ? ANONYMOUS : references.of(`principal ${credential}`);
  const client = references.of(`client ${credential === '' ? address : principal} ${agent}`);
  return { client, principal, family: clientFamilyOf(agent), credential, agent, address };
}

const ADDRESS_LENGTH = 64;

function addressOf(request: IncomingMessage): string {
  const forwarded = request.headers['x-forwarded-for'];
  if (typeof forwarded !== 'string') return request.socket.remoteAddress ?? '';
  const comma = forwarded.indexOf(',');
  return forwarded.slice(0, Math.min(comma === -1 ? forwarded.length : comma, ADDRESS_LENGTH)).trim();
}

/** The session named by a request. */
export function sessionSentBy({ headers }: IncomingMessage, references: References): Reference | undefined {
  const id = headerText(headers['mcp-session-id']);
  return id === undefined || id === '' ? undefined : references.of(id);
}

/** A header as text; node gives a few that occur more than once as a list. */
export function headerText(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
