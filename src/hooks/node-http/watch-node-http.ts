import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Listener } from '../../exchange/index.ts';
import { createConnections } from './connection.ts';
import { exchangeOf } from './exchange-of.ts';
import { speaksMcp } from './speaks-mcp.ts';
import { noteAnswerChunk, noteHead, noteRequestChunk, watchOf, type Functions, type Watch } from './watch.ts';

/** How {@link watchNodeHttp} recognises and names what it sees. */
export interface NodeHttpOptions {
  /**
   * The exact paths on which the protocol is spoken. Default: recognised by a path that ends in `/mcp`, by its
   * headers, or by a POST that accepts both JSON and an event stream.
   */
  readonly paths?: readonly string[] | undefined;
  /** The target a request is counted under, or a function that names it. Default: `default`. */
  readonly target?: string | ((request: IncomingMessage) => string);
  /** Requests that are none of the program's own, such as those for its metrics. Default: none. */
  readonly ignore?: (request: IncomingMessage) => boolean;
}

interface RequestStart {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const CHANNEL = 'http.server.request.start';

/**
 * Watches every HTTP/1 server of this process, whatever framework stands on it, by the diagnostics channel of
 * `node:http`: no module is patched. On a request of the protocol it sets `writeHead`, `write` and `end` on that
 * one response and `push` on that one request, which pass everything on unchanged (docs/decisions/0003).
 * Answers a function that stops it; requests under way are still told.
 */
export function watchNodeHttp(listener: Listener, options: NodeHttpOptions = {}): () => void {
  const { paths, target = 'default', ignore } = options;
  const mark = Symbol('mcp-session-exporter');
  const connections = createConnections((change) => guarded(() => listener.connection(change)), conclude);
  let stopped = false;
  type Marked = { [mark]: Watch };

  function guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      listener.failed('hook', error);
    }
  }

  function writeHead(this: ServerResponse & Marked, ...args: unknown[]): unknown {
    const watch = this[mark];
    const result = Reflect.apply(watch.writeHead, this, args);
    guarded(() => noteHead(watch, this, args, listener));
    return result;
  }

  function write(this: ServerResponse & Marked, ...args: unknown[]): unknown {
    const watch = this[mark];
    const result = Reflect.apply(watch.write, this, args);
    guarded(() => noteAnswerChunk(watch, args[0], args[1], listener.now));
    return result;
  }

  function end(this: ServerResponse & Marked, ...args: unknown[]): unknown {
    const watch = this[mark];
    const result = Reflect.apply(watch.end, this, args);
    guarded(() => noteAnswerChunk(watch, args[0], args[1], listener.now));
    return result;
  }

  function push(this: IncomingMessage & Marked, ...args: unknown[]): unknown {
    const watch = this[mark];
    if (args[0] !== null) guarded(() => noteRequestChunk(watch, args[0]));
    return Reflect.apply(watch.push, this, args);
  }

  function closed(this: ServerResponse): void {
    conclude(this);
  }

  /** Tells an exchange, once: an answer the program let go of is only over when its connection is. */
  function conclude(response: ServerResponse): void {
    const watch = (response as ServerResponse & Marked)[mark];
    if (!watch.connection.underway.delete(response)) return;
    guarded(() => {
      // Sent past `writeHead`, by its old name `writeHeader`.
      if (watch.head === undefined && response.headersSent) noteHead(watch, response, [], listener);
      listener.exchange(exchangeOf(watch, response, listener));
    });
    if (stopped) connections.letGoUnused();
  }

  function begin({ request, response }: RequestStart): void {
    if (!speaksMcp(request, paths) || ignore?.(request) === true) return;
    const name = typeof target === 'string' ? target : target(request);
    const connection = connections.of(request.socket, name);
    const watch = watchOf({ request, response, connection, target: name, listener });
    // One assignment each: Object.assign takes a microsecond more.
    const answer = response as unknown as Marked & Functions<'writeHead' | 'write' | 'end'>;
    answer[mark] = watch;
    answer.writeHead = writeHead;
    answer.write = write;
    answer.end = end;
    if (request.method === 'POST' && request.headers['mcp-method'] === undefined) {
      const asked = request as unknown as Marked & Functions<'push'>;
      asked[mark] = watch;
      asked.push = push;
    }
    connection.underway.add(response);
    response.on('close', closed);
  }

  const onStart = (message: unknown): void => guarded(() => begin(message as RequestStart));
  subscribe(CHANNEL, onStart);
  return () => {
    unsubscribe(CHANNEL, onStart);
    stopped = true;
    connections.letGoUnused();
  };
}
