import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Lets a server listen on loopback until the test is over; answers its port. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Starts a server on node:http until the test is over; answers its port. */
export function serve(listener: RequestListener): Promise<number> {
  return listen(createServer(listener));
}

/** Opens a connection until the test is over. */
export async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Reads a connection until `enough` says so, or until its end or break; answers every byte as Latin-1. */
export async function read(socket: Socket, enough: (text: string) => boolean = () => false): Promise<string> {
  let text = '';
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      text += (chunk as Buffer).toString('latin1');
      if (enough(text)) break;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
  }
  return text;
}

/** A request as it stands on the wire. Content-Length is counted unless the headers say otherwise. */
export function requestText(
  method: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
  path = '/mcp',
): string {
  const counted =
    body === '' || 'transfer-encoding' in headers
      ? {}
      : { 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries({ host: 'localhost', ...counted, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** A JSON-RPC request. */
export function rpc(method: string, params: unknown = {}): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
}
