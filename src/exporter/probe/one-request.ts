import {
  request as httpRequest,
  type Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { request as httpsRequest, type Agent as HttpsAgent } from 'node:https';
import type { SecureContext } from 'node:tls';
import { createReferences, PROBE_NAME, type Exchange } from '../../exchange/index.ts';
import { askedIn } from '../../hooks/asked.ts';
import { COMPLETE, type End } from '../../hooks/ended.ts';
import { exchangeOf } from '../../hooks/exchange-of.ts';
import type { ReadHeader } from '../../hooks/head.ts';
import { localPeerOf } from '../../hooks/peer.ts';
import { noteAnswerChunk, noteHead, noteRequestChunk, watchOf, type Watch } from '../../hooks/watch.ts';
import { createJsonReader, createStreamReader, type Reply, type ReplyReader } from './reply.ts';
import type { IdSent } from './report.ts';

/** A request, ready to be sent. */
export interface Outgoing {
  readonly url: URL;
  readonly method: 'POST' | 'GET' | 'DELETE' | 'OPTIONS';
  /** By names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly idSent: IdSent;
  /** Keeps the connection for the next; `false` makes one for this request alone. */
  readonly agent: HttpAgent | HttpsAgent | false;
  /** Whom to trust with TLS; nothing for those whom Node trusts. */
  readonly secureContext: SecureContext | undefined;
  /** Hangs up. */
  readonly signal: AbortSignal | undefined;
}

/** Why there is no whole answer. `spent`: the probe as a whole ran out of time or of requests. */
export type Failure = 'timeout' | 'connection' | 'spent';

/** What came back. */
export interface Answer {
  /** As a hook in a client would have told it. */
  readonly exchange: Exchange;
  readonly idSent: IdSent;
  /** 0 when there was no head. */
  readonly status: number;
  readonly reply: Reply | undefined;
  /** The id that was given: a credential. */
  readonly sessionId: string | undefined;
  readonly header: ReadHeader;
  readonly failure: Failure | undefined;
  /** The code of the system's error, such as `ECONNREFUSED`. */
  readonly errorCode: string | undefined;
}

/** A request whose answer has begun, or failed to. */
export interface Opened {
  /** Bytes of the body that have come. */
  readonly bytes: () => number;
  readonly isOver: () => boolean;
  /** Resolves when the answer holds what was asked for (of a stream to listen, its head), or is over. */
  readonly told: Promise<void>;
  /** Resolves when the answer is over, by the server or by an error. */
  readonly over: Promise<void>;
  /** What is known of the answer by now. */
  readonly soFar: () => Answer;
  /** Hangs up where it is not over; `failure` says why it is not whole. Always the same answer. */
  close(failure?: Failure): Answer;
}

/** As much of a body as is read. */
const BODY_LENGTH = 256 * 1024;

interface Progress {
  readonly watch: Watch;
  response: IncomingMessage | undefined;
  /** Nothing before the head of the answer came. */
  reader: ReplyReader | undefined;
  bytes: number;
  isOver: boolean;
  failure: Failure | undefined;
  errorCode: string | undefined;
}

const references = createReferences();

/** Sends a request; resolves with the head of the answer, or without one after `limitMs`. Never rejects. */
export function openRequest(outgoing: Outgoing, limitMs: number): Promise<Opened> {
  const progress = begin(outgoing);
  const [told, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  return new Promise((resolve) => {
    let answer: Answer | undefined;
    const request = requestOf(outgoing);
    const end = (failure?: Failure, errorCode?: string): void => {
      clearTimeout(timer);
      if (!progress.isOver) Object.assign(progress, { isOver: true, failure, errorCode });
      told.resolve();
      over.resolve();
      resolve(opened);
    };
    const opened: Opened = {
      bytes: () => progress.bytes,
      isOver: () => progress.isOver,
      told: told.promise,
      over: over.promise,
      soFar: () => answerOf(outgoing, progress),
      close(failure) {
        answer ??= answerOf(outgoing, { ...progress, failure: progress.failure ?? failure });
        end(failure);
        request.destroy();
        return answer;
      },
    };
    const timer = setTimeout(() => {
      end('timeout');
      request.destroy();
    }, limitMs);
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (!isStale(request, progress)) return end('connection', error.code);
      clearTimeout(timer);
      resolve(openRequest({ ...outgoing, agent: false }, limitMs));
    });
    request.on('response', (response) => {
      clearTimeout(timer);
      takeHead(progress, outgoing, response);
      follow(progress, response, told.resolve, end);
      resolve(opened);
    });
    request.end(outgoing.body);
  });
}

function requestOf({ url, method, headers, agent, secureContext, signal }: Outgoing): ClientRequest {
  const options = {
    method,
    headers,
    agent,
    ...(signal === undefined ? undefined : { signal }),
    ...(secureContext === undefined ? undefined : { secureContext }),
  };
  return (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options);
}

/** Takes in an answer behind its head; `told` is called when it holds what was asked for. */
function follow(
  progress: Progress,
  response: IncomingMessage,
  told: () => void,
  end: (failure?: Failure, errorCode?: string) => void,
): void {
  if (hasTold(progress)) told();
  response.on('data', (chunk: Buffer) => {
    takeChunk(progress, chunk);
    if (progress.bytes > BODY_LENGTH) response.destroy();
    else if (hasTold(progress)) told();
  });
  response.on('error', (error: NodeJS.ErrnoException) => end('connection', error.code));
  response.on('close', () => end(response.complete ? undefined : 'connection'));
}

/** A connection that was kept may have been closed meanwhile by the server: that says nothing of the request. */
function isStale(request: ClientRequest, { response, isOver }: Progress): boolean {
  return request.reusedSocket && response === undefined && !isOver;
}

function begin({ method, body }: Outgoing): Progress {
  const watch = watchOf({ vantage: 'client', target: 'default', method, startedAt: now() });
  noteRequestChunk(watch, body);
  return {
    watch,
    response: undefined,
    reader: undefined,
    bytes: 0,
    isOver: false,
    failure: undefined,
    errorCode: undefined,
  };
}

function takeHead(progress: Progress, outgoing: Outgoing, response: IncomingMessage): void {
  progress.response = response;
  const status = response.statusCode ?? 0;
  const isStream = noteHead(progress.watch, askedOf(outgoing), status, headersOf(response), now);
  progress.reader = isStream ? createStreamReader() : createJsonReader();
}

function takeChunk(progress: Progress, chunk: Buffer): void {
  progress.bytes += chunk.length;
  progress.reader?.take(chunk.toString('utf8'));
  noteAnswerChunk(progress.watch, chunk, undefined, now);
}

/** A stream stays open behind the answer that it carries; of one to listen the head is all that is awaited. */
function hasTold({ watch, reader }: Progress): boolean {
  return watch.openedAt > 0 && (watch.method === 'GET' || reader?.reply() !== undefined);
}

function answerOf(outgoing: Outgoing, progress: Progress): Answer {
  const { watch, reader, failure, errorCode, response } = progress;
  const asked = askedOf(outgoing);
  const peer = localPeerOf(asked, outgoing.url.origin, PROBE_NAME, references);
  const ended = { ...endOf(failure), at: now() };
  const exchange = exchangeOf({ watch, asked, peer, ended }, { references });
  const header = response === undefined ? () => undefined : headersOf(response);
  return {
    exchange,
    idSent: outgoing.idSent,
    status: exchange.status,
    reply: reader?.reply(),
    sessionId: header('mcp-session-id') || undefined,
    header,
    failure,
    errorCode,
  };
}

function endOf(failure: Failure | undefined): End {
  if (failure === undefined) return COMPLETE;
  return { ending: 'aborted', reason: failure === 'connection' ? 'broken' : 'timeout' };
}

function askedOf({ headers }: Outgoing): ReturnType<typeof askedIn> {
  return askedIn((name) => headers[name]);
}

function headersOf({ headers }: IncomingMessage): ReadHeader {
  return (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}

const { timeOrigin } = performance;

function now(): number {
  return timeOrigin + performance.now();
}
