import type { FastifyInstance, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import type { Listener } from '../../exchange/index.ts';
import { createFrameworkHook, type FrameworkOptions } from '../framework.ts';

/** What {@link watchFastify} is registered with. */
export interface FastifyOptions extends FrameworkOptions<FastifyRequest> {
  /** Whom to tell: what `createObserver` makes. */
  readonly observer: Listener;
}

function plugin(app: FastifyInstance, options: FastifyOptions, done: (error?: Error) => void): void {
  const { observer } = options;
  if (typeof observer?.exchange !== 'function') {
    done(new TypeError(`observer: ${typeof observer} is not allowed; it must be what createObserver makes`));
    return;
  }
  const hook = createFrameworkHook(observer, options);
  app.addHook('onRequest', (request, reply, next) => {
    const { raw, originalUrl: url } = request;
    hook.arrived({ of: request, request: raw, response: reply.raw, url, body: () => request.body });
    next();
  });
  app.addHook('onClose', (_app, closed) => {
    hook.stop();
    closed();
  });
  done();
}

/**
 * A plugin for Fastify 5 that watches the app it is registered with, and nothing else of the process, until the app is
 * closed: `await app.register(watchFastify, { observer })`, before all others, for it sees what reaches its `onRequest`
 * hook, and whatever is answered from there on, hijacked or not. Its hook is that of the context that registers it. A
 * body that Fastify has parsed tells what could not be read on the wire. Where `watchNodeHttp` watches for the same
 * observer, no request is counted twice, and `target` is that of the plugin. Registering rejects with a TypeError
 * without an observer.
 */
export const watchFastify = fastifyPlugin(plugin, { fastify: '5.x', name: 'mcp-session-exporter' });
