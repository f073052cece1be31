import { describe, expect, it, onTestFinished } from 'vitest';
import { startProxy, type RunningProxy } from '../../../src/exporter/proxy/index.ts';
import { rpc } from '../../hooks/node-http/wire.ts';
import { MESSAGE, stop, upstreamOf } from './standing.ts';

async function running(address: URL, ports: { port?: number; status?: number } = {}): Promise<RunningProxy> {
  const proxy = await startProxy({
    upstreams: [{ name: 'tools', addresses: [address] }],
    port: ports.port ?? 0,
    status: { port: ports.status ?? 0 },
    drainTimeout: 2000,
  });
  onTestFinished(() => proxy.close());
  return proxy;
}

/** The values of the series whose names begin so, without those at 0. */
async function metricsOf({ statusUrl }: RunningProxy, prefix: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${statusUrl}metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(prefix) && !line.endsWith(' 0'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

const portOf = (url: string): number => Number(new URL(url).port);

describe('a proxy', () => {
  it('tells what passed, by the name of the upstream, and how the upstream stands', async () => {
    const upstream = await upstreamOf((request, response) => {
      request.resume();
      response.setHeader('mcp-session-id', 'a-secret-id');
      response.setHeader('content-type', 'application/json');
      response.end('{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18"}}');
    });
    const proxy = await running(upstream.url);
    const post = (body: string): Promise<Response> =>
      fetch(`${proxy.url}mcp`, { method: 'POST', headers: MESSAGE, body });
    await post(rpc('initialize', { protocolVersion: '2025-06-18' })).then((answer) => answer.text());
    const at = 'vantage="proxy",target="tools"';
    await expect
      .poll(() => metricsOf(proxy, 'mcp_sessions_active'))
      .toEqual({ [`mcp_sessions_active{${at}}`]: 1 });
    const addresses = (state: string): Record<string, number> => ({
      [`mcp_proxy_upstream_addresses{target="tools",address_state="${state}"}`]: 1,
    });
    expect(await metricsOf(proxy, 'mcp_proxy_')).toEqual(addresses('up'));
    await stop(upstream.server);
    expect((await post(rpc('tools/list'))).status).toBe(503);
    expect(await metricsOf(proxy, 'mcp_proxy_')).toEqual({
      'mcp_proxy_upstream_errors_total{target="tools",upstream_error="connection_refused"}': 1,
      ...addresses('down'),
    });
    await upstreamOf((_request, response) => response.end(), upstream.port);
    expect((await post(rpc('tools/list'))).status).toBe(200);
    await expect.poll(() => metricsOf(proxy, 'mcp_proxy_upstream_addresses')).toEqual(addresses('up'));
  });

  it('is not ready any more while it is stopped, and its metrics can still be read', async () => {
    const release = Promise.withResolvers<void>();
    const upstream = await upstreamOf(
      (_request, response) => void release.promise.then(() => response.end('whole')),
    );
    const proxy = await running(upstream.url);
    expect((await fetch(`${proxy.statusUrl}readyz`)).status).toBe(200);
    const underway = fetch(`${proxy.url}mcp`);
    await expect.poll(() => metricsOf(proxy, 'mcp_connections_open{')).not.toEqual({});
    const drained = proxy.drain();
    expect((await fetch(`${proxy.statusUrl}readyz`)).status).toBe(503);
    release.resolve();
    expect(await (await underway).text()).toBe('whole');
    await drained;
    await expect(fetch(`${proxy.statusUrl}readyz`)).rejects.toThrow();
  });

  it.each(['port', 'status'] as const)('that cannot have its %s leaves nothing behind', async (which) => {
    const upstream = await upstreamOf((_request, response) => response.end());
    const first = await running(upstream.url);
    const taken = portOf(which === 'port' ? first.url : first.statusUrl);
    await expect(running(upstream.url, { [which]: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect((await fetch(`${first.statusUrl}healthz`)).status).toBe(200);
  });
});
