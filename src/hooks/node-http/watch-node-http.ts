import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createCallDigests,
  httpSseSessionIn,
  mayOpenHttpSse,
  type Exchange,
  type Listener,
} from '../../exchange/index.ts';
import { createConnections, UNDECIDED } from './connection.ts';
import { createBacklog } from '../backlog.ts';
import { endingOf, exchangeOf } from './exchange-of.ts';
import { speaksMcp } from '../speaks-mcp.ts';
import {
  askedOf,
  noteAnswerChunk,
  noteEndpoint,
  noteHead,
  noteRequestChunk,
  originalsOf,
  watchOf,
  type Functions,
  type Originals,
  type Watch,
} from './watch.ts';

/** How {@link watchNodeHttp} recognises and names what it sees. */
export interface NodeHttpOptions {
  /**
   * The exact paths on which the protocol is spoken. Default: recognised by a path that ends in `/mcp`, by its
   * headers, or by a POST that accepts both JSON and an event stream; the older HTTP+SSE by its paths (`/sse`,
   * `/messages`, `/message`), with a session id in the address or in the first event.
   */
  readonly paths?: readonly string[] | undefined;
  /** The target a request is counted under, or a function that names it. Default: `default`. */
  readonly target?: string | ((request: IncomingMessage) => string);
  /** Requests that are none of the program's own, such as those for its metrics. Default: none. */
  readonly ignore?: (request: IncomingMessage) => boolean;
}

interface RequestMessage {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const STARTED = 'http.server.request.start';
const FINISHED = 'http.server.response.finish';

/**
 * Watches every HTTP/1 server of this process, whatever framework stands on it, by the diagnostics channels of
 * `node:http`: no module is patched. On a request of the protocol it sets `writeHead`, `write` and `end` on that
 * one response and `push` on that one request, which pass everything on unchanged (docs/decisions/0003). What it
 * sees is told a moment later, together with what else has happened by then (docs/decisions/0014).
 * Answers a function that stops it; requests under way are still told.
 */
export function watchNodeHttp(listener: Listener, options: NodeHttpOptions = {}): () => void {
  const { paths, target = 'default', ignore } = options;
  const { now } = listener;
  const mark = Symbol('mcp-session-exporter');
  const before = Symbol('mcp-session-exporter: before');
  const later = createBacklog(failed);
  const digests = createCallDigests(listener.references);
  const connections = createConnections((change) => guarded(() => listener.connection(change)), conclude);
  let stopped = false;
  let originals: Originals | undefined;
  /** The watch is let go of when the exchange is over: requests and answers live on for several collections. */
  type Marked = { [mark]: Watch | undefined; [before]: Originals };

  function failed(error: unknown): void {
    listener.failed('hook', error);
  }

  function guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      failed(error);
    }
  }

  function writeHead(this: ServerResponse & Marked, ...args: unknown[]): unknown {
    const watch = this[mark];
    const result = Reflect.apply(this[before].writeHead, this, args);
    if (watch === undefined) return result;
    try {
      headSent(watch, this, args);
    } catch (error) {
      failed(error);
    }
    return result;
  }

  function write(this: ServerResponse & Marked, ...args: unknown[]): unknown {
    const watch = this[mark];
    const result = Reflect.apply(this[before].write, this, args);
    if (watch === undefined) return result;
    try {
      noteAnswerChunk(watch, args[0], args[1], now);
      if (watch.awaitsEndpoint) meetEndpoint(watch, this);
    } catch (error) {
      failed(error);
    }
    return result;
  }

  function end(this: ServerResponse & Marked, ...args: unknown[]): unknown {
    const watch = this[mark];
    const result = Reflect.apply(this[before].end, this, args);
    if (watch === undefined) return result;
    try {
      noteAnswerChunk(watch, args[0], args[1], now);
    } catch (error) {
      failed(error);
    }
    return result;
  }

  function push(this: IncomingMessage & Marked, ...args: unknown[]): unknown {
    const watch = this[mark];
    try {
      if (watch !== undefined && args[0] !== null) noteRequestChunk(watch, args[0]);
    } catch (error) {
      failed(error);
    }
    return Reflect.apply(this[before].push, this, args);
  }

  function headSent(watch: Watch, response: ServerResponse, args: readonly unknown[]): void {
    if (noteHead(watch, response, args, now) && !watch.awaitsEndpoint)
      later.add(() => tellStream(watch, response.req));
  }

  /** Decides by its first event what a stream is: one of HTTP+SSE, another, or none of the protocol. */
  function meetEndpoint(watch: Watch, response: ServerResponse): void {
    if (!noteEndpoint(watch)) return;
    if (watch.connection === UNDECIDED) {
      if (watch.httpSseId === undefined) return;
      watch.connection = connections.of(response.req.socket, watch.target);
      watch.connection.underway.add(response);
    }
    later.add(() => tellStream(watch, response.req));
  }

  function tellStream(watch: Watch, request: IncomingMessage): void {
    askedOf(watch, request, listener.references);
    listener.streamOpened({
      vantage: 'server',
      target: watch.target,
      kind: request.method === 'GET' ? 'get' : 'post',
      session: watch.session,
      at: watch.openedAt,
    });
  }

  /** Tells an exchange, once: an answer the program let go of is only over when its connection is. */
  function conclude(response: ServerResponse): void {
    const answer = response as ServerResponse & Marked;
    const watch = answer[mark];
    if (watch === undefined || !watch.connection.underway.delete(response)) return;
    answer[mark] = undefined;
    if (mark in response.req) (response.req as IncomingMessage & Marked)[mark] = undefined;
    // Sent past `writeHead`, by its old name `writeHeader`.
    if (watch.headArgs === undefined && response.headersSent) headSent(watch, response, []);
    // Its first event never came.
    if (watch.awaitsEndpoint && watch.openedAt > 0) later.add(() => tellStream(watch, response.req));
    const ended = { ending: endingOf(watch, response), at: now() };
    later.add(() => listener.exchange(digested(exchangeOf(watch, response, ended, listener), watch)));
    if (stopped) letGo();
  }

  function digested(exchange: Exchange, { requestPrefix }: Watch): Exchange {
    const callDigest = digests.of(exchange, requestPrefix);
    return callDigest === undefined ? exchange : { ...exchange, callDigest };
  }

  /** Once stopped, nothing is kept that is not needed for an answer under way. */
  function letGo(): void {
    connections.letGoUnused();
    if (connections.size === 0) unsubscribe(FINISHED, onFinish);
  }

  function begin({ request, response }: RequestMessage): void {
    const { method, url = '' } = request;
    const speaks = speaksMcp(request, paths);
    const awaitsEndpoint = method === 'GET' && mayOpenHttpSse(url);
    if (!(speaks || (awaitsEndpoint && paths === undefined)) || ignore?.(request) === true) return;
    const name = typeof target === 'string' ? target : target(request);
    const connection = speaks ? connections.of(request.socket, name) : UNDECIDED;
    const httpSseId = method === 'POST' ? httpSseSessionIn(url) : undefined;
    const at = now();
    const watch = watchOf({ request, connection, target: name, at, httpSseId, awaitsEndpoint });
    originals = originalsOf(request, response, originals);
    // One assignment each: Object.assign takes a microsecond more.
    const answer = response as unknown as Marked & Functions<'writeHead' | 'write' | 'end'>;
    answer[mark] = watch;
    answer[before] = originals;
    answer.writeHead = writeHead;
    answer.write = write;
    answer.end = end;
    if (method === 'POST') {
      const asked = request as unknown as Marked & Functions<'push'>;
      asked[mark] = watch;
      asked[before] = originals;
      asked.push = push;
    }
    if (speaks) connection.underway.add(response);
  }

  const onStart = (message: unknown): void => guarded(() => begin(message as RequestMessage));
  const onFinish = (message: unknown): void => guarded(() => conclude((message as RequestMessage).response));
  subscribe(STARTED, onStart);
  subscribe(FINISHED, onFinish);
  return () => {
    unsubscribe(STARTED, onStart);
    stopped = true;
    letGo();
  };
}
