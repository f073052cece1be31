import { Client } from 'undici';
import { IDLE_MS, PROBE_MS } from './times.ts';

/** A connection that carries one request at a time. */
export interface CallConnection {
  readonly host: string;
  readonly client: Client;
  /** Another request was answered on it before: the upstream may be closing it just now. */
  wasUsed: boolean;
  isInUse: boolean;
}

/** Connections to upstreams, kept for a while when they are not used. */
export interface CallConnections {
  /** One that nobody uses, to a host and port; it connects when it is first used. */
  take(host: string): CallConnection;
  /** Its request was answered: others may use it. */
  giveBack(connection: CallConnection): void;
  /** Ends one that is still in use, and its request. */
  discard(connection: CallConnection): void;
}

/** Makes {@link CallConnections}; an upstream has `connectTimeout` ms to accept one. */
export function createCallConnections(connectTimeout: number): CallConnections {
  const idle = new Map<string, CallConnection[]>();

  function open(host: string): CallConnection {
    const connection = { host, client: clientOf(host, connectTimeout), wasUsed: false, isInUse: true };
    connection.client.on('disconnect', () => closed(connection));
    return connection;
  }

  /** One that closes while nobody uses it is not kept; one in use finds out by itself. */
  function closed(connection: CallConnection): void {
    if (connection.isInUse) return;
    const others = idle.get(connection.host)?.filter((other) => other !== connection) ?? [];
    if (others.length > 0) idle.set(connection.host, others);
    else idle.delete(connection.host);
    end(connection);
  }

  return {
    take(host) {
      const connection = idle.get(host)?.pop() ?? open(host);
      connection.isInUse = true;
      return connection;
    },
    giveBack(connection) {
      connection.wasUsed = true;
      connection.isInUse = false;
      const others = idle.get(connection.host);
      if (others === undefined) idle.set(connection.host, [connection]);
      else others.push(connection);
    },
    discard(connection) {
      if (connection.isInUse) end(connection);
    },
  };
}

function clientOf(host: string, connectTimeout: number): Client {
  return new Client(`http://${host}`, {
    connect: { timeout: connectTimeout, keepAlive: true, keepAliveInitialDelay: PROBE_MS },
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    pipelining: 1,
    // Calls take long, and streams are silent.
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
  });
}

function end({ client }: CallConnection): void {
  client.destroy().catch(() => {});
}
