import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Bytes that arrived at once, and when (`performance.now()`). */
export interface Piece {
  readonly at: number;
  readonly bytes: Buffer;
}

/** What went over one connection. */
export interface RecordedConnection {
  /** From whoever connected. */
  readonly asked: readonly Piece[];
  /** From whoever listens. */
  readonly answered: readonly Piece[];
}

/** Stands on a connection and keeps what goes over it, byte for byte. */
export interface TcpRecorder {
  /** The address of what is behind it, at the recorder's own port. */
  readonly url: URL;
  /** In the order in which they were made. */
  readonly connections: readonly RecordedConnection[];
  close(): Promise<void>;
}

/** Starts a {@link TcpRecorder} in front of a server. It passes on bytes, half-closes and resets, and knows no HTTP. */
export async function recordTcp(server: URL): Promise<TcpRecorder> {
  const connections: RecordedConnection[] = [];
  const sockets = new Set<Socket>();
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ host: server.hostname, port: Number(server.port), allowHalfOpen: true });
    far.setNoDelay(true);
    const [asked, answered]: [Piece[], Piece[]] = [[], []];
    connections.push({ asked, answered });
    pass(near, far, asked);
    pass(far, near, answered);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const url = new URL(server);
  url.port = String((listener.address() as AddressInfo).port);
  return {
    url,
    connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

function pass(from: Socket, to: Socket, pieces: Piece[]): void {
  from.on('data', (bytes: Buffer) => {
    pieces.push({ at: performance.now(), bytes });
    if (!to.write(bytes)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.on('error', () => to.resetAndDestroy());
  from.on('close', () => to.destroySoon());
}
