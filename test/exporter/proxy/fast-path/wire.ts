import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import type { Exchange } from '../../../../src/exchange/index.ts';
import type { ProxySettings } from '../../../../src/exporter/proxy/index.ts';
import { endToEnd, type EndToEnd } from '../../../proxy-bytes/support/end-to-end.ts';
import {
  exchangesIn,
  type HttpExchange,
  type HttpMessage,
} from '../../../proxy-bytes/support/http-messages.ts';
import { requestText, rpc } from '../../../hooks/node-http/wire.ts';
import { proxyFor, type Standing } from '../standing.ts';

/** Answers a request that has come whole, in bytes. */
export type Reply = (socket: Socket, request: HttpMessage) => unknown;

/** A server that knows no HTTP but where a request ends. */
export interface WireUpstream {
  readonly url: URL;
  readonly port: number;
  /** All that came whole, over all connections. */
  readonly requests: readonly HttpMessage[];
  /** All connections that were ever made to it. */
  readonly sockets: readonly Socket[];
  /** How many of them are open. */
  open(): Promise<number>;
}

/** Starts a {@link WireUpstream} until the test is over. */
export async function wireUpstream(reply: Reply): Promise<WireUpstream> {
  const requests: HttpMessage[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.push(socket);
    let came: Buffer = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      came = Buffer.concat([came, bytes]);
      for (let length = lengthOfFirst(came); length !== undefined; length = lengthOfFirst(came)) {
        const [{ request }] = exchangesIn(came.subarray(0, length), Buffer.alloc(0)) as [HttpExchange];
        came = came.subarray(length);
        requests.push(request);
        void reply(socket, request);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const open = (): Promise<number> => new Promise((resolve) => server.getConnections((_, n) => resolve(n)));
  return { url: new URL(`http://127.0.0.1:${port}/mcp`), port, requests, sockets, open };
}

/** Where the first request ends; nothing when it is not all here. */
function lengthOfFirst(bytes: Buffer): number | undefined {
  const head = bytes.indexOf('\r\n\r\n') + 4;
  if (head < 4) return undefined;
  const fields = bytes.toString('latin1', 0, head);
  if (/\r\ntransfer-encoding: *chunked\r\n/i.test(fields)) {
    const last = bytes.indexOf('\r\n0\r\n\r\n', head - 2);
    return last === -1 ? undefined : last + 7;
  }
  const length = head + Number(/\r\ncontent-length: *(\d+)\r\n/i.exec(fields)?.[1] ?? 0);
  return bytes.length < length ? undefined : length;
}

/** An answer of so many bytes. */
export function answerText(body: string, fields = '', status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\n${fields}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Answers with what was asked. */
export const echo: Reply = (socket, { startLine, body }) => {
  const isAboutBody = !startLine.startsWith('HEAD ');
  const said = `${startLine}|${body.toString('latin1')}`;
  socket.write(isAboutBody ? answerText(said) : `HTTP/1.1 200 OK\r\nContent-Length: ${said.length}\r\n\r\n`);
};

/** The head of an event stream. */
export const STREAM =
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';

/** One event, as a chunk. */
export function eventChunk(data: string): string {
  const event = `data: ${data}\n\n`;
  return `${event.length.toString(16)}\r\n${event}\r\n`;
}

/** Answers in parts, until they are not taken any more at the other end; the last part is whole, and comes then. */
export async function untakenEnd(socket: Socket, accepted: () => Socket | undefined): Promise<void> {
  const part = 'x'.repeat(50_000);
  const chunk = `${part.length.toString(16)}\r\n${part}\r\n`;
  socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
  while (accepted()?.writableLength === 0) {
    socket.write(chunk);
    await delay(1);
  }
  socket.write(`${chunk}0\r\n\r\n`);
}

/** A call of a session, as one text. */
export const CALL = requestText(
  'POST',
  { 'content-type': 'application/json', 'mcp-session-id': 'a-session' },
  rpc('tools/call', { name: 'count', arguments: { to: 3 } }),
);

/** The request that opens a stream. */
export const LISTEN = requestText('GET', { accept: 'text/event-stream', 'mcp-session-id': 'a-session' });

/** A client on a raw connection, and all that it has sent and received. */
export interface WireClient {
  readonly socket: Socket;
  /** Resolves when the connection is over. */
  readonly over: Promise<void>;
  send(bytes: string): void;
  received(): Buffer;
  /** Resolves once what came satisfies; rejects when the connection is over before, or after ten seconds. */
  until(satisfied: () => boolean): Promise<void>;
  /** All exchanges, once so many answers are whole. */
  answered(count: number): Promise<readonly HttpExchange[]>;
  /** What came of them so far. */
  exchanges(): readonly HttpExchange[];
  /** Begins anew: forgets all that was sent and received. */
  forget(): void;
}

/** Connects a {@link WireClient} until the test is over. */
export async function wireClient(port: number): Promise<WireClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  onTestFinished(() => void socket.destroy());
  const over = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let [sent, received] = ['', Buffer.alloc(0)];
  socket.on('error', () => {});
  socket.on('data', (bytes: Buffer) => void (received = Buffer.concat([received, bytes])));
  await once(socket, 'connect');
  const exchanges = (): readonly HttpExchange[] => exchangesIn(Buffer.from(sent, 'latin1'), received);

  async function until(satisfied: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const give = (why: string): void =>
      reject(new Error(`${why}, after ${received.toString('latin1', 0, 400)}`));
    const timer = setTimeout(() => give('nothing more came'), 10_000);
    const look = (): void => void (satisfied() && resolve());
    socket.on('data', look);
    look();
    await Promise.race([promise, over.then(() => give('the connection was over'))]).finally(() => {
      clearTimeout(timer);
      socket.off('data', look);
    });
    await promise;
  }

  return {
    socket,
    over,
    send(bytes) {
      sent += bytes;
      socket.write(bytes, 'latin1');
    },
    received: () => received,
    until,
    exchanges,
    async answered(count) {
      await until(() => exchanges().filter(({ answer }) => answer?.complete).length >= count);
      return exchanges();
    },
    forget() {
      [sent, received] = ['', Buffer.alloc(0)];
    },
  };
}

/** Counts the requests that node:http is given to answer, until the test is over. */
export function countOfNode(): () => number {
  const requests = channel('http.server.request.start');
  let count = 0;
  const onRequest = (): void => void count++;
  requests.subscribe(onRequest);
  onTestFinished(() => {
    requests.unsubscribe(onRequest);
  });
  return () => count;
}

/** The connections that this process accepts at a port, until the test is over. */
export function acceptedAt(port: number): readonly Socket[] {
  const accepted = channel('net.server.socket');
  const sockets: Socket[] = [];
  const onSocket = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    if (socket.localPort === port) sockets.push(socket);
  };
  accepted.subscribe(onSocket);
  onTestFinished(() => {
    accepted.unsubscribe(onSocket);
  });
  return sockets;
}

/** All that can be seen of one request, by the client, by the upstream and by the listener, but for times. */
export interface Seen {
  readonly interim: readonly string[];
  readonly answer: EndToEnd | undefined;
  readonly isClosed: boolean;
  readonly asked: readonly EndToEnd[];
  readonly exchanges: readonly object[];
  readonly upstreams: readonly unknown[];
  readonly refusals: readonly unknown[];
}

/** Sends a request to a new proxy, each part 50 ms after the one before. */
export async function see(
  parts: readonly string[],
  addresses: readonly URL[],
  requests: () => readonly HttpMessage[],
  settings: Partial<ProxySettings> = {},
): Promise<Seen> {
  const standing = await proxyFor(addresses, settings);
  const client = await wireClient(standing.port);
  let isClosed = false;
  void client.over.then(() => (isClosed = true));
  const before = requests().length;
  for (const [i, part] of parts.entries()) {
    if (i > 0) await delay(50);
    client.send(part);
  }
  await client.answered(1).catch(() => {});
  // Whatever else comes, or ends, does so now.
  await delay(50);
  const [exchange] = client.exchanges();
  const answer = exchange?.answer;
  const asked = requests().slice(before);
  return {
    interim: exchange?.interim.map(({ startLine }) => startLine) ?? [],
    answer: answer && sorted(endToEnd(answer, ['date'])),
    isClosed,
    asked: asked.map((request) => endToEnd(request)),
    ...told(standing),
  };
}

/** The order of what node adds is its own. */
function sorted(answer: EndToEnd): EndToEnd {
  return { ...answer, headers: answer.headers.toSorted() };
}

/** What a listener was told, but for times. */
export function told({
  recording,
  upstreams,
  refusals,
}: Standing): Pick<Seen, 'exchanges' | 'upstreams' | 'refusals'> {
  return { exchanges: recording.exchanges.map(timeless), upstreams, refusals };
}

function timeless({ stream, ...exchange }: Exchange): object {
  const seen = stream && { ...stream, openedAt: 0, lastWriteAt: 0 };
  return { ...exchange, stream: seen, startedAt: 0, endedAt: 0 };
}

/** The same request in two parts: node:http is given it before it was sent anywhere. */
export function inParts(request: string): readonly string[] {
  const half = request.indexOf('\r\n') + 2;
  return [request.slice(0, half), request.slice(half)];
}

/** Where connections are neither taken nor refused, until the test is over: its queue is full. */
export async function silentServer(): Promise<URL> {
  const server = new Worker(SILENT, { eval: true });
  const [port] = (await once(server, 'message')) as [number];
  const queued = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  onTestFinished(async () => {
    for (const socket of queued) socket.destroy();
    await server.terminate();
  });
  await Promise.all(queued.map((socket) => once(socket, 'connect')));
  return new URL(`http://127.0.0.1:${port}/mcp`);
}

const SILENT = `
const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  require('node:worker_threads').parentPort.postMessage(server.address().port);
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});`;
