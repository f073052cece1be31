import {
  ANONYMOUS,
  identityOf,
  type Identity,
  type Reference,
  type References,
} from '../../exchange/index.ts';
import type { Asked } from './asked.ts';

/** Who sent a request: as references, beside the headers they were made of. */
export interface Peer {
  readonly client: Reference;
  readonly principal: Reference;
  /** By its User-Agent alone. */
  readonly identity: Identity;
  readonly credential: string;
  readonly agent: string;
  readonly address: string;
}

/**
 * Tells who sent a request; `last` again when nothing has changed. A client is its credential, or else its address
 * (the first of `X-Forwarded-For` when a proxy named one), together with its User-Agent. That groups requests; it
 * grants nothing, so it may be claimed.
 */
export function peerOf(
  asked: Asked,
  remoteAddress: string,
  last: Peer | undefined,
  references: References,
): Peer {
  const { credential, agent, forwardedFor } = asked;
  const address = forwardedFor === undefined ? remoteAddress : firstOf(forwardedFor);
  if (last?.credential === credential && last.agent === agent && last.address === address) return last;
  const principal = credential === '' ? ANONYMOUS : references.of(`principal ${credential}`);
  const client = references.of(`client ${credential === '' ? address : principal} ${agent}`);
  return { client, principal, identity: identityOf(agent), credential, agent, address };
}

const ADDRESS_LENGTH = 64;

function firstOf(forwardedFor: string): string {
  const comma = forwardedFor.indexOf(',');
  return forwardedFor.slice(0, Math.min(comma === -1 ? forwardedFor.length : comma, ADDRESS_LENGTH)).trim();
}
