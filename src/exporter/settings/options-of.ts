/** Settings as the parts of the program take them: in their words, with times in milliseconds and secrets read. */
import { readFileSync } from 'node:fs';
import type { ThresholdOverrides } from '../../faults/index.ts';
import type { ExporterOptions } from '../options.ts';
import { headersIn } from '../probe/options.ts';
import type { ProbeModule, ProbeSettings } from '../probe/probes.ts';
import type { ProxySettings } from '../proxy/settings.ts';
import { splitAddress } from './kinds.ts';
import { probeModule } from './probe-schema.ts';
import { WATCHED_VANTAGES, type Settings } from './schema.ts';

/** How an observer, its listener and the program around it are set up. Throws when the file of the key is gone. */
export function exporterOptionsOf(settings: Settings): ExporterOptions {
  const { host, port, target, targets, paths, tools, record, table } = settings;
  return {
    host,
    port,
    target,
    tools,
    paths,
    record,
    key: keyOf(settings),
    allowedHosts: settings.allowed_hosts,
    probing: probingOf(settings),
    vantages: WATCHED_VANTAGES.filter((vantage) => settings.vantages.includes(vantage)),
    ...(targets === undefined ? undefined : { targets: [...new Set(targets)] }),
    thresholds: settings.thresholds as ThresholdOverrides,
    table: {
      sessionLimit: table.session_limit,
      clientLimit: table.client_limit,
      forgetAfterMs: table.forget_after_seconds * 1000,
      thresholds: table.thresholds,
    },
  };
}

/** How the proxy listens and forwards. Throws when a file of TLS is gone. */
export function proxySettingsOf({ proxy }: Settings): ProxySettings {
  const { host, port } = splitAddress(proxy.listen) ?? { host: '', port: 0 };
  return {
    host,
    port,
    upstreams: proxy.upstreams.map(({ name, urls, path, host: served }) => ({
      name,
      addresses: urls.map((url) => new URL(url)),
      path,
      host: served,
    })),
    affinity: proxy.affinity,
    hostHeader: proxy.host_header,
    allowedHosts: proxy.allowed_hosts,
    tls: tlsOf(proxy),
    connectTimeout: proxy.connect_seconds * 1000,
    headersTimeout: proxy.headers_seconds * 1000,
    requestTimeout: proxy.request_seconds * 1000,
    maxConnections: proxy.max_connections,
    drainTimeout: proxy.drain_seconds * 1000,
  };
}

/** How it is probed where no module says otherwise. */
const DEFAULT_MODULE = probeModule.parse({});

/** Whom the exporter may probe, and how. Throws when a file of headers or certificates is gone or is none. */
export function probingOf(settings: Settings): ProbeSettings {
  return { targets: settings.probe.allowed_targets, modules: probeModulesOf(settings) };
}

function probeModulesOf({ probe }: Settings): ReadonlyMap<string, ProbeModule> {
  const modules = Object.entries({ default: DEFAULT_MODULE, ...probe.modules });
  return new Map(modules.map(([name, module]) => [name, probeModuleOf(module)]));
}

function probeModuleOf({
  headers,
  headers_file: headersFile,
  timeout_seconds: timeout,
  hold_seconds: hold,
  every_seconds: every,
  eras,
  origin,
  ca_file: caFile,
}: Settings['probe']['modules'][string]): ProbeModule {
  return {
    headers: {
      ...(headersFile === undefined ? undefined : headersIn(readFileSync(headersFile, 'utf8'))),
      ...inSmallLetters(headers),
    },
    timeoutMs: timeout * 1000,
    holdMs: hold * 1000,
    eras,
    ...(every === undefined ? undefined : { everyMs: every * 1000 }),
    ...(origin === undefined ? undefined : { origin }),
    ...(caFile === undefined ? undefined : { ca: readFileSync(caFile, 'utf8') }),
  };
}

function keyOf({ key, key_file: file }: Settings): string | undefined {
  return file === undefined ? key : readFileSync(file, 'utf8').trim();
}

function tlsOf({ tls_cert_file: certificate, tls_key_file: key }: Settings['proxy']): ProxySettings['tls'] {
  if (certificate === undefined || key === undefined) return undefined;
  return { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
}

function inSmallLetters(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
