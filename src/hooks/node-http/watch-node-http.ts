import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Listener } from '../../exchange/index.ts';
import { createPeers } from './peer.ts';
import { UNREAD } from './reading.ts';
import { speaksMcp } from './speaks-mcp.ts';
import { exchangeOf, noteAnswerChunk, noteHead, noteRequestChunk, type Watch } from './watch.ts';

/** How {@link watchNodeHttp} recognises and names what it sees. */
export interface NodeHttpOptions {
  /**
   * The exact paths on which the protocol is spoken. Default: recognised by a path that ends in `/mcp`, by its
   * headers, or by a POST that accepts both JSON and an event stream.
   */
  readonly paths?: readonly string[] | undefined;
  /** The target a request is counted under, or a function that names it. Default: `default`. */
  readonly target?: string | ((request: IncomingMessage) => string);
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
  const { paths, target = 'default' } = options;
  const mark = Symbol('mcp-session-exporter');
  const peers = createPeers(listener.references);
  const sockets = new WeakSet<Socket>();
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
    const result: unknown = Reflect.apply(watch.writeHead, this, args);
    guarded(() => noteHead(watch, this.req, this, args, listener));
    return result;
  }

  function write(this: ServerResponse & Marked, ...args: unknown[]): unknown {
    const watch = this[mark];
    guarded(() => noteAnswerChunk(watch, args[0], args[1]));
    return Reflect.apply(watch.write, this, args);
  }

  function end(this: ServerResponse & Marked, ...args: unknown[]): unknown {
    const watch = this[mark];
    guarded(() => noteAnswerChunk(watch, args[0], args[1]));
    return Reflect.apply(watch.end, this, args);
  }

  function push(this: IncomingMessage & Marked, ...args: [chunk: unknown, encoding?: BufferEncoding]): boolean {
    const watch = this[mark];
    guarded(() => noteRequestChunk(watch, args[0]));
    return Reflect.apply(watch.push, this, args);
  }

  function closed(this: ServerResponse & Marked): void {
    guarded(() => listener.exchange(exchangeOf(this[mark], this.req, this, listener)));
  }

  function noteConnection(socket: Socket, name: string): void {
    if (sockets.has(socket)) return;
    sockets.add(socket);
    listener.connection({ vantage: 'server', target: name, change: 'opened' });
    socket.once('close', () => listener.connection({ vantage: 'server', target: name, change: 'closed' }));
  }

  function begin({ request, response }: RequestStart): void {
    if (!speaksMcp(request, paths)) return;
    const name = typeof target === 'string' ? target : target(request);
    const { socket } = request;
    const watch: Watch = {
      target: name,
      peer: peers.of(request),
      startedAt: listener.now(),
      bytesBefore: socket.bytesWritten,
      writeHead: response.writeHead,
      write: response.write,
      end: response.end,
      push: request.push,
      requestPrefix: '',
      answerPrefix: '',
      head: undefined,
      openedAt: 0,
      stream: UNREAD,
    };
    Object.assign(response, { [mark]: watch, writeHead, write, end });
    if (request.method === 'POST' && request.headers['mcp-method'] === undefined) {
      Object.assign(request, { [mark]: watch, push });
    }
    response.on('close', closed);
    noteConnection(socket, name);
  }

  const onStart = (message: unknown): void => guarded(() => begin(message as RequestStart));
  subscribe(CHANNEL, onStart);
  return () => void unsubscribe(CHANNEL, onStart);
}
