import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { clientFamilyOf, type ClientFamily, type Reference, type References } from '../../exchange/index.ts';

/** Who sent a request, as references. */
export interface Peer {
  readonly client: Reference;
  readonly principal: Reference;
  readonly family: ClientFamily;
}

interface Known extends Peer {
  readonly credential: string;
  readonly agent: string;
  readonly address: string;
}

/** Recognises peers; one who repeats the same headers on a connection is not hashed again. */
export interface Peers {
  of(request: IncomingMessage): Peer;
}

/**
 * Makes {@link Peers}. A client is its credential, or else its address (the first of `X-Forwarded-For` when a
 * proxy named one), together with its User-Agent. That groups requests; it grants nothing, so it may be claimed.
 */
export function createPeers(references: References): Peers {
  const known = new WeakMap<Socket, Known>();
  return {
    of(request) {
      const { socket, headers } = request;
      const credential = headers.authorization ?? '';
      const agent = headers['user-agent'] ?? '';
      const address = addressOf(request);
      const last = known.get(socket);
      if (last?.credential === credential && last.agent === agent && last.address === address) return last;
      const principal = references.of(`principal ${credential}`);
      const peer = {
        credential,
        agent,
        address,
        principal,
        client: references.of(`client ${credential === '' ? address : principal} ${agent}`),
        family: clientFamilyOf(agent),
      };
      known.set(socket, peer);
      return peer;
    },
  };
}

const ADDRESS_LENGTH = 64;

function addressOf(request: IncomingMessage): string {
  const forwarded = request.headers['x-forwarded-for'];
  if (typeof forwarded !== 'string') return request.socket.remoteAddress ?? '';
  const comma = forwarded.indexOf(',');
  return forwarded.slice(0, Math.min(comma === -1 ? forwarded.length : comma, ADDRESS_LENGTH)).trim();
}
