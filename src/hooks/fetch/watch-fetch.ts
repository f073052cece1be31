import { clearTimeout, setTimeout } from 'node:timers';
import type { Listener } from '../../exchange/index.ts';
import { named, THIS_PROCESS, type ClientOptions } from '../client-options.ts';
import { CANCELLED, COMPLETE, endOf, type End, type Ended } from '../ended.ts';
import { exchangeOf } from '../exchange-of.ts';
import { serverAt } from '../network.ts';
import { localPeerOf } from '../peer.ts';
import { followed, headerReader, type BodyWatch } from '../response.ts';
import { createTelling } from '../telling.ts';
import { tellingByFetch } from '../told-by-fetch.ts';
import { noteAnswerChunk, noteHead, noteSurroundings } from '../watch.ts';
import { readRequest, type FetchArguments } from './asked.ts';
import { fetchWatchOf, type FetchWatch } from './watch.ts';

/** How {@link watchFetch} recognises and names what it sees. */
export type FetchOptions = ClientOptions;

/** Makes a `fetch` of another. */
export type FetchMiddleware = (next: typeof fetch) => typeof fetch;

/** An answer that nobody has begun to read after so long is told by its head: many programs look at the status alone. */
const UNREAD_MS = 1000;

/**
 * Watches a client by the `fetch` that it is given, such as the option of that name in the transports of the MCP
 * TypeScript SDK. Requests go out as they are. Answers come back with a body that tells what is read of it, and else
 * the same (docs/decisions/0017). What is seen is told a moment later (docs/decisions/0014). To stop, stop using it.
 */
export function watchFetch(listener: Listener, options: FetchOptions = {}): FetchMiddleware {
  const { paths, target = (url) => url.host, client = THIS_PROCESS } = options;
  const { now, references } = listener;
  const telling = createTelling(listener);
  const { guarded, later } = telling;
  const timers = new WeakMap<FetchWatch, NodeJS.Timeout>();
  /** A body that the program let go of, without a word. */
  const forgotten = new FinalizationRegistry<FetchWatch>((watch) => conclude(watch, () => CANCELLED));

  function begin(args: FetchArguments): FetchWatch | undefined {
    const request = readRequest(args, paths);
    if (request === undefined) return undefined;
    const watch = fetchWatchOf(request, named(target, request.url), named(client, request.url), now());
    noteSurroundings(watch, listener, serverAt, request.url);
    return watch;
  }

  /** Tells the exchange, once. */
  function conclude(watch: FetchWatch, end: () => End): void {
    if (watch.ended) return;
    guarded(() => {
      watch.ended = true;
      const ended = { ...end(), at: now() };
      clearTimeout(timers.get(watch));
      forgotten.unregister(watch);
      later(() => tell(watch, ended));
    });
  }

  function tell(watch: FetchWatch, ended: Ended): void {
    const { asked, origin, requestPrefix } = watch;
    const peer = localPeerOf(asked, origin, watch.client, references);
    telling.exchange(exchangeOf({ watch, asked, peer, ended }, listener), requestPrefix);
  }

  function bodyWatchOf(watch: FetchWatch): BodyWatch {
    return {
      chunk(chunk) {
        guarded(() => noteAnswerChunk(watch, chunk, undefined, now));
      },
      // Whoever does not want the rest of a plain answer has what he wanted; a stream is over when its reader leaves.
      cancelled: () => conclude(watch, () => (watch.openedAt > 0 ? CANCELLED : COMPLETE)),
      complete: () => conclude(watch, () => COMPLETE),
      failed: (error) => conclude(watch, () => endOf(error, watch.signal)),
    };
  }

  function answered(watch: FetchWatch, response: Response): Response {
    const { asked } = watch;
    if (noteHead(watch, asked, response.status, headerReader(response), now))
      later(() => telling.stream(watch, asked));
    const following = followed(response, bodyWatchOf(watch));
    if (following === undefined) {
      conclude(watch, () => COMPLETE);
      return response;
    }
    const { copy, body } = following;
    forgotten.register(body, watch, watch);
    if (watch.openedAt === 0) timers.set(watch, setTimeout(unread, UNREAD_MS, watch).unref());
    return copy;
  }

  function unread(watch: FetchWatch): void {
    if (watch.answerPrefix === '') conclude(watch, () => COMPLETE);
  }

  return (next) =>
    function watchedFetch(this: unknown, ...args: FetchArguments): Promise<Response> {
      const watch = guarded(() => begin(args));
      if (watch === undefined) return Reflect.apply(next, this, args);
      const answer = tellingByFetch(references, watch, () => Reflect.apply(next, this, args));
      return answer.then(
        (response) => guarded(() => answered(watch, response)) ?? response,
        (error: unknown) => {
          conclude(watch, () => endOf(error, watch.signal));
          throw error;
        },
      );
    };
}
