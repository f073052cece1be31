import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Listener } from '../../exchange/index.ts';
import { speaksMcp } from '../speaks-mcp.ts';
import { mayTurnOut, requestsFor } from './requests.ts';

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

/**
 * Watches every HTTP/1 server of this process, whatever framework stands on it, by the diagnostics channels of
 * `node:http`: no module is patched. On a request of the protocol it sets `writeHead`, `write` and `end` on that
 * one response and `push` on that one request, which pass everything on unchanged (docs/decisions/0003). What it
 * sees is told a moment later, together with what else has happened by then (docs/decisions/0014).
 * Answers a function that stops it; requests under way are still told.
 */
export function watchNodeHttp(listener: Listener, options: NodeHttpOptions = {}): () => void {
  const { paths, target, ignore } = options;
  const requests = requestsFor(listener);

  function arrived({ request, response }: RequestMessage): void {
    const { url = '' } = request;
    const speaks = speaksMcp(request, paths);
    if (!(speaks || (paths === undefined && mayTurnOut(request, url))) || ignore?.(request) === true) return;
    const name = typeof target === 'function' ? target(request) : target;
    requests.begin({ request, response, url, speaks, target: name });
  }

  function onStart(message: unknown): void {
    try {
      arrived(message as RequestMessage);
    } catch (error) {
      listener.failed('hook', error);
    }
  }

  subscribe(STARTED, onStart);
  return () => {
    unsubscribe(STARTED, onStart);
    requests.leave();
  };
}
