import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on a port of its own that can be restarted: it comes back on the same port and remembers nothing. */
export interface RestartableServer {
  readonly port: number;
  readonly url: URL;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server on a port of the loopback interface, any free one unless told; `make` gives each of its lives a fresh memory. */
export async function startServer(make: () => RequestListener, at = 0): Promise<RestartableServer> {
  let server = await listen(make(), at);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: new URL(`http://127.0.0.1:${port}/mcp`),
    async restart() {
      await stop(server);
      server = await listen(make(), port);
    },
    close: () => stop(server),
  };
}

async function listen(handle: RequestListener, port: number): Promise<Server> {
  const server = createServer(handle).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
