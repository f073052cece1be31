import { httpSseSessionIn, type Listener } from '../../exchange/index.ts';
import { askedIn, type Asked } from '../asked.ts';
import { COMPLETE, type End, type Ended } from '../ended.ts';
import { exchangeOf } from '../exchange-of.ts';
import { readParsedBody } from '../parsed-body.ts';
import { remotePeerOf, type RemotePeer } from '../peer.ts';
import { followed, headerReader, type BodyWatch } from '../response.ts';
import { speaksMcp, telltale } from '../speaks-mcp.ts';
import { createTelling } from '../telling.ts';
import { clientAt } from '../network.ts';
import {
  noteAnswerChunk,
  noteHead,
  noteRequestChunk,
  noteSurroundings,
  watchOf,
  type Watch,
} from '../watch.ts';
import { readBeginning } from './beginning.ts';
import { followRequestBody, type RequestBodyWatch } from './request-body.ts';

/** A web-standard handler of requests; the rest is what its runtime hands it besides, such as bindings. */
export type WebHandler = (request: Request, ...rest: never[]) => Response | Promise<Response>;

/** How {@link watchWeb} recognises and names what it sees. */
export interface WebOptions {
  /**
   * The exact paths on which the protocol is spoken. Default: recognised by a path that ends in `/mcp`, by its
   * headers, or by a POST that accepts both JSON and an event stream.
   */
  readonly paths?: readonly string[] | undefined;
  /** The target a request is counted under, or a function that names it. Default: `default`. */
  readonly target?: string | ((request: Request) => string);
  /** Requests that are none of the program's own, such as those for its metrics. Default: none. */
  readonly ignore?: (request: Request) => boolean;
  /**
   * The address of whoever asks, which a request does not hold and every runtime tells otherwise. It is hashed. Default:
   * none, and clients that a proxy does not name (`X-Forwarded-For`) and that carry no credential are told apart by
   * their `User-Agent` alone.
   */
  readonly address?: (request: Request, ...rest: never[]) => string | undefined;
}

/** What is known of one request while it is under way. */
interface WebWatch extends Watch {
  readonly asked: Asked;
  readonly address: string;
  ended: boolean;
}

/** A text of which the beginning may say what it means. */
const TEXT = /^text\/|[/+]json\b/i;

/** Whoever asked has left. */
const LEFT: End = Object.freeze({ ending: 'aborted', reason: 'left' });

/** The program's own stream failed. */
const BROKEN: End = Object.freeze({ ending: 'reset', reason: 'broken' });

/**
 * Watches a server by its web-standard handler, such as the `fetch` of a Hono app or of `createMcpHandler` in version
 * 2 of the SDK: answers a handler to be used in its place. The handler gets the very request; what it reads of the
 * body is seen as it reads it. An event stream comes back with a body that tells what passes through it, and else the
 * same; the beginning of any other text is read from a copy (docs/decisions/0022). What is seen is told a moment later
 * (docs/decisions/0014). To stop, use the handler itself again.
 *
 * A process that also watches `node:http` for the same listener tells each request twice: use one of the two.
 */
export function watchWeb(
  listener: Listener,
  options: WebOptions = {},
): <Handler extends WebHandler>(handler: Handler) => Handler {
  const { paths, target = 'default', ignore, address } = options;
  const { now, references } = listener;
  const telling = createTelling(listener);
  const { failed, guarded, later } = telling;
  let lastPeer: RemotePeer | undefined;

  function begin(request: Request, rest: never[]): WebWatch | undefined {
    const read = headerReader(request);
    const { pathname, search } = new URL(request.url);
    const { method } = request;
    const seen = telltale(read);
    const url = pathname + search;
    if (!speaksMcp({ method, url, headers: seen }, paths)) return undefined;
    // Of HTTP+SSE: its sessions are streams, which this hook does not follow.
    if (seen['mcp-session-id'] === undefined && httpSseSessionIn(url) !== undefined) return undefined;
    if (ignore?.(request) === true) return undefined;
    const name = typeof target === 'string' ? target : target(request);
    const watch = watchOf({ vantage: 'server', target: name, method, startedAt: now() });
    const remote = address?.(request, ...rest) ?? '';
    noteSurroundings(watch, listener, clientAt, remote);
    const known = { asked: askedIn(read), address: remote, ended: false };
    if (method === 'POST') followRequestBody(request, requestBodyWatchOf(watch));
    return Object.assign(watch, known);
  }

  function requestBodyWatchOf(watch: Watch): RequestBodyWatch {
    return {
      chunk: (chunk) => guarded(() => noteRequestChunk(watch, chunk)),
      parsed: (value) =>
        guarded(() => {
          const read = { requestPrefix: watch.requestPrefix, body: () => value };
          readParsedBody(read);
          watch.requestPrefix = read.requestPrefix;
        }),
    };
  }

  /** Tells the exchange, once. */
  function conclude(watch: WebWatch, end: End): void {
    if (watch.ended) return;
    watch.ended = true;
    guarded(() => {
      const ended = { ...end, at: now() };
      later(() => tell(watch, ended));
    });
  }

  function tell(watch: WebWatch, ended: Ended): void {
    const { asked, address: remote, requestPrefix } = watch;
    const peer = (lastPeer = remotePeerOf(asked, remote, lastPeer, references));
    telling.exchange(exchangeOf({ watch, asked, peer, ended }, listener), requestPrefix);
  }

  function noteAnswer(watch: WebWatch, chunk: unknown): void {
    guarded(() => noteAnswerChunk(watch, chunk, undefined, now));
  }

  function bodyWatchOf(watch: WebWatch): BodyWatch {
    return {
      chunk: (chunk) => noteAnswer(watch, chunk),
      cancelled: () => conclude(watch, LEFT),
      complete: () => conclude(watch, COMPLETE),
      failed: () => conclude(watch, BROKEN),
    };
  }

  function answered(watch: WebWatch, response: Response): Response {
    const read = headerReader(response);
    const isStream = noteHead(watch, watch.asked, response.status, read, now);
    if (isStream) {
      later(() => telling.stream(watch, watch.asked));
      const following = followed(response, bodyWatchOf(watch));
      if (following !== undefined) return following.copy;
    } else if (TEXT.test(read('content-type') ?? '')) {
      void readBeginning(response, (chunk) => noteAnswer(watch, chunk))
        .catch(failed)
        .then(() => conclude(watch, COMPLETE));
      return response;
    }
    conclude(watch, COMPLETE);
    return response;
  }

  /** A handler that fails is answered for by whatever runs it, and with this status by all that are known. */
  function failedWithin(watch: WebWatch): void {
    guarded(() => noteHead(watch, watch.asked, 500, () => undefined, now));
    conclude(watch, COMPLETE);
  }

  function watched(
    watch: WebWatch,
    answer: () => Response | Promise<Response>,
  ): Response | Promise<Response> {
    const handOn = (response: Response): Response => guarded(() => answered(watch, response)) ?? response;
    try {
      const response = answer();
      if (!isPromise(response)) return handOn(response);
      return response.then(handOn, (error: unknown) => {
        failedWithin(watch);
        throw error;
      });
    } catch (error) {
      failedWithin(watch);
      throw error;
    }
  }

  return <Handler extends WebHandler>(handler: Handler) => {
    function watchedHandler(this: unknown, ...args: Parameters<WebHandler>): Response | Promise<Response> {
      const [request, ...rest] = args;
      const watch = guarded(() => begin(request, rest));
      const answer = (): Response | Promise<Response> => Reflect.apply(handler as WebHandler, this, args);
      return watch === undefined ? answer() : watched(watch, answer);
    }
    return watchedHandler as Handler;
  };
}

/** Whatever the handler hands back, which may be nothing of what it should be. */
function isPromise(answer: Response | Promise<Response>): answer is Promise<Response> {
  return typeof (answer as Partial<Promise<Response>> | undefined)?.then === 'function';
}
