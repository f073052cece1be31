import type { IncomingMessage, ServerResponse } from 'node:http';
import type { References } from '../../exchange/index.ts';
import type { Asked } from '../asked.ts';
import { opensStream } from '../head.ts';
import type { HttpSseWatch } from '../http-sse.ts';
import { UNREAD } from '../reading.ts';
import { referenceOf } from '../session-id.ts';
import { noteAnswerChunk, type Watch } from '../watch.ts';
import { readAsked } from './asked.ts';
import type { Connection } from './connection.ts';
import { headerReader } from './head.ts';

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
export interface NodeWatch extends HttpSseWatch {
  /** As the framework names it, which may be asked after the request has begun. */
  target: string;
  connection: Connection;
  /** What the connection had sent before. */
  readonly bytesBefore: number;
  /** The request's headers, once they were read. */
  asked: Asked | undefined;
  /** What `writeHead` was given; nothing before the head was sent. */
  headArgs: readonly unknown[] | undefined;
  /** What a framework has made of the body, when one has. */
  body: (() => unknown) | undefined;
}

/** What {@link watchOf} begins with. */
interface Beginning {
  readonly request: IncomingMessage;
  readonly connection: Connection;
  readonly target: string;
  readonly at: number;
  readonly httpSseId: string | undefined;
  readonly awaitsEndpoint: boolean;
  readonly body: NodeWatch['body'];
}

/** A request that has just begun. In one piece: a spread costs as much as all the rest. */
export function watchOf(beginning: Beginning): NodeWatch {
  const { request, connection, target, at, httpSseId, awaitsEndpoint, body } = beginning;
  return {
    vantage: 'server',
    target,
    method: request.method ?? '',
    startedAt: at,
    connection,
    httpSseId,
    awaitsEndpoint,
    bytesBefore: request.socket.bytesWritten,
    asked: undefined,
    session: undefined,
    requestPrefix: '',
    headArgs: undefined,
    body,
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

/** The request's headers, and the session they name: read when they are first asked for. */
export function askedOf(watch: NodeWatch, request: IncomingMessage, references: References): Asked {
  if (watch.asked !== undefined) return watch.asked;
  const asked = readAsked(request);
  // An id in a header is that of Streamable HTTP, whatever the address holds.
  if (asked.sessionId !== undefined) watch.httpSseId = undefined;
  watch.session = referenceOf(asked.sessionId ?? watch.httpSseId, references);
  return (watch.asked = asked);
}

/** Takes in what `write` or `end` was given, which may be nothing but a callback. */
export function noteWritten(watch: Watch, chunk: unknown, encoding: unknown, now: () => number): void {
  if (chunk === undefined || chunk === null || typeof chunk === 'function') return;
  noteAnswerChunk(watch, chunk, encoding, now);
}

/** Takes in the head of the answer, after it was sent. Answers whether it opened a stream. */
export function noteHead(
  watch: NodeWatch,
  response: ServerResponse,
  args: readonly unknown[],
  now: () => number,
): boolean {
  if (watch.headArgs !== undefined) return false;
  watch.headArgs = args;
  if (response.statusCode >= 300) return false;
  if (!opensStream(response.statusCode, headerReader(response, args)('content-type'))) return false;
  watch.openedAt = now();
  return true;
}
