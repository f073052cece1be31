import { describe, expect, onTestFinished, test } from 'vitest';
import { rawClient, type RawClient } from '../proxy-bytes/support/raw-peers.ts';
import { call, processesOfTest, seenBy, startProxyProcess, startStreamServer } from './support/proxied.ts';

/** Sends a byte a second, until it is done or the connection is over. */
function drip(client: RawClient, text: string): void {
  let at = 0;
  const timer = setInterval(() => client.socket.write(text[at++] ?? '', 'latin1'), 1000);
  void client.over.then(() => clearInterval(timer));
}

async function clientOf(url: URL): Promise<RawClient> {
  const client = await rawClient(url);
  onTestFinished(() => void client.socket.destroy());
  return client;
}

const HEAD =
  'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n';

/** Much longer than the timeouts of these tests, and much shorter than the whole would take. */
const PATIENCE_MS = 20_000;

describe('a client that sends a byte a second', () => {
  test('has so long for its head, and is told so', async () => {
    const processes = processesOfTest();
    const server = await startStreamServer(processes);
    const proxy = await startProxyProcess(processes, server, { headersTimeout: 3000 });
    const unused = await clientOf(proxy.url);
    const client = await clientOf(proxy.url);
    const startedAt = performance.now();
    drip(client, HEAD);
    await Promise.all([client.over, unused.over]);
    const took = performance.now() - startedAt;
    expect(client.received().toString()).toMatch(/^HTTP\/1\.1 408 /);
    expect(took).toBeGreaterThanOrEqual(3000);
    expect(took).toBeLessThan(PATIENCE_MS);
    await seenBy(server, { sockets: 0 });
    expect((await proxy.holds()).sockets).toBe(0);
    await proxy.tells(1, 'mcp_proxy_refusals_total', { refusal: 'too-slow' });
  }, 60_000);

  test('has so long for its body, and the server is let go of', async () => {
    const processes = processesOfTest();
    const server = await startStreamServer(processes);
    const proxy = await startProxyProcess(processes, server, { headersTimeout: 2000, requestTimeout: 4000 });
    const client = await clientOf(proxy.url);
    const startedAt = performance.now();
    client.socket.write(HEAD);
    drip(client, 'x'.repeat(500));
    await seenBy(server, { sockets: 1 });
    await client.over;
    const took = performance.now() - startedAt;
    expect(took).toBeGreaterThanOrEqual(4000);
    expect(took).toBeLessThan(PATIENCE_MS);
    await seenBy(server, { sockets: 0 });
    await proxy.tells(0, 'mcp_connections_open', { vantage: 'proxy' });
    expect((await proxy.holds()).sockets).toBe(0);
  }, 60_000);

  test('takes nothing from the others', async () => {
    const processes = processesOfTest();
    const server = await startStreamServer(processes);
    const proxy = await startProxyProcess(processes, server, { headersTimeout: 3000 });
    const clients = await Promise.all(Array.from({ length: 200 }, () => clientOf(proxy.url)));
    for (const client of clients) drip(client, HEAD);
    expect((await call(proxy.url)).status).toBe(200);
    await Promise.all(clients.map(({ over }) => over));
    expect((await call(proxy.url)).status).toBe(200);
  }, 60_000);
});

test('a stream that is quiet for longer than every timeout is not cut', async () => {
  const processes = processesOfTest();
  const server = await startStreamServer(processes);
  const proxy = await startProxyProcess(processes, server, { headersTimeout: 1000, requestTimeout: 1500 });
  const client = await clientOf(proxy.url);
  client.socket.write('GET /quiet HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n');
  await client.until((received) => received.includes('\r\n\r\n'));
  const cut = await Promise.race([
    client.over.then(() => true),
    new Promise<boolean>((resolve) => setTimeout(resolve, 12_000, false)),
  ]);
  expect(cut).toBe(false);
  await seenBy(server, { streams: 1 });
}, 60_000);
