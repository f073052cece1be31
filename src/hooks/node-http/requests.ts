import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { httpSseSessionIn, mayOpenHttpSse, type Listener } from '../../exchange/index.ts';
import { noteEndpoint } from '../http-sse.ts';
import { readParsedBody } from '../parsed-body.ts';
import { createTelling } from '../telling.ts';
import { clientOf } from '../network.ts';
import { noteRequestChunk, noteSurroundings } from '../watch.ts';
import { createConnections, UNDECIDED } from './connection.ts';
import type { Ended } from '../ended.ts';
import { endingOf, exchangeOf } from './exchange-of.ts';
import {
  askedOf,
  noteHead,
  noteWritten,
  originalsOf,
  watchOf,
  type Functions,
  type NodeWatch,
  type Originals,
} from './watch.ts';

/** A request that has come, and what whoever hands it in knows of it. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What was asked for: a framework may have cut the request's own. */
  readonly url: string;
  /** Whether it is one of the protocol; if not, it may yet turn out to open a stream of HTTP+SSE. */
  readonly speaks: boolean;
  /** The target it is counted under; nothing when that is for another to say. */
  readonly target: string | undefined;
  /** What a framework has made of its body, asked for when all is over. */
  readonly body?: (() => unknown) | undefined;
}

/** Watches the requests that are handed in, and tells its listener of each once, whoever hands it in, and how often. */
export interface Requests {
  /** Begins to watch a request, or takes in what else is known of one that is watched. Never throws. */
  begin(arrival: Arrival): void;
  /** Hands in no more. Once nobody does, only the requests under way are still told. */
  leave(): void;
}

interface Shared {
  readonly begin: Requests['begin'];
  readonly stop: () => void;
  users: number;
}

const shared = new WeakMap<Listener, Shared>();

/** The {@link Requests} of a listener: all that watch for it share one, so that nothing is counted twice. */
export function requestsFor(listener: Listener): Requests {
  const of = shared.get(listener) ?? watchRequests(listener);
  shared.set(listener, of);
  of.users++;
  let left = false;
  return {
    begin: of.begin,
    leave() {
      if (left) return;
      left = true;
      if (--of.users > 0) return;
      shared.delete(listener);
      of.stop();
    },
  };
}

/** Whether a request may turn out to open a stream of HTTP+SSE. */
export function mayTurnOut({ method }: Pick<IncomingMessage, 'method'>, url: string): boolean {
  return method === 'GET' && mayOpenHttpSse(url);
}

const FINISHED = 'http.server.response.finish';

/**
 * Sets `writeHead`, `write` and `end` on one response and `push` on one request at a time, which pass everything on
 * unchanged (docs/decisions/0003). What is seen is told a moment later (docs/decisions/0014).
 */
function watchRequests(listener: Listener): Shared {
  const { now, references } = listener;
  const telling = createTelling(listener);
  const { failed, guarded, later } = telling;
  const mark = Symbol('mcp-session-exporter');
  const before = Symbol('mcp-session-exporter: before');
  const connections = createConnections((change) => guarded(() => listener.connection(change)), conclude);
  let stopped = false;
  let originals: Originals | undefined;
  /** The watch is let go of when the exchange is over: requests and answers live on for several collections. */
  type Marked = { [mark]: NodeWatch | undefined; [before]: Originals };

  function writeHead(this: ServerResponse & Marked, ...args: unknown[]): unknown {
    const watch = this[mark];
    const result = Reflect.apply(this[before].writeHead, this, args);
    if (watch === undefined) return result;
    try {
      noteSurroundings(watch, listener, clientOf, this.req);
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
      noteWritten(watch, args[0], args[1], now);
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
      noteWritten(watch, args[0], args[1], now);
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

  function headSent(watch: NodeWatch, response: ServerResponse, args: readonly unknown[]): void {
    if (noteHead(watch, response, args, now) && !watch.awaitsEndpoint)
      later(() => tellStream(watch, response.req));
  }

  /** Decides by its first event what a stream is: one of HTTP+SSE, another, or none of the protocol. */
  function meetEndpoint(watch: NodeWatch, response: ServerResponse): void {
    if (!noteEndpoint(watch)) return;
    if (watch.connection === UNDECIDED) {
      if (watch.httpSseId === undefined) return;
      watch.connection = connections.of(response.req.socket, watch.target);
      watch.connection.underway.add(response);
    }
    later(() => tellStream(watch, response.req));
  }

  function tellStream(watch: NodeWatch, request: IncomingMessage): void {
    telling.stream(watch, askedOf(watch, request, references));
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
    if (watch.awaitsEndpoint && watch.openedAt > 0) later(() => tellStream(watch, response.req));
    const ended = { ending: endingOf(watch, response), at: now() };
    later(() => tell(watch, response, ended));
    if (stopped) letGo();
  }

  function tell(watch: NodeWatch, response: ServerResponse, ended: Ended): void {
    guarded(() => readParsedBody(watch));
    telling.exchange(exchangeOf(watch, response, ended, listener), watch.requestPrefix);
  }

  /** Once stopped, nothing is kept that is not needed for an answer under way. */
  function letGo(): void {
    connections.letGoUnused();
    if (connections.size === 0) unsubscribe(FINISHED, onFinish);
  }

  function begin(arrival: Arrival): void {
    const { request, response } = arrival;
    const known = (response as ServerResponse & Partial<Marked>)[mark];
    if (known !== undefined) addTo(known, arrival);
    // Answered before it came here: what there was to see is over.
    else if (!response.headersSent) set(request, response, beginning(arrival));
  }

  function addTo(watch: NodeWatch, { target, body }: Arrival): void {
    watch.target = target ?? watch.target;
    watch.body ??= body;
  }

  function beginning({ request, url, speaks, target = 'default', body }: Arrival): NodeWatch {
    return watchOf({
      request,
      connection: speaks ? connections.of(request.socket, target) : UNDECIDED,
      target,
      at: now(),
      httpSseId: request.method === 'POST' ? httpSseSessionIn(url) : undefined,
      awaitsEndpoint: mayTurnOut(request, url),
      body,
    });
  }

  function set(request: IncomingMessage, response: ServerResponse, watch: NodeWatch): void {
    originals = originalsOf(request, response, originals);
    // One assignment each: Object.assign takes a microsecond more.
    const answer = response as unknown as Marked & Functions<'writeHead' | 'write' | 'end'>;
    answer[mark] = watch;
    answer[before] = originals;
    answer.writeHead = writeHead;
    answer.write = write;
    answer.end = end;
    if (request.method === 'POST' && !hasBegun(request)) {
      const asked = request as unknown as Marked & Functions<'push'>;
      asked[mark] = watch;
      asked[before] = originals;
      asked.push = push;
    }
    if (watch.connection !== UNDECIDED) watch.connection.underway.add(response);
  }

  const onFinish = (message: unknown): void =>
    guarded(() => conclude((message as { readonly response: ServerResponse }).response));
  subscribe(FINISHED, onFinish);
  return {
    begin: (arrival) => guarded(() => begin(arrival)),
    stop() {
      stopped = true;
      letGo();
    },
    users: 0,
  };
}

/** A part of the body has come already: what follows would be taken for its beginning. */
function hasBegun(request: IncomingMessage): boolean {
  return request.readableLength > 0 || request.readableDidRead || request.complete;
}
