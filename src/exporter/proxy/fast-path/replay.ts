import { Duplex } from 'node:stream';
import type { UpstreamConnection } from './upstream-connections.ts';

/**
 * A connection on which a request was sent already, for whoever means to send it: what is written goes nowhere, and
 * what comes back is read from its beginning. `closed` says that the upstream is gone, and how.
 */
export function replayOf(
  connection: UpstreamConnection,
  read: Buffer,
  closed: { readonly error: Error | undefined } | undefined,
): Duplex {
  const { socket } = connection;
  let end = closed;
  let isAsked = false;
  const replay = new Duplex({
    read: () => void socket.resume(),
    write(_, __, done) {
      isAsked = true;
      done();
      finish();
    },
    // As that of a socket, its end is heard of when the connection is closed.
    destroy(error, done) {
      if (socket.closed) done(error);
      else socket.once('close', () => done(error)).destroy();
    },
  });

  /** Nobody would hear of it before the request was written. */
  function finish(): void {
    if (!isAsked || end === undefined) return;
    if (end.error === undefined) replay.push(null);
    else replay.destroy(end.error);
  }

  connection.taker = {
    connected() {},
    data(bytes) {
      if (!replay.push(Buffer.from(bytes))) socket.pause();
    },
    closed(error) {
      end = { error };
      finish();
    },
  };
  if (read.length > 0) replay.push(read);
  return replay.on('error', () => {});
}
