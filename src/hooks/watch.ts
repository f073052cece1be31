import {
  ANSWER_PREFIX_LENGTH,
  REQUEST_PREFIX_BYTES,
  type Listener,
  type NetworkFacts,
  type Reference,
  type References,
  type StreamFacts,
  type StreamKind,
  type TraceContext,
  type Vantage,
} from '../exchange/index.ts';
import type { Asked } from './asked.ts';
import { opensStream, readHead, type Head, type ReadHeader } from './head.ts';
import { readStream, textOf, UNREAD, type StreamReading } from './reading.ts';
import { referenceOf } from './session-id.ts';

/** What is known of one request and its answer while they are under way, wherever the hook stands. */
export interface Watch {
  readonly vantage: Vantage;
  readonly target: string;
  readonly method: string;
  readonly startedAt: number;
  /** The session that the request names; see {@link sessionOf}. */
  session: Reference | undefined;
  requestPrefix: string;
  /** The head of the answer; nothing before it was read. */
  head: Head | undefined;
  answerPrefix: string;
  /** When the answer's head opened a stream; 0 when it did not. */
  openedAt: number;
  /** When anything was last seen on the stream. */
  lastChunkAt: number;
  /** What was seen of the stream and not read yet. */
  unread: string;
  stream: StreamReading;
  /** The span that was under way in the program; read only where `Listener.wantsCalls` says so. */
  ambient: TraceContext | undefined;
  /** Who is at the other end; read as `ambient` is. */
  network: NetworkFacts | undefined;
}

/** A request that has just begun. */
export function watchOf(begun: Pick<Watch, 'vantage' | 'target' | 'method' | 'startedAt'>): Watch {
  return {
    vantage: begun.vantage,
    target: begun.target,
    method: begun.method,
    startedAt: begun.startedAt,
    session: undefined,
    requestPrefix: '',
    head: undefined,
    answerPrefix: '',
    openedAt: 0,
    lastChunkAt: 0,
    unread: '',
    stream: UNREAD,
    ambient: undefined,
    network: undefined,
  };
}

/** Read at the latest when so much was seen. */
const UNREAD_LENGTH = 1024;

/**
 * Takes in what is gone later, when somebody wants to know: the program's own span that is under way where this is
 * called, and, read by `network` from `source`, who is at the other end.
 */
export function noteSurroundings<Source>(
  watch: Watch,
  listener: Listener,
  network: (source: Source) => NetworkFacts | undefined,
  source: Source,
): void {
  if (listener.wantsCalls !== true) return;
  watch.ambient ??= listener.tracing?.ambient();
  watch.network ??= network(source);
}

/** The session that a request names: hashed when it is first asked for. */
export function sessionOf(watch: Watch, asked: Asked, references: References): Reference | undefined {
  return (watch.session ??= referenceOf(asked.sessionId, references));
}

/** Takes in a part of the request's body, until the prefix is full. */
export function noteRequestChunk(watch: Watch, chunk: unknown): void {
  const room = REQUEST_PREFIX_BYTES - watch.requestPrefix.length;
  if (room > 0) watch.requestPrefix += textOf(chunk, undefined, room);
}

/** Takes in the head of the answer as it is. Answers whether it opened a stream. */
export function noteHead(
  watch: Watch,
  asked: Asked,
  status: number,
  read: ReadHeader,
  now: () => number,
): boolean {
  watch.head = readHead(status, read, asked.origin !== undefined);
  const isStream = opensStream(status, read('content-type'));
  if (isStream) watch.openedAt = now();
  return isStream;
}

/** Takes in a part of the answer's body; `encoding` is that of a text, as node has it. */
export function noteAnswerChunk(watch: Watch, chunk: unknown, encoding: unknown, now: () => number): void {
  if (watch.openedAt > 0) watch.lastChunkAt = now();
  const room = ANSWER_PREFIX_LENGTH - watch.answerPrefix.length;
  const streaming = watch.openedAt > 0 && !watch.stream.carriedData;
  if (room <= 0 && !streaming) return;
  const text = textOf(chunk, encoding, ANSWER_PREFIX_LENGTH);
  if (streaming) {
    watch.unread += text;
    if (watch.unread.length > UNREAD_LENGTH) readUnread(watch);
  }
  if (room > 0) watch.answerPrefix += text.length <= room ? text : text.slice(0, room);
}

/** Reads what was seen of the stream since the last time; answers all that was read of it. */
function readUnread(watch: Watch): StreamReading {
  if (watch.unread !== '' && !watch.stream.carriedData) watch.stream = readStream(watch.stream, watch.unread);
  watch.unread = '';
  return watch.stream;
}

/** Whether a stream was opened to listen, or by a request that it answers. */
export function streamKindOf({ method }: Watch): StreamKind {
  return method === 'GET' ? 'get' : 'post';
}

/** What was seen of the answer when it was a stream. */
export function streamFactsOf(watch: Watch): StreamFacts | undefined {
  if (watch.openedAt === 0) return undefined;
  const { carriedData, retryHint, eventIds } = readUnread(watch);
  return {
    kind: streamKindOf(watch),
    openedAt: watch.openedAt,
    carriedData,
    retryHint,
    eventIds,
    lastWriteAt: Math.max(watch.openedAt, watch.lastChunkAt),
  };
}
