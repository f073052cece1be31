/**
 * A server of event streams, in a process of its own. `GET /mcp` opens a stream with an event at once and each 50 ms,
 * `/quiet` one without any. `POST /silent` is never answered, anything else at once. Each line it is told makes it say
 * what it sees.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

const seen = { streams: 0, sockets: 0, aborted: 0, waiting: 0 };

const server = createServer((request, response) => {
  request.resume();
  request.on('error', () => {});
  const [path] = (request.url ?? '').split('?');
  const write = path === '/quiet' ? () => {} : tick;
  if (request.method === 'GET') openStream(response, write);
  else if (path === '/silent') seen.waiting++;
  else request.on('end', () => answer(response));
});
server.keepAliveTimeout = 60_000;
server.on('connection', (socket: Socket) => {
  seen.sockets++;
  socket.on('close', () => seen.sockets--);
});
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', 4096, () =>
  console.log(`listens at ${(server.address() as AddressInfo).port}`),
);
process.stdin.on('data', () => console.log(`sees ${JSON.stringify(seen)}`));
process.stdin.on('end', () => process.exit());

function answer(response: ServerResponse): void {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, result: {} });
  response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'a-session' }).end(body);
}

function openStream(response: ServerResponse, write: (response: ServerResponse) => void): void {
  seen.streams++;
  response.on('close', () => {
    seen.streams--;
    if (!response.writableFinished) seen.aborted++;
  });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  write(response);
}

function tick(response: ServerResponse): void {
  let id = 0;
  const write = (): void => void response.write(`id: ${++id}\ndata: tick\n\n`);
  write();
  const timer = setInterval(write, 50);
  response.on('close', () => clearInterval(timer));
}
