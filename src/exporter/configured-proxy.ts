import { metrics } from '../signals/index.ts';
import { startProxy, type RunningProxy } from './proxy/index.ts';
import {
  createLiveSettings,
  exporterOptionsOf,
  probingOf,
  proxySettingsOf,
  type LiveSettings,
  type Read,
  type Settings,
} from './settings/index.ts';

/** A proxy that runs by settings, and reads them again when it is told to. */
export interface ConfiguredProxy extends RunningProxy {
  readonly settings: LiveSettings;
}

/** Where the settings come from, and who is told what came of reading them again. */
export interface ConfiguredProxyOptions {
  readonly read: () => Read;
  readonly tell: (line: string) => void;
}

/** Starts a proxy by settings. Rejects when an address cannot be had, or a file that the settings name is gone. */
export async function startConfiguredProxy(
  first: Settings,
  { read, tell }: ConfiguredProxyOptions,
): Promise<ConfiguredProxy> {
  const { host, port, key, tools = [], record, thresholds = {}, table = {} } = exporterOptionsOf(first);
  let [statusHosts, probing] = [first.allowed_hosts, probingOf(first)];
  const running = await startProxy({
    ...proxySettingsOf(first),
    key,
    tools,
    record,
    thresholds,
    table,
    status: { host, port },
    statusHosts: () => statusHosts,
    probing: () => probing,
  });
  const { counts, now } = running.observer;
  const settings = createLiveSettings(first, {
    read,
    tell,
    apply(next) {
      // Files are read first: one that is gone leaves all as it was.
      const probes = probingOf(next);
      running.reload(proxySettingsOf(next).upstreams);
      [statusHosts, probing] = [next.allowed_hosts, probes];
    },
    wasRead(succeeded) {
      counts.set(metrics.configReloadSuccessful, succeeded ? 1 : 0);
      if (succeeded) counts.set(metrics.configReloadTime, now() / 1000);
    },
  });
  return { ...running, settings };
}
