import type { IncomingMessage, ServerResponse } from 'node:http';
import { sessionIdInEndpoint, type Reference, type References } from '../../exchange/index.ts';
import { readAsked, type Asked } from './asked.ts';
import type { Connection } from './connection.ts';
import { referenceOf } from '../session-id.ts';
import { isEventStream } from './head.ts';
import { readStream, textOf, UNREAD, type StreamReading } from '../reading.ts';

/** Functions of a request or a response as what they are to JavaScript: properties, to be called with anything. */
export type Functions<Name extends string> = Record<Name, (...args: unknown[]) => unknown>;

/** The functions that were there before ours. */
export type Originals = Readonly<Functions<'writeHead' | 'write' | 'end' | 'push'>>;

/** The functions of a request and its response; `last` again when they are the same, as they are nearly always. */
export function originalsOf(
  request: IncomingMessage,
  response: ServerResponse,
  last: Originals | undefined,
): Originals {
  const { writeHead, write, end } = response as unknown as Originals;
  const { push } = request as unknown as Originals;
  const isSame =
    last?.writeHead === writeHead && last.write === write && last.end === end && last.push === push;
  return isSame ? last : { writeHead, write, end, push };
}

/**
 * What is known of one request while it is under way. Only what would be gone later is taken down at once; what can
 * be read later, is.
 */
export interface Watch {
  readonly target: string;
  connection: Connection;
  readonly startedAt: number;
  /** The session id of HTTP+SSE: in the address posted to, or in the one that the stream named first. */
  httpSseId: string | undefined;
  /** Whether the stream may still turn out to be one of HTTP+SSE. */
  awaitsEndpoint: boolean;
  /** What the connection had sent before. */
  readonly bytesBefore: number;
  /** The request's headers, once they were read, and the session they name. */
  asked: Asked | undefined;
  session: Reference | undefined;
  requestPrefix: string;
  answerPrefix: string;
  /** What `writeHead` was given; nothing before the head was sent. */
  headArgs: readonly unknown[] | undefined;
  /** When the answer's head opened a stream; 0 when it did not. */
  openedAt: number;
  /** When the stream was last written to. */
  lastWriteAt: number;
  /** What was written to the stream and not read yet. */
  unread: string;
  stream: StreamReading;
}

const REQUEST_PREFIX = 8 * 1024;
const ANSWER_PREFIX = 4 * 1024;
/** Read at the latest when so much was written. */
const UNREAD_LENGTH = 1024;

/** What {@link watchOf} begins with. */
interface Beginning {
  readonly request: IncomingMessage;
  readonly connection: Connection;
  readonly target: string;
  readonly at: number;
  readonly httpSseId: string | undefined;
  readonly awaitsEndpoint: boolean;
}

/** A request that has just begun. */
export function watchOf(beginning: Beginning): Watch {
  const { request, connection, target, at, httpSseId, awaitsEndpoint } = beginning;
  return {
    target,
    connection,
    startedAt: at,
    httpSseId,
    awaitsEndpoint,
    bytesBefore: request.socket.bytesWritten,
    asked: undefined,
    session: undefined,
    requestPrefix: '',
    answerPrefix: '',
    headArgs: undefined,
    openedAt: 0,
    lastWriteAt: 0,
    unread: '',
    stream: UNREAD,
  };
}

/** The request's headers, and the session they name: read when they are first asked for. */
export function askedOf(watch: Watch, request: IncomingMessage, references: References): Asked {
  if (watch.asked !== undefined) return watch.asked;
  const asked = readAsked(request);
  // An id in a header is that of Streamable HTTP, whatever the address holds.
  if (asked.sessionId !== undefined) watch.httpSseId = undefined;
  watch.session = referenceOf(asked.sessionId ?? watch.httpSseId, references);
  return (watch.asked = asked);
}

/** Takes in a part of the request's body, until the prefix is full. */
export function noteRequestChunk(watch: Watch, chunk: unknown): void {
  const room = REQUEST_PREFIX - watch.requestPrefix.length;
  if (room > 0) watch.requestPrefix += textOf(chunk, undefined, room);
}

/** Takes in a part of the answer's body, after it was written. */
export function noteAnswerChunk(watch: Watch, chunk: unknown, encoding: unknown, now: () => number): void {
  if (chunk === undefined || chunk === null || typeof chunk === 'function') return;
  if (watch.openedAt > 0) watch.lastWriteAt = now();
  const room = ANSWER_PREFIX - watch.answerPrefix.length;
  const streaming = watch.openedAt > 0 && !watch.stream.carriedData;
  if (room <= 0 && !streaming) return;
  const text = textOf(chunk, encoding, ANSWER_PREFIX);
  if (streaming) {
    watch.unread += text;
    if (watch.unread.length > UNREAD_LENGTH) readUnread(watch);
  }
  if (room > 0) watch.answerPrefix += text.length <= room ? text : text.slice(0, room);
}

/** Reads what was written to the stream since the last time; answers all that was read of it. */
export function readUnread(watch: Watch): StreamReading {
  if (watch.unread !== '' && !watch.stream.carriedData) watch.stream = readStream(watch.stream, watch.unread);
  watch.unread = '';
  return watch.stream;
}

/** Takes in the head of the answer, after it was sent. Answers whether it opened a stream. */
export function noteHead(
  watch: Watch,
  response: ServerResponse,
  args: readonly unknown[],
  now: () => number,
): boolean {
  if (watch.headArgs !== undefined) return false;
  watch.headArgs = args;
  if (response.statusCode >= 300 || !isEventStream(response, args)) return false;
  watch.openedAt = now();
  return true;
}

/** Looks for the event with which a stream of HTTP+SSE begins. Answers whether it is decided now. */
export function noteEndpoint(watch: Watch): boolean {
  const id = sessionIdInEndpoint(watch.answerPrefix);
  if (id === undefined && watch.answerPrefix.length < ENDPOINT_LENGTH && !EVENT.test(watch.answerPrefix))
    return false;
  watch.awaitsEndpoint = false;
  watch.httpSseId = id;
  // The event tells of the stream itself: it is no data that a client waited for.
  if (id !== undefined) [watch.unread, watch.stream] = ['', UNREAD];
  return true;
}

/** No server names an address that takes longer. */
const ENDPOINT_LENGTH = 2048;

/** An event with data, whole. */
const EVENT = /^data:[^\r\n]*\r?\n/m;
