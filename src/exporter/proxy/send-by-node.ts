import http, { type ClientRequest as Outgoing, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { answerTo } from './answer.ts';
import { onceConnected, TIMED_OUT } from './connecting.ts';
import { failureOf, SLOW, UNREACHABLE, UNREADABLE } from './failures.ts';
import { bodyLengthOf, requestHead, trailersOf } from './headers.ts';
import { pairsOf } from './messages.ts';
import { isRepeatable, type Attempt, type Passage } from './passage.ts';
import { pump } from './pump.ts';
import { IDLE_MS, PROBE_MS } from './times.ts';

/**
 * Sends a request, each part of its body as it comes. One that was sent already is not sent again: `answer` brings what
 * comes back. What it answers gives the attempt up at once; nothing more is told of it then.
 */
export type SendByNode = (attempt: Attempt, answer: Duplex | undefined) => () => void;

/** Makes a {@link SendByNode}: node:http knows `Expect`, and trailers of a request. */
export function createSendByNode(connectTimeout: number): SendByNode {
  const options = { keepAlive: true, keepAliveMsecs: PROBE_MS, timeout: IDLE_MS };
  const agents = { http: new http.Agent(options), https: new https.Agent(options) };
  return (attempt, answer) => {
    const { passage, address } = attempt;
    const outgoing = open(attempt, answer === undefined ? agents : { createConnection: () => answer });
    let isSent = answer !== undefined;
    outgoing.once('socket', (socket: Socket) =>
      onceConnected(socket, connectTimeout, {
        timedOut: (error) => outgoing.destroy(error),
        connected() {
          isSent = true;
          passage.addresses.up(address);
          if (answer !== undefined || bodyLengthOf(passage.request) === 0) outgoing.end();
          else sendBody(passage, outgoing);
        },
      }),
    );
    const isAnswered = takeAnswer(attempt, outgoing);
    outgoing.on('error', (error) => {
      if (isAnswered() || passage.underway.isOver) return;
      if (!isSent) attempt.unreachable(error === TIMED_OUT ? SLOW : UNREACHABLE);
      else if (outgoing.reusedSocket && isRepeatable(passage.request)) attempt.stale();
      else attempt.failed(failureOf(error));
    });
    return () => outgoing.destroy();
  };
}

interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

function open(
  { passage, address, host }: Attempt,
  by: Agents | Pick<http.RequestOptions, 'createConnection'>,
): Outgoing {
  const { hostname, port, isSecure } = address;
  const outgoing = (isSecure ? https : http).request({
    host: hostname,
    port,
    method: passage.request.method ?? 'GET',
    path: passage.path,
    headers: requestHead(passage.request, host),
    ...('http' in by ? { agent: isSecure ? by.https : by.http } : by),
  });
  // The size of a head is bounded; a field that node left out silently would be worse.
  outgoing.maxHeadersCount = 0;
  return outgoing;
}

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
