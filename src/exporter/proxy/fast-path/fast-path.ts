import type { Socket } from 'node:net';
import type { FullSettings } from '../settings.ts';
import { createSlots } from '../slots.ts';
import { serveConnection, type ClientConnection, type ClientConnectionOptions } from './client-connection.ts';
import { createUpstreamConnections } from './upstream-connections.ts';

/**
 * The way of requests that are like nearly all others: read from the connection of the client and written to that of the
 * upstream, without the parsers of node in between. At the first sign of anything else it gives the connection to
 * node:http, with all that was read of it (docs/decisions/0034).
 */
export interface FastPath {
  /** A client has connected. */
  readonly follow: (socket: Socket) => void;
  /** Ends the connections on which nothing is under way. */
  readonly closeUnused: () => void;
}

/** What {@link createFastPath} needs. */
export type FastPathOptions = Omit<ClientConnectionOptions, 'connections' | 'gone'> & {
  readonly settings: Pick<FullSettings, 'connectTimeout'>;
};

/** Makes a {@link FastPath}. */
export function createFastPath(options: FastPathOptions): FastPath {
  const connections = createUpstreamConnections(options.settings.connectTimeout, options.failed);
  const followed = createSlots<ClientConnection>();
  return {
    follow(socket) {
      const at = followed.put(
        serveConnection(socket, { ...options, connections, gone: () => followed.clear(at) }),
      );
    },
    closeUnused() {
      for (const connection of followed) connection.closeIfUnused();
    },
  };
}
