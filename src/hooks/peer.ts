import {
  ANONYMOUS,
  identityOf,
  type ClientInfo,
  type Identity,
  type Reference,
  type References,
} from '../exchange/index.ts';
import type { Asked } from './asked.ts';

/** Who sent a request. */
export interface Peer {
  readonly client: Reference;
  readonly principal: Reference;
  /** By its User-Agent alone. */
  readonly identity: Identity;
  /** What it last called itself in a body, and who that is. */
  named: (ClientInfo & { readonly identity: Identity }) | undefined;
}

/** Who sent a request to a server: beside the references the headers they were made of. */
export interface RemotePeer extends Peer {
  readonly credential: string;
  readonly agent: string;
  readonly address: string;
}

/**
 * Tells who sent a request to a server; `last` again when nothing has changed. A client is its credential, or else its
 * address (the first of `X-Forwarded-For` when a proxy named one), together with its User-Agent. That groups requests;
 * it grants nothing, so it may be claimed.
 */
export function remotePeerOf(
  { credential, agent, forwardedFor }: Asked,
  remoteAddress: string,
  last: RemotePeer | undefined,
  references: References,
): RemotePeer {
  const address = forwardedFor === undefined ? remoteAddress : firstOf(forwardedFor);
  if (last?.credential === credential && last.agent === agent && last.address === address) return last;
  const principal = principalOf(credential, references);
  const client = references.of(`client ${credential === '' ? address : principal} ${agent}`);
  const identity = identityOf(agent);
  return { client, principal, identity, named: undefined, credential, agent, address };
}

/** Who sends the requests of this program: `name`, to each origin as another, for an origin sees no more than that. */
export function localPeerOf(
  { credential, agent }: Asked,
  origin: string,
  name: string,
  references: References,
): Peer {
  const client = references.of(`client ${origin} ${name}`);
  return {
    client,
    principal: principalOf(credential, references),
    identity: identityOf(agent),
    named: undefined,
  };
}

/** Who a name stands for; one who gives the same name and version again is not looked up again. */
export function identityNamed({ name, version }: ClientInfo, peer: Peer): Identity {
  const last = peer.named;
  if (last?.name === name && last.version === version) return last.identity;
  const identity = identityOf(name, version);
  peer.named = { name, version, identity };
  return identity;
}

function principalOf(credential: string, references: References): Reference {
  return credential === '' ? ANONYMOUS : references.of(`principal ${credential}`);
}

const ADDRESS_LENGTH = 64;

function firstOf(forwardedFor: string): string {
  const comma = forwardedFor.indexOf(',');
  return forwardedFor.slice(0, Math.min(comma === -1 ? forwardedFor.length : comma, ADDRESS_LENGTH)).trim();
}
