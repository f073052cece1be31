import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Listener } from '../../exchange/index.ts';
import type { RemotePeer } from '../peer.ts';

/** What is known of one connection that carries the protocol. */
export interface Connection {
  /** The target it was first used for. */
  readonly target: string;
  /** The address of the other end, which a closed socket no longer tells. */
  readonly address: string;
  /** Who spoke last on it: one who repeats the same headers is not hashed again. */
  peer: RemotePeer | undefined;
  /** The answers that are not over: more than one when requests are pipelined. */
  readonly underway: Set<ServerResponse>;
}

/** Stands in for the connection of an answer that may yet turn out to be none of the protocol: it tells nothing. */
export const UNDECIDED: Connection = Object.freeze({
  target: '',
  address: '',
  peer: undefined,
  underway: new Set<ServerResponse>(),
});

/** The connections that carry the protocol and are open. */
export interface Connections {
  /** The connection on this socket; told as opened when it is new. */
  of(socket: Socket, target: string): Connection;
  /** Lets go of every connection without an answer under way, as if it had been closed. */
  letGoUnused(): void;
  readonly size: number;
}

/** Makes {@link Connections}. Once a connection is closed, every answer under way on it goes to `conclude`. */
export function createConnections(
  tell: Listener['connection'],
  conclude: (response: ServerResponse) => void,
): Connections {
  const open = new Map<Socket, Connection>();

  function closed(this: Socket): void {
    const connection = open.get(this);
    if (connection === undefined) return;
    for (const response of connection.underway) conclude(response);
    letGo(this, connection);
  }

  function letGo(socket: Socket, { target }: Connection): void {
    open.delete(socket);
    socket.off('close', closed);
    tell({ vantage: 'server', target, change: 'closed' });
  }

  return {
    of(socket, target) {
      const known = open.get(socket);
      if (known !== undefined) return known;
      const address = socket.remoteAddress ?? '';
      const connection: Connection = { target, address, peer: undefined, underway: new Set() };
      open.set(socket, connection);
      socket.on('close', closed);
      tell({ vantage: 'server', target, change: 'opened' });
      return connection;
    },
    letGoUnused() {
      for (const [socket, connection] of open) {
        if (connection.underway.size === 0) letGo(socket, connection);
      }
    },
    get size() {
      return open.size;
    },
  };
}
