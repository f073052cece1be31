import type { Listener } from '../../exchange/index.ts';
import type { RemotePeer } from '../../hooks/peer.ts';
import type { RequestHead } from './messages.ts';

/** A connection of a client that has carried the protocol. */
export interface Carrier {
  /** The address of the client, which a closed socket no longer tells. */
  readonly address: string;
  /** Who spoke last on it: one who repeats the same headers is not hashed again. */
  peer: RemotePeer | undefined;
}

/** The connections that carry the protocol. */
export interface Carriers {
  /** That of a request; told as opened when it is new, and as closed when it closes. */
  of(request: RequestHead, target: string): Carrier;
}

/** Makes {@link Carriers}. */
export function createCarriers(tell: Listener['connection']): Carriers {
  const known = new WeakMap<object, Carrier>();
  return {
    of(request, target) {
      const connection = 'stream' in request ? request.stream.session : request.socket;
      const carrier = { address: request.socket.remoteAddress ?? '', peer: undefined };
      if (connection === undefined) return carrier;
      const before = known.get(connection);
      if (before !== undefined) return before;
      known.set(connection, carrier);
      tell({ vantage: 'proxy', target, change: 'opened' });
      connection.once('close', () => tell({ vantage: 'proxy', target, change: 'closed' }));
      return carrier;
    },
  };
}
