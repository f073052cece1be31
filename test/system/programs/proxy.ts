/**
 * The proxy in a process of its own: `proxy.ts <settings as JSON>`, where `upstreams` are URLs. Says where it listens
 * and where its metrics are; each line it is told makes it collect its garbage and say what it holds.
 */
import { startProxy, type StartProxySettings } from '../../../src/exporter/proxy/index.ts';

type Told = Omit<StartProxySettings, 'upstreams'> & { readonly upstreams: readonly string[] };

const { upstreams, ...settings } = JSON.parse(process.argv[2] ?? '') as Told;
const proxy = await startProxy({
  port: 0,
  status: { port: 0 },
  ...settings,
  upstreams: [{ name: 'default', addresses: upstreams.map((url) => new URL(url)) }],
});
console.log(`listens at ${proxy.url} and ${proxy.statusUrl}`);

process.stdin.on('data', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, rss, external, arrayBuffers } = process.memoryUsage();
  const sockets = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  console.log(`holds ${JSON.stringify({ heapUsed, rss, external, arrayBuffers, sockets })}`);
});
process.stdin.on('end', () => process.exit());
