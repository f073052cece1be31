import { randomUUID } from 'node:crypto';
import { clearTimeout, setTimeout } from 'node:timers';
import { createCallDigests, type Ending, type Exchange, type Listener } from '../../exchange/index.ts';
import { createBacklog } from '../backlog.ts';
import { readAsked, type FetchArguments } from './asked.ts';
import { exchangeOf } from './exchange-of.ts';
import { followed, type BodyWatch } from './response.ts';
import { endingOf, noteChunk, noteHead, watchOf, type Watch } from './watch.ts';

/** How {@link watchFetch} recognises and names what it sees. */
export interface FetchOptions {
  /**
   * The exact paths on which the protocol is spoken. Default: recognised by a path that ends in `/mcp`, by its
   * headers, or by a POST that accepts both JSON and an event stream.
   */
  readonly paths?: readonly string[] | undefined;
  /** The target a request is counted under, or a function that names it. Default: the host of its URL, with the port. */
  readonly target?: string | ((url: URL) => string);
  /**
   * Who speaks, where one process speaks for several clients: any name, or a function that tells it when a request
   * is sent. It is hashed. Default: this process.
   */
  readonly client?: string | ((url: URL) => string);
}

/** Makes a `fetch` of another. */
export type FetchMiddleware = (next: typeof fetch) => typeof fetch;

/** Tells one process from another. */
const THIS_PROCESS = randomUUID();

/** An answer that nobody has begun to read after so long is told by its head: many programs look at the status alone. */
const UNREAD_MS = 1000;

/**
 * Watches a client by the `fetch` that it is given, such as the option of that name in the transports of the MCP
 * TypeScript SDK. Requests go out as they are. Answers come back with a body that tells what is read of it, and else
 * the same (docs/decisions/0017). What is seen is told a moment later (docs/decisions/0014). To stop, stop using it.
 */
export function watchFetch(listener: Listener, options: FetchOptions = {}): FetchMiddleware {
  const { paths, target = (url) => url.host, client = THIS_PROCESS } = options;
  const { now } = listener;
  const later = createBacklog(failed);
  const digests = createCallDigests(listener.references);
  const timers = new WeakMap<Watch, NodeJS.Timeout>();
  /** A body that the program let go of, without a word. */
  const forgotten = new FinalizationRegistry<Watch>((watch) => conclude(watch, 'aborted'));

  function failed(error: unknown): void {
    listener.failed('hook', error);
  }

  function guarded<Result>(run: () => Result): Result | undefined {
    try {
      return run();
    } catch (error) {
      failed(error);
      return undefined;
    }
  }

  function begin(args: FetchArguments): Watch | undefined {
    const asked = readAsked(args, paths);
    return asked && watchOf(asked, named(target, asked.url), named(client, asked.url), now());
  }

  /** Tells the exchange, once. */
  function conclude(watch: Watch, ending: Ending): void {
    if (watch.ended) return;
    guarded(() => {
      const ended = (watch.ended = { ending, at: now() });
      clearTimeout(timers.get(watch));
      forgotten.unregister(watch);
      later.add(() => listener.exchange(digested(exchangeOf(watch, ended, listener), watch)));
    });
  }

  function digested(exchange: Exchange, { asked }: Watch): Exchange {
    const callDigest = digests.of(exchange, asked.prefix);
    return callDigest === undefined ? exchange : { ...exchange, callDigest };
  }

  function tellStream({ asked, target: name, openedAt }: Watch): void {
    const session = asked.sessionId ? listener.references.of(asked.sessionId) : undefined;
    const kind = asked.method === 'GET' ? 'get' : 'post';
    listener.streamOpened({ vantage: 'client', target: name, kind, session, at: openedAt });
  }

  function bodyWatchOf(watch: Watch): BodyWatch {
    return {
      chunk(chunk) {
        guarded(() => noteChunk(watch, chunk, now));
      },
      // Whoever does not want the rest of a plain answer has what he wanted; a stream is over when its reader leaves.
      cancelled: () => conclude(watch, watch.openedAt > 0 ? 'aborted' : 'complete'),
      complete: () => conclude(watch, 'complete'),
      failed: (error) => conclude(watch, endingOf(watch, error)),
    };
  }

  function answered(watch: Watch, response: Response): Response {
    if (noteHead(watch, response, now)) later.add(() => tellStream(watch));
    const following = followed(response, bodyWatchOf(watch));
    if (following === undefined) {
      conclude(watch, 'complete');
      return response;
    }
    const { copy, body } = following;
    forgotten.register(body, watch, watch);
    if (watch.openedAt === 0) timers.set(watch, setTimeout(unread, UNREAD_MS, watch).unref());
    return copy;
  }

  function unread(watch: Watch): void {
    if (watch.answerPrefix === '') conclude(watch, 'complete');
  }

  return (next) =>
    function watchedFetch(this: unknown, ...args: FetchArguments): Promise<Response> {
      const watch = guarded(() => begin(args));
      const answer = Reflect.apply(next, this, args);
      if (watch === undefined) return answer;
      return answer.then(
        (response) => guarded(() => answered(watch, response)) ?? response,
        (error: unknown) => {
          conclude(watch, endingOf(watch, error));
          throw error;
        },
      );
    };
}

function named(name: string | ((url: URL) => string), url: URL): string {
  return typeof name === 'string' ? name : name(url);
}
