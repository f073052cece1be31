import http, { type ClientRequest as Outgoing, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { answerTo } from './answer.ts';
import { failureOf, SLOW, UNREACHABLE, UNREADABLE } from './failures.ts';
import { requestHead, trailersOf } from './headers.ts';
import { pairsOf } from './messages.ts';
import { isRepeatable, type Attempt, type Body, type GiveUp, type Passage } from './passage.ts';
import { pump } from './pump.ts';
import { IDLE_MS, PROBE_MS } from './times.ts';

/** Sends a request, each part of its body as it comes. */
export type SendByNode = (attempt: Attempt, body: Body) => GiveUp;

/** Makes a {@link SendByNode}: node:http knows `Expect`, and trailers of a request. */
export function createSendByNode(connectTimeout: number): SendByNode {
  const options = { keepAlive: true, keepAliveMsecs: PROBE_MS, timeout: IDLE_MS };
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };
  return (attempt, body) => {
    const { passage, host, address } = attempt;
    const outgoing = open(attempt, requestHead(passage.request, host), agents);
    let isSent = false;
    onceConnected(outgoing, connectTimeout, () => {
      isSent = true;
      passage.addresses.up(address);
      if (body === 'coming') sendBody(passage, outgoing);
      else outgoing.end(body === 'none' ? undefined : body);
    });
    const isAnswered = takeAnswer(attempt, outgoing);
    outgoing.on('error', (error) => {
      if (isAnswered() || passage.underway.isOver) return;
      if (!isSent) attempt.unreachable(error === TIMED_OUT ? SLOW : UNREACHABLE);
      else if (outgoing.reusedSocket && isRepeatable(passage.request, body)) attempt.stale();
      else attempt.failed(failureOf(error));
    });
    return () => outgoing.destroy();
  };
}

function open(
  { passage, address }: Attempt,
  headers: string[],
  agents: { readonly http: http.Agent; readonly https: https.Agent },
): Outgoing {
  const { hostname, port, isSecure } = address;
  const outgoing = (isSecure ? https : http).request({
    host: hostname,
    port,
    method: passage.request.method ?? 'GET',
    path: passage.path,
    headers,
    agent: isSecure ? agents.https : agents.http,
  });
  // The size of a head is bounded; a field that node left out silently would be worse.
  outgoing.maxHeadersCount = 0;
  return outgoing;
}

/** Runs `begin` when there is a connection: what is sent before may be lost, and could not be sent elsewhere. */
function onceConnected(outgoing: Outgoing, timeout: number, begin: () => void): void {
  outgoing.once('socket', (socket: Socket) => {
    if (!socket.connecting) return begin();
    socket.setKeepAlive(true, PROBE_MS);
    let isConnected = false;
    const giveUp = (): void => void (isConnected || outgoing.destroy(TIMED_OUT));
    // After a standstill of the process timers come before the connection that was had meanwhile.
    const timer = setTimeout(() => setImmediate(giveUp), timeout);
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
      isConnected = true;
      clearTimeout(timer);
      begin();
    });
    socket.once('close', () => clearTimeout(timer));
  });
}

const TIMED_OUT = new Error('The upstream did not accept a connection in time.');

function sendBody({ request, passing }: Passage, outgoing: Outgoing): void {
  const isHere = request.readableLength > 0;
  pump(request, outgoing, {
    chunk: passing.requestChunk,
    ended() {
      const trailers = trailersOf(request.rawTrailers);
      if (trailers.length > 0) outgoing.addTrailers(pairsOf(trailers));
    },
  });
  // The head goes with the first part of the body when that has come too, and else by itself.
  if (!isHere) outgoing.flushHeaders();
}

/** Answers how to learn whether there is an answer. */
function takeAnswer(attempt: Attempt, outgoing: Outgoing): () => boolean {
  const answer = answerTo(attempt);
  let isAnswered = false;
  outgoing.on('information', ({ statusCode, rawHeaders }) => answer.information(statusCode, rawHeaders));
  // Nobody asked for another protocol; without a listener nobody would hear of it either.
  outgoing.once('upgrade', (_, socket) => {
    isAnswered = true;
    socket.destroy();
    attempt.failed(UNREADABLE);
  });
  outgoing.once('response', (incoming: IncomingMessage) => {
    isAnswered = true;
    const { statusCode = 502, statusMessage = '', rawHeaders } = incoming;
    if (!answer.head(statusCode, statusMessage, rawHeaders)) return void outgoing.destroy();
    incoming.on('data', (chunk: Buffer) => answer.chunk(chunk, incoming));
    incoming.once('end', () => answer.end(incoming.rawTrailers));
    incoming.once('error', () => answer.broken());
  });
  return () => isAnswered;
}
