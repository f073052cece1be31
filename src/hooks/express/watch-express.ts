import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Listener } from '../../exchange/index.ts';
import { createFrameworkHook, type FrameworkOptions } from '../framework.ts';

/** What is used of a request of Express, 4 or 5. */
export interface ExpressRequest extends IncomingMessage {
  readonly originalUrl: string;
  /** The path that the middleware was mounted on. */
  readonly baseUrl: string;
  readonly body?: unknown;
}

/** How {@link watchExpress} recognises and names what it sees. Every option has a default. */
export type ExpressOptions<Request extends ExpressRequest = ExpressRequest> = FrameworkOptions<Request>;

/** The middleware, which can be stopped: Express has no way to take one out. */
export interface ExpressWatch<Request extends ExpressRequest = ExpressRequest> {
  (request: Request, response: ServerResponse, next: () => void): void;
  /** From now on it hands every request on unseen; those under way are still told. */
  readonly stop: () => void;
}

/**
 * Makes a middleware that watches the app, the router or the route it is given to, and nothing else of the process.
 * `app.use` it before all others: it sees what reaches it, and whatever is answered from there on. A body that a
 * parser has read tells what could not be read on the wire, such as a compressed one. Where `watchNodeHttp` watches
 * for the same listener, no request is counted twice, and `target` is that of the middleware.
 */
export function watchExpress<Request extends ExpressRequest = ExpressRequest>(
  listener: Listener,
  options: ExpressOptions<Request> = {},
): ExpressWatch<Request> {
  const hook = createFrameworkHook(listener, options);

  function watch(request: Request, response: ServerResponse, next: () => void): void {
    const { originalUrl: url } = request;
    hook.arrived({ of: request, request, response, url, body: () => request.body });
    next();
  }

  return Object.assign(watch, { stop: hook.stop });
}
