import { connect, type Socket } from 'node:net';
import type { Address } from '../addresses.ts';
import { onceConnected } from '../connecting.ts';
import { IDLE_MS, PROBE_MS } from '../times.ts';

/** Told of what comes back on a connection. */
export interface Taker {
  /** There is a connection: what was written goes out. */
  connected(): void;
  /** The bytes are overwritten by the next. */
  data(bytes: Buffer): void;
  /** It is over, or never was. */
  closed(error: Error | undefined): void;
}

/** A connection that carries one request at a time. */
export interface UpstreamConnection {
  readonly address: Address;
  readonly socket: Socket;
  /** Another request was answered on it before: the upstream may be closing it just now. */
  wasUsed: boolean;
  /** Whoever's request is under way on it. */
  taker: Taker | undefined;
}

/** Connections to upstreams, kept for a while when they are not used. */
export interface UpstreamConnections {
  /** One that nobody uses; a new one connects. */
  take(address: Address, taker: Taker): UpstreamConnection;
  /** Its request was answered: others may use it. */
  giveBack(connection: UpstreamConnection): void;
}

/** All connections read into the same bytes, one after the other: making new ones each time takes longer than to read. */
const READ_BYTES = 65_536;

const PROBES = { keepAlive: true, keepAliveInitialDelay: PROBE_MS };

/** Makes {@link UpstreamConnections}; an upstream has `connectTimeout` ms to accept one. */
export function createUpstreamConnections(
  connectTimeout: number,
  failed: (error: unknown) => void,
): UpstreamConnections {
  const shared = Buffer.alloc(READ_BYTES);
  const idle = new Map<Address, UpstreamConnection[]>();

  function open(address: Address, taker: Taker): UpstreamConnection {
    const { hostname: host, port } = address;
    const onread = { buffer: shared, callback: (length: number) => take(connection, length) };
    const socket = connect({ host, port, onread, noDelay: true, ...PROBES });
    const connection: UpstreamConnection = { address, socket, wasUsed: false, taker };
    let failure: Error | undefined;
    onceConnected(socket, connectTimeout, {
      connected: () => connection.taker?.connected(),
      timedOut: (error) => socket.destroy(error),
    });
    socket.on('error', (error) => (failure = error));
    socket.once('close', () => {
      if (connection.taker === undefined) forget(connection);
      else connection.taker.closed(failure);
    });
    socket.on('timeout', () => {
      if (connection.taker === undefined) socket.destroy();
    });
    return connection;
  }

  function take({ taker, socket }: UpstreamConnection, length: number): boolean {
    try {
      // Nobody has asked for anything.
      if (taker === undefined) socket.destroy();
      else taker.data(shared.subarray(0, length));
    } catch (error) {
      failed(error);
      socket.destroy();
    }
    return true;
  }

  function forget(connection: UpstreamConnection): void {
    const others = idle.get(connection.address)?.filter((other) => other !== connection) ?? [];
    if (others.length > 0) idle.set(connection.address, others);
    else idle.delete(connection.address);
  }

  /** One that is closing takes nothing any more. */
  function takeIdle(address: Address): UpstreamConnection | undefined {
    const kept = idle.get(address);
    for (let connection = kept?.pop(); connection !== undefined; connection = kept?.pop())
      if (connection.socket.writable) return connection;
    return undefined;
  }

  return {
    take(address, taker) {
      const connection = takeIdle(address);
      if (connection === undefined) return open(address, taker);
      connection.taker = taker;
      connection.socket.ref();
      return connection;
    },
    giveBack(connection) {
      const { address, socket } = connection;
      connection.taker = undefined;
      // It may wait for a client that was slow to take the last part: nobody would hear of its end, or of anything else.
      socket.resume();
      // A program that has nothing else to do ends.
      socket.unref();
      if (!connection.wasUsed) socket.setTimeout(IDLE_MS);
      connection.wasUsed = true;
      const others = idle.get(address);
      if (others === undefined) idle.set(address, [connection]);
      else others.push(connection);
    },
  };
}
