import { ANSWER_PREFIX_LENGTH, type Ending } from '../../exchange/index.ts';
import { readStream, textOf, UNREAD, type StreamReading } from '../reading.ts';
import type { Asked } from './asked.ts';

/** The head of an answer, as far as it matters here. */
export interface Head {
  readonly status: number;
  readonly sessionId: string | undefined;
  readonly challenged: boolean;
  readonly retryAfter: boolean;
}

/** What is known of one request while it is under way. */
export interface Watch {
  readonly asked: Asked;
  readonly target: string;
  /** Who speaks, in the words of the program. */
  readonly client: string;
  readonly startedAt: number;
  /** Nothing before the answer's head has come. */
  head: Head | undefined;
  answerPrefix: string;
  /** When the head of a stream came; 0 when there is none. */
  openedAt: number;
  /** When anything last came on the stream. */
  lastReadAt: number;
  stream: StreamReading;
  /** How and when it ended; nothing while it is under way. */
  ended: { readonly ending: Ending; readonly at: number } | undefined;
}

/** A request that has just begun. */
export function watchOf(asked: Asked, target: string, client: string, startedAt: number): Watch {
  return {
    asked,
    target,
    client,
    startedAt,
    head: undefined,
    answerPrefix: '',
    openedAt: 0,
    lastReadAt: 0,
    stream: UNREAD,
    ended: undefined,
  };
}

/** Takes in the head of the answer. Answers whether it opened a stream. */
export function noteHead(watch: Watch, { status, headers }: Response, now: () => number): boolean {
  const isEventStream =
    status >= 200 && status < 300 && (headers.get('content-type') ?? '').startsWith('text/event-stream');
  watch.head = {
    status,
    sessionId: headers.get('mcp-session-id') ?? undefined,
    challenged: (status === 401 || status === 403) && headers.has('www-authenticate'),
    retryAfter: status >= 400 && headers.has('retry-after'),
  };
  if (isEventStream) watch.openedAt = now();
  return isEventStream;
}

/** Takes in a part of the answer's body, as it is handed to the program. */
export function noteChunk(watch: Watch, chunk: unknown, now: () => number): void {
  if (watch.openedAt > 0) watch.lastReadAt = now();
  const room = ANSWER_PREFIX_LENGTH - watch.answerPrefix.length;
  const streaming = watch.openedAt > 0 && !watch.stream.carriedData;
  if (room <= 0 && !streaming) return;
  const text = textOf(chunk, undefined, ANSWER_PREFIX_LENGTH);
  if (streaming) watch.stream = readStream(watch.stream, text);
  if (room > 0) watch.answerPrefix += text.slice(0, room);
}

/** How an answer ended that broke off, or a request that has none. */
export function endingOf({ asked }: Watch, error: unknown): Ending {
  if (asked.signal?.aborted === true) return 'aborted';
  const { name, cause } = (error ?? {}) as { name?: unknown; cause?: { code?: unknown } };
  return name === 'AbortError' || cause?.code === OTHER_SIDE_CLOSED ? 'aborted' : 'reset';
}

/** What undici says when the connection was closed in the middle, rather than broken. */
const OTHER_SIDE_CLOSED = 'UND_ERR_SOCKET';
