import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { createProxy } from '../../../src/exporter/proxy/create-proxy.ts';
import { createObserver } from '../../../src/observer.ts';
import { servePipe } from '../../support/pipe-proxy.ts';

/** Starts the proxy in front of a server, with all its watching, for as long as the test lasts. */
export async function proxyTo(upstream: URL): Promise<URL> {
  const failures: unknown[] = [];
  const observer = createObserver({ onError: (stage, error) => void failures.push([stage, error]) });
  const proxy = createProxy(observer, {
    upstreams: [{ name: 'default', addresses: [upstream] }],
    port: 0,
  });
  onTestFinished(async () => {
    await proxy.close();
    expect(failures).toEqual([]);
  });
  return new URL(upstream.pathname, await proxy.listen());
}

/** Starts the bare pipe in front of a server, for as long as the test lasts. */
export async function pipeTo(upstream: URL): Promise<URL> {
  const server = createServer(servePipe(upstream)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return new URL(upstream.pathname, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
