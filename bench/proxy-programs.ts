/** One proxy on node, in a process of its own: `proxy-programs.ts <pipe|fastify|ours> <url>`. Tells where it is. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import httpProxy from '@fastify/http-proxy';
import { fastify } from 'fastify';
import { startProxy } from '../src/exporter/proxy/index.ts';
import { servePipe } from '../test/support/pipe-proxy.ts';

const [kind = '', upstream = ''] = process.argv.slice(2);

/** Where a proxy listens, and where its metrics are. */
export interface Standing {
  readonly port: number;
  readonly metrics?: string;
}

const PROGRAMS: Readonly<Record<string, (url: URL) => Promise<Standing>>> = {
  /** All watching on. */
  async ours(url) {
    const upstreams = [{ name: 'default', addresses: [url] }];
    const proxy = await startProxy({ upstreams, port: 0, status: { port: 0 } });
    return { port: Number(new URL(proxy.url).port), metrics: new URL('metrics', proxy.statusUrl).href };
  },
  async pipe(url) {
    const server = createServer(servePipe(url));
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', 4096, resolve));
    return { port: (server.address() as AddressInfo).port };
  },
  async fastify(url) {
    const app = fastify({ keepAliveTimeout: 0 });
    await app.register(httpProxy, { upstream: url.origin });
    await app.listen({ host: '127.0.0.1', port: 0, backlog: 4096 });
    return { port: (app.server.address() as AddressInfo).port };
  },
};

const start = PROGRAMS[kind];
if (start === undefined) throw new RangeError(`there is no proxy "${kind}"`);
process.send?.(await start(new URL(upstream)));
process.on('disconnect', () => process.exit());
