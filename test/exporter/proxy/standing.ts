import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Refusal, UpstreamChange } from '../../../src/exchange/index.ts';
import { createProxy, type Proxy, type ProxySettings } from '../../../src/exporter/proxy/index.ts';
import { record, type Recording } from '../../hooks/node-http/recording.ts';

/** A server on loopback until the test is over. */
export interface Upstream {
  readonly server: Server;
  readonly port: number;
  readonly url: URL;
}

/** Starts an {@link Upstream}. */
export async function upstreamOf(listener: RequestListener, port = 0): Promise<Upstream> {
  const server = createServer(listener).listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void stop(server));
  const at = (server.address() as AddressInfo).port;
  return { server, port: at, url: new URL(`http://127.0.0.1:${at}/mcp`) };
}

/** Stops a server as if its process had ended. */
export async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** A proxy on loopback until the test is over, and what it told. */
export interface Standing {
  readonly proxy: Proxy;
  readonly port: number;
  readonly url: string;
  readonly recording: Recording;
  readonly upstreams: UpstreamChange[];
  readonly refusals: Refusal[];
}

/** Starts a proxy in front of addresses, or with settings of its own. */
export async function proxyFor(
  addresses: readonly URL[],
  settings: Partial<ProxySettings> = {},
): Promise<Standing> {
  const recording = record();
  const upstreams: UpstreamChange[] = [];
  const refusals: Refusal[] = [];
  const listener = {
    ...recording,
    upstream: (change: UpstreamChange) => void upstreams.push(change),
    refused: (refusal: Refusal) => void refusals.push(refusal),
  };
  const proxy = createProxy(listener, {
    upstreams: [{ name: 'behind', addresses }],
    port: 0,
    drainTimeout: 300,
    ...settings,
  });
  const url = await proxy.listen();
  onTestFinished(() => proxy.close());
  return { proxy, port: Number(new URL(url).port), url, recording, upstreams, refusals };
}

/** An address of this machine at which nobody listens. */
export async function nobodyAt(): Promise<URL> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await stop(server);
  return new URL(`http://127.0.0.1:${port}/mcp`);
}

/** The headers with which a client posts a message. */
export const MESSAGE = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};
