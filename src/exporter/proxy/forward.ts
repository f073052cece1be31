import http, { type ClientRequest as Outgoing, type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Reference, UpstreamError } from '../../exchange/index.ts';
import { opensStream } from '../../hooks/head.ts';
import type { Address, Addresses } from './addresses.ts';
import type { Underway } from './drain.ts';
import { endToEnd, requestHead, trailersOf } from './headers.ts';
import {
  breakOff,
  flushHead,
  isWhole,
  pairsOf,
  valueOf,
  writeHead,
  writeInformation,
  writeTrailers,
  type ClientRequest,
  type ClientResponse,
} from './messages.ts';
import { answerSelf, type OwnAnswer } from './own-answer.ts';
import type { Passing } from './passing.ts';
import { pump } from './pump.ts';
import type { FullSettings } from './settings.ts';

/** A connection that has been silent for so long is probed by the system: one whose other end is gone is found. */
export const PROBE_MS = 30_000;

/** How upstreams are reached. */
export interface Reach extends Pick<FullSettings, 'connectTimeout' | 'hostHeader'> {
  readonly agents: { readonly http: http.Agent; readonly https: https.Agent };
}

/** One request on its way, and who is told of it. */
export interface Passage {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly path: string;
  readonly addresses: Addresses;
  /** The session that the request names. */
  readonly session: Reference | undefined;
  /** The reference of a session that an answer names. */
  readonly referenceOf: (sessionId: string | undefined) => Reference | undefined;
  readonly passing: Passing;
  readonly underway: Underway;
}

/** An answer in the place of one that failed. */
type Failure = OwnAnswer & { readonly error: UpstreamError };

/**
 * Passes a request on, and the answer back, each part as it comes, and no faster than it is taken. When one side
 * leaves, the other is told at once. A request of which nothing was sent goes to another address, if there is one;
 * one that may have been received is never repeated, unless it is safe and its pooled connection was stale.
 */
export function forward(passage: Passage, reach: Reach): void {
  const { response, addresses, session, passing, underway } = passage;
  const tried = new Set<Address>();
  let outgoing: Outgoing | undefined;

  onceOver(passage, () => outgoing?.destroy());

  function attempt(failure: Failure): void {
    const address = addresses.choose(session, tried);
    if (address === undefined) return refuse(failure);
    tried.add(address);
    outgoing = send(passage, address, reach, {
      unreachable(error) {
        addresses.down(address, error.error);
        attempt(error);
      },
      stale() {
        tried.delete(address);
        attempt(TERMINATED);
      },
      failed(error) {
        addresses.failed(error.error);
        if (response.headersSent) breakOff(response);
        else refuse(error);
      },
    });
  }

  function refuse(own: OwnAnswer): void {
    if (underway.isOver) return;
    const { headers, body } = answerSelf(response, own);
    passing.head(own.status, headers);
    passing.answerChunk(body);
  }

  attempt(UNREACHABLE);
}

/** The client has its answer, or has left: whatever still goes on for it ends. */
function onceOver({ request, response, passing }: Passage, end: () => void): void {
  response.on('error', () => {});
  response.once('close', () => {
    passing.ended(isWhole(response) ? 'complete' : 'left');
    end();
    // What is left of an upload that was answered early stands before the next request of its connection.
    request.resume();
  });
}

/** What may become of a request that was sent, other than an answer. */
interface Fates {
  /** Nothing was sent: there was no connection. */
  unreachable(failure: Failure): void;
  /** The connection was an old one, and the request may be sent again. */
  stale(): void;
  failed(failure: Failure): void;
}

function send(passage: Passage, address: Address, reach: Reach, fates: Fates): Outgoing {
  const { request, response, addresses, underway } = passage;
  const host = reach.hostHeader === 'upstream' ? address.host : undefined;
  const { headers, hasBody } = requestHead(request, host);
  const outgoing = open(passage, address, headers, reach);
  let [isSent, isAnswered] = [false, false];
  onceConnected(outgoing, reach.connectTimeout, () => {
    isSent = true;
    addresses.up(address);
    if (hasBody) sendBody(passage, outgoing);
    else outgoing.end();
  });
  outgoing.on('information', ({ statusCode, rawHeaders }) =>
    writeInformation(response, statusCode, endToEnd(rawHeaders)),
  );
  // Nobody asked for another protocol; without a listener nobody would hear of it either.
  outgoing.once('upgrade', (_, socket) => {
    isAnswered = true;
    socket.destroy();
    fates.failed(UNREADABLE);
  });
  outgoing.once('response', (answer) => {
    isAnswered = true;
    try {
      passBack(passage, address, answer);
    } catch {
      // A status or a field that node does not send on.
      outgoing.destroy();
      fates.failed(UNREADABLE);
    }
  });
  outgoing.on('error', (error) => {
    if (isAnswered || underway.isOver) return;
    if (!isSent) return fates.unreachable(error === TIMED_OUT ? SLOW : UNREACHABLE);
    if (outgoing.reusedSocket && !hasBody && SAFE.has(request.method ?? '')) return fates.stale();
    fates.failed(TERMINATED);
  });
  return outgoing;
}

function open({ request, path }: Passage, address: Address, headers: string[], { agents }: Reach): Outgoing {
  const { hostname, port, isSecure } = address;
  const outgoing = (isSecure ? https : http).request({
    host: hostname,
    port,
    method: request.method ?? 'GET',
    path,
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
    const timer = setTimeout(() => outgoing.destroy(TIMED_OUT), timeout);
    socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      begin();
    });
    socket.once('close', () => clearTimeout(timer));
  });
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

function passBack(passage: Passage, address: Address, answer: IncomingMessage): void {
  const { response, addresses, passing, underway } = passage;
  bindSession(passage, address, answer);
  const status = answer.statusCode ?? 502;
  const headers = endToEnd(answer.rawHeaders);
  underway.isStream = opensStream(status, valueOf(headers, 'content-type'));
  writeHead(response, status, answer.statusMessage ?? '', headers);
  passing.head(status, headers, (session) => addresses.bind(session, address));
  pump(answer, response, {
    chunk: passing.answerChunk,
    ended: () => writeTrailers(response, trailersOf(answer.rawTrailers)),
  });
  answer.once('error', () => {
    if (underway.isOver) return;
    passing.ended('broken');
    addresses.failed('http_response_incomplete');
    breakOff(response);
  });
  // Node tells of the head before it reads on: what came with it is here within this turn.
  setImmediate(() => {
    if (!answer.readableDidRead) flushHead(response);
  });
}

/** Where a session was begun, or is accepted, there it lives. */
function bindSession(
  { addresses, session, referenceOf }: Passage,
  address: Address,
  answer: IncomingMessage,
): void {
  if ((answer.statusCode ?? 500) >= 400) return;
  const home = referenceOf(valueOf(answer.rawHeaders, 'mcp-session-id')) ?? session;
  if (home !== undefined) addresses.bind(home, address);
}

/** Nothing of such a request may change anything, so a lost one may be sent again (RFC 9110, 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

const TIMED_OUT = new Error('The upstream did not accept a connection in time.');

const RETRY_AFTER = 5;

const UNREACHABLE: Failure = {
  status: 503,
  error: 'connection_refused',
  message: 'the upstream cannot be reached; nothing was sent to it',
  retryAfter: RETRY_AFTER,
};

const SLOW: Failure = {
  status: 503,
  error: 'connection_timeout',
  message: 'the upstream did not accept a connection in time; nothing was sent to it',
  retryAfter: RETRY_AFTER,
};

const TERMINATED: Failure = {
  status: 502,
  error: 'connection_terminated',
  message: 'the upstream closed the connection without an answer; it may have received the request',
  retryAfter: RETRY_AFTER,
};

const UNREADABLE: Failure = {
  status: 502,
  error: 'http_protocol_error',
  message: 'the answer of the upstream cannot be passed on',
};
