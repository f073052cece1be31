import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

/** A request as node reads it. */
export interface NodeRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly httpVersion: string;
  readonly rawHeaders: readonly string[];
  readonly headers: object;
  body: string;
  trailers: readonly string[];
  isWhole: boolean;
}

/** What node reads from a connection. */
export interface NodeRequests {
  readonly requests: readonly NodeRequest[];
  /** Why it reads no further. */
  readonly refusal: string | undefined;
}

/** Has node read the requests of a connection, with the parser and the bounds that the proxy gives it. */
export function createNodeServer(): (text: string) => Promise<NodeRequests> {
  const readings = new WeakMap<object, { requests: NodeRequest[]; refusal: string | undefined }>();
  const server: Server = http.createServer({ insecureHTTPParser: false, maxHeaderSize: 16_384 });
  server.maxHeadersCount = 0;
  server.on('request', (request, response) => {
    readings.get(request.socket)?.requests.push(readRequest(request, response));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const reading = readings.get(socket);
    if (reading !== undefined) reading.refusal = error.code ?? error.message;
    socket.destroy();
  });
  return async (text) => {
    const reading: { requests: NodeRequest[]; refusal: string | undefined } = {
      requests: [],
      refusal: undefined,
    };
    const connection = connectionOf();
    readings.set(connection, reading);
    server.emit('connection', connection);
    connection.push(Buffer.from(text, 'latin1'));
    await settled();
    connection.destroy();
    return reading;
  };
}

function readRequest(request: IncomingMessage, response: ServerResponse): NodeRequest {
  const { method, url, httpVersion, rawHeaders, headers } = request;
  const read = { method, url, httpVersion, rawHeaders, headers: { ...headers } };
  const all: NodeRequest = { ...read, body: '', trailers: [], isWhole: false };
  request.on('data', (part: Buffer) => (all.body += part.toString('latin1')));
  request.on('end', () => {
    all.trailers = request.rawTrailers;
    all.isWhole = request.complete;
    response.end();
  });
  request.on('error', () => {});
  return all;
}

/** An answer as node has read it up to now. */
export interface NodeAnswer {
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly rawHeaders: readonly string[] | undefined;
  readonly body: string;
  readonly trailers: readonly string[];
  readonly isWhole: boolean;
  /** Why it reads no further. */
  readonly failure: string | undefined;
  /** Whether the connection is kept for the next request. */
  readonly isKept: boolean;
}

/** Has node's client read the answer to a GET; answers how far it has come after each piece. */
export async function readAnswerByNode(pieces: readonly Buffer[]): Promise<NodeAnswer[]> {
  const connection = connectionOf();
  const reader = openReader(connection);
  await turn();
  const states: NodeAnswer[] = [];
  for (const piece of pieces) {
    if (!connection.destroyed) connection.push(piece);
    await settled();
    states.push(reader.now());
  }
  connection.destroy();
  return states;
}

function openReader(connection: Duplex): { now(): NodeAnswer } {
  const agent = new http.Agent({ keepAlive: true });
  let [response, failure, body, isKept]: [IncomingMessage | undefined, string | undefined, string, boolean] =
    [undefined, undefined, '', false];
  agent.createConnection = () => connection;
  agent.keepSocketAlive = () => {
    isKept = true;
    return false;
  };
  const request = http.request({ agent, insecureHTTPParser: false, maxHeaderSize: 16_384 });
  request.maxHeadersCount = 0;
  request.on('response', (incoming) => {
    response = incoming;
    incoming.on('data', (part: Buffer) => (body += part.toString('latin1')));
    incoming.on('error', () => {});
  });
  request.on('information', () => (failure ??= 'an interim answer'));
  request.on('upgrade', () => (failure ??= 'another protocol'));
  request.on('error', (error: NodeJS.ErrnoException) => (failure ??= error.code ?? error.message));
  request.end();
  return {
    now: () => ({
      status: response?.statusCode,
      reason: response?.statusMessage,
      rawHeaders: response?.rawHeaders,
      body,
      trailers: response?.rawTrailers ?? [],
      isWhole: response?.complete === true,
      failure,
      isKept,
    }),
  };
}

/** A connection whose other end is whoever pushes. */
function connectionOf(): Duplex {
  const connection = new Duplex({ read() {}, write: (_, __, done) => done() });
  return connection.on('error', () => {});
}

/** All that follows from what was pushed has happened: nothing of it leaves the process. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 4; turns++) await turn();
}
