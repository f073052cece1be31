import { setTimeout as delay } from 'node:timers/promises';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { exchangesIn, type HttpExchange, type HttpMessage } from './http-messages.ts';

/** Sends `answer` as it stands, once the whole request has come; or does as it likes. */
export type Answer = string | Buffer | ((socket: Socket, request: HttpMessage) => void);

/** A server that knows no HTTP: what it answers is written out beforehand, to the byte. */
export interface RawServer {
  readonly url: URL;
  /** The bytes of each connection that was made to it. */
  readonly asked: readonly Buffer[];
  /** Resolves when a connection was closed or cut by the other side. */
  readonly left: () => Promise<void>;
  close(): void;
}

/** Starts a {@link RawServer}, which answers one request on each connection, and keeps that open. */
export async function rawServer(answer: Answer): Promise<RawServer> {
  const asked: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    const index = asked.push(Buffer.alloc(0)) - 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => server.emit('left'));
    let answered = false;
    socket.on('data', (bytes: Buffer) => {
      asked[index] = Buffer.concat([asked[index] as Buffer, bytes]);
      const request = exchangesIn(asked[index], Buffer.alloc(0)).at(-1)?.request;
      if (answered || request === undefined) return;
      if (typeof answer === 'function') answer(socket, request);
      else if (request.complete) answered = socket.write(answer) || true;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/mcp`),
    asked,
    left: async () => void (await once(server, 'left')),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** A client that knows no HTTP: it sends what it is told to, and keeps what comes back. */
export interface RawClient {
  readonly socket: Socket;
  /** All that came so far. */
  received(): Buffer;
  /** Resolves once what came satisfies; rejects when the connection is over, or after ten seconds. */
  until(satisfied: (received: Buffer) => boolean): Promise<void>;
  /** Resolves when the connection is over. */
  readonly over: Promise<void>;
}

/** Connects a {@link RawClient}. */
export async function rawClient(url: URL): Promise<RawClient> {
  const socket = connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true });
  socket.setNoDelay(true);
  await once(socket, 'connect');
  let received = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  socket.on('data', (bytes: Buffer) => void (received = Buffer.concat([received, bytes])));
  return {
    socket,
    received: () => received,
    over: new Promise((resolve) => socket.once('close', () => resolve())),
    until: (satisfied) =>
      new Promise((resolve, reject) => {
        const give = (why: string): void => {
          stop();
          reject(new Error(`${why}, after: ${JSON.stringify(received.toString('latin1', 0, 400))}`));
        };
        const timer = setTimeout(() => give('nothing more came for ten seconds'), 10_000);
        const look = (): void => {
          if (!satisfied(received)) return;
          stop();
          resolve();
        };
        const gone = (): void => give('the connection was over');
        const stop = (): void => {
          clearTimeout(timer);
          socket.off('data', look).off('close', gone);
        };
        socket.on('data', look).on('close', gone);
        if (socket.destroyed) gone();
        else look();
      }),
  };
}

/**
 * Sends one request as it stands and waits for its answer; answers both, as they stood on the wire. Of several parts
 * each is sent some time after the one before.
 */
export async function exchangeRaw(url: URL, ...parts: readonly (string | Buffer)[]): Promise<HttpExchange> {
  const client = await rawClient(url);
  const asked = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const exchange = (received: Buffer): HttpExchange => exchangesIn(asked, received)[0] as HttpExchange;
  const ofLength = (received: Buffer): boolean => {
    const { answer } = exchange(received);
    return answer?.complete === true && answer.framing !== 'until-close';
  };
  for (const [i, part] of parts.entries()) {
    if (i > 0) await delay(30);
    client.socket.write(part);
  }
  await Promise.race([client.until(ofLength).catch(() => {}), client.over]);
  client.socket.destroy();
  return exchange(client.received());
}
