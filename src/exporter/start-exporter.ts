import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Listener } from '../exchange/index.ts';
import { watchNodeHttp } from '../hooks/node-http/index.ts';
import { watchUndici } from '../hooks/undici/index.ts';
import { createObserver, type Observer } from '../observer.ts';
import { recordTo } from '../recording/index.ts';
import { startOpenTelemetry } from './open-telemetry.ts';
// Before the server that is loaded later, and loads it too: Node refuses a CommonJS program that requires a module
// which is being imported.
import '../sinks/prometheus.ts';
import { DEFAULT_HOST, DEFAULT_PORT, type ExporterOptions } from './options.ts';

/** A running exporter. */
export interface Exporter {
  readonly observer: Observer;
  /** What further hooks report to: the observer, behind the recorder where something is recorded. */
  readonly listener: Listener;
  /** Where the status page is; `/metrics` stands beside it. */
  readonly url: string;
  /** Stops to watch and to serve. */
  close(): Promise<void>;
}

/**
 * Watches this process from the moment of the call, its servers, its clients or both, and serves metrics and status
 * page on a listener of its own, which keeps no process alive. Rejects when that listener cannot be had; nothing is
 * watched then.
 */
export async function startExporter(options: ExporterOptions = {}): Promise<Exporter> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, allowedHosts = [], probing } = options;
  const observer = createObserver({ ...options, targets: targetsOf(options) });
  const own = new WeakSet<Socket>();
  const recorder = options.record === undefined ? undefined : recordTo(observer, options.record);
  const listener = recorder ?? observer;
  const stopWatching = watch(listener, options, own);
  const stopTelling = await startOpenTelemetry(observer);
  let watching = true;
  try {
    // Loaded here, so that watching begins at once, and a program that only wants the observer loads no server.
    const { createStatusServer } = await import('./status-server.ts');
    const app = createStatusServer(observer, {
      allowedHosts: [host, ...allowedHosts],
      isReady: () => watching,
      ...(probing === undefined ? undefined : { probing: () => probing }),
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
      listener,
      url: `${url}/`,
      async close() {
        watching = false;
        stopWatching();
        await stopTelling();
        await recorder?.close();
        await app.close();
      },
    };
  } catch (error) {
    stopWatching();
    await stopTelling();
    await recorder?.close();
    throw error;
  }
}

/** Watches what the options name, but for what comes over the sockets of the exporter's `own` listener. */
function watch(listener: Listener, options: ExporterOptions, own: WeakSet<Socket>): () => void {
  const { vantages = ['server'], paths, target, outgoing } = options;
  const ignore = (request: IncomingMessage): boolean =>
    own.has(request.socket) || options.ignore?.(request) === true;
  const stops: (() => void)[] = [];
  if (vantages.includes('server'))
    stops.push(
      watchNodeHttp(listener, { paths, ignore, ...(target === undefined ? undefined : { target }) }),
    );
  if (vantages.includes('client')) stops.push(watchUndici(listener, { paths, ...outgoing }));
  return () => {
    for (const stop of stops) stop();
  };
}

/** The name of the program's own server is always on the list, and a host that is not is `other`. */
function targetsOf({
  vantages = ['server'],
  target = 'default',
  targets,
}: ExporterOptions): readonly string[] {
  const name = typeof target === 'string' ? target : 'default';
  if (targets === undefined) return [name];
  const served = vantages.includes('server') && typeof target === 'string' ? [name] : [];
  const others = vantages.includes('client') ? ['other'] : [];
  return [...new Set([...served, ...targets, ...others])];
}
