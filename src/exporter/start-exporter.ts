import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { watchNodeHttp } from '../hooks/node-http/index.ts';
import { createObserver, type Observer } from '../observer.ts';
import { recordTo } from '../recording/index.ts';
import { DEFAULT_HOST, DEFAULT_PORT, type ExporterOptions } from './options.ts';

/** A running exporter. */
export interface Exporter {
  readonly observer: Observer;
  /** Where the status page is; `/metrics` stands beside it. */
  readonly url: string;
  /** Stops to watch and to serve. */
  close(): Promise<void>;
}

/**
 * Watches every HTTP server of this process from the moment of the call, and serves metrics and status page on a
 * listener of its own, which keeps no process alive. Rejects when that listener cannot be had; nothing is watched
 * then.
 */
export async function startExporter(options: ExporterOptions = {}): Promise<Exporter> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, allowedHosts = [], paths } = options;
  const { target = 'default', targets = typeof target === 'string' ? [target] : undefined } = options;
  const observer = createObserver({ ...options, ...(targets === undefined ? undefined : { targets }) });
  const own = new WeakSet<Socket>();
  const ignore = (request: IncomingMessage): boolean =>
    own.has(request.socket) || options.ignore?.(request) === true;
  const recorder = options.record === undefined ? undefined : recordTo(observer, options.record);
  const stopWatching = watchNodeHttp(recorder ?? observer, { paths, target, ignore });
  let watching = true;
  try {
    // Loaded here, so that watching begins at once, and a program that only wants the observer loads no server.
    const { createStatusServer } = await import('./status-server.ts');
    const app = createStatusServer(observer, {
      allowedHosts: [host, ...allowedHosts],
      isReady: () => watching,
    });
    app.server.on('connection', (socket: Socket) => {
      own.add(socket);
      socket.unref();
    });
    // Not shared between the workers of a cluster: each has counts of its own.
    const url = await app.listen({ host, port, exclusive: true });
    app.server.unref();
    return {
      observer,
      url: `${url}/`,
      async close() {
        watching = false;
        stopWatching();
        await recorder?.close();
        await app.close();
      },
    };
  } catch (error) {
    stopWatching();
    await recorder?.close();
    throw error;
  }
}
