import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A server of bytes: it keeps all that it is sent, and answers each head with the same bytes. */
export interface RawUpstream {
  readonly url: string;
  readonly port: number;
  /** All that came, over all connections. */
  readonly heard: () => string;
  readonly close: () => Promise<void>;
}

/** An answer that is well-formed. */
export const GOOD = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok';

/** Starts a {@link RawUpstream} that answers with `answer`. */
export async function startRawUpstream(answer: string = GOOD): Promise<RawUpstream> {
  const sockets = new Set<Socket>();
  const parts: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.setEncoding('latin1').on('data', (part: string) => {
      parts.push(part);
      for (const _head of part.matchAll(/\r\n\r\n/g))
        if (/^[A-Z]+ /.test(part)) socket.write(answer, 'latin1');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/mcp`,
    heard: () => parts.join(''),
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
