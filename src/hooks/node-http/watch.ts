import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Listener, Reference } from '../../exchange/index.ts';
import type { Connection } from './connection.ts';
import { readHead, type Head } from './head.ts';
import { peerOf, sessionSentBy, type Peer } from './peer.ts';
import { readStream, textOf, UNREAD, type StreamReading } from './reading.ts';

/** Functions of a request or a response as what they are to JavaScript: properties, to be called with anything. */
export type Functions<Name extends string> = Record<Name, (...args: unknown[]) => unknown>;

/** What is known of one request while it is under way, and the functions that were there before ours. */
export interface Watch extends Readonly<Functions<'writeHead' | 'write' | 'end' | 'push'>> {
  readonly target: string;
  readonly connection: Connection;
  readonly peer: Peer;
  readonly session: Reference | undefined;
  readonly startedAt: number;
  /** What the connection had sent before. */
  readonly bytesBefore: number;
  requestPrefix: string;
  answerPrefix: string;
  head: Head | undefined;
  /** When the answer's head opened a stream; 0 when it did not. */
  openedAt: number;
  /** When the stream was last written to. */
  lastWriteAt: number;
  stream: StreamReading;
}

const REQUEST_PREFIX = 8 * 1024;
const ANSWER_PREFIX = 4 * 1024;

/** What {@link watchOf} begins with. */
interface Beginning {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly connection: Connection;
  readonly target: string;
  readonly listener: Listener;
}

/** A request that has just begun. */
export function watchOf({ request, response, connection, target, listener }: Beginning): Watch {
  const { writeHead, write, end } = response as unknown as Functions<'writeHead' | 'write' | 'end'>;
  const { push } = request as unknown as Functions<'push'>;
  connection.peer = peerOf(request, connection.peer, listener.references);
  return {
    target,
    connection,
    peer: connection.peer,
    session: sessionSentBy(request, listener.references),
    startedAt: listener.now(),
    bytesBefore: request.socket.bytesWritten,
    writeHead,
    write,
    end,
    push,
    requestPrefix: '',
    answerPrefix: '',
    head: undefined,
    openedAt: 0,
    lastWriteAt: 0,
    stream: UNREAD,
  };
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
  if (streaming) watch.stream = readStream(watch.stream, text);
  if (room > 0) watch.answerPrefix += text.length <= room ? text : text.slice(0, room);
}

/** Takes in the head of the answer, after it was sent; tells the stream if it opens one. */
export function noteHead(
  watch: Watch,
  response: ServerResponse,
  args: readonly unknown[],
  listener: Listener,
): void {
  if (watch.head !== undefined) return;
  watch.head = readHead(response, args);
  if (!watch.head.isEventStream || response.statusCode >= 300) return;
  watch.openedAt = listener.now();
  listener.streamOpened({
    vantage: 'server',
    target: watch.target,
    kind: response.req.method === 'GET' ? 'get' : 'post',
    session: watch.session,
    at: watch.openedAt,
  });
}
