import { createObserver, type Observer } from '../../observer.ts';
import { recordTo } from '../../recording/index.ts';
import { startOpenTelemetry } from '../open-telemetry.ts';
import { DEFAULT_HOST, DEFAULT_PORT, type ExporterOptions } from '../options.ts';
import { createStatusServer, type StatusServerOptions } from '../status-server.ts';
import { createProxy, type Proxy } from './create-proxy.ts';
import type { ProxySettings } from './settings.ts';

/** How {@link startProxy} forwards, where it tells, and how it understands. */
export interface StartProxySettings
  extends
    ProxySettings,
    Pick<ExporterOptions, 'key' | 'tools' | 'record' | 'thresholds' | 'table' | 'onError'> {
  /** Where the status page and `/metrics` are served. Default: `127.0.0.1`, port 9464. */
  readonly status?: Pick<ExporterOptions, 'host' | 'port'> | undefined;
  /** Names by which these may be asked for, beside addresses, `localhost` and their host; asked each time. Default: none. */
  readonly statusHosts?: () => readonly string[];
  /** See `StatusServerOptions.probing`. */
  readonly probing?: StatusServerOptions['probing'];
}

/** A proxy that runs, and tells. */
export interface RunningProxy {
  readonly observer: Observer;
  /** Where it listens. */
  readonly url: string;
  /** Where the status page is; `/metrics` stands beside it. */
  readonly statusUrl: string;
  /** See `Proxy.reload`. */
  readonly reload: Proxy['reload'];
  /** Lets requests under way come to their end, then ends all; see `Proxy.drain`. `/readyz` says so at once. */
  drain(): Promise<void>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/**
 * Starts a proxy with an observer, sinks and a status page of its own. Rejects when an address cannot be had; nothing
 * listens then.
 */
export async function startProxy(settings: StartProxySettings): Promise<RunningProxy> {
  const { status = {}, key, tools = [], record, thresholds = {}, table = {}, onError } = settings;
  const { host = DEFAULT_HOST, port = DEFAULT_PORT } = status;
  const { statusHosts = () => [], probing } = settings;
  const targets = settings.upstreams.map(({ name }) => name);
  const observer = createObserver({ vantages: ['proxy'], targets, key, tools, thresholds, table, onError });
  const recorder = record === undefined ? undefined : recordTo(observer, record);
  const proxy = createProxy(recorder ?? observer, settings);
  const stopTelling = await startOpenTelemetry(observer);
  let isReady = false;
  const app = createStatusServer(observer, {
    allowedHosts: () => [host, ...statusHosts()],
    isReady: () => isReady,
    ...(probing === undefined ? undefined : { probing }),
  });

  async function stop(end: () => Promise<void>): Promise<void> {
    isReady = false;
    await end();
    await stopTelling();
    await recorder?.close();
    await app.close();
  }

  try {
    const statusUrl = `${await app.listen({ host, port, exclusive: true })}/`;
    const url = await proxy.listen();
    isReady = true;
    const { reload } = proxy;
    return {
      observer,
      url,
      statusUrl,
      reload,
      drain: () => stop(proxy.drain),
      close: () => stop(proxy.close),
    };
  } catch (error) {
    await stop(proxy.close);
    throw error;
  }
}
