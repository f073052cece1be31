import { expect, onTestFinished, test } from 'vitest';
import { rawClient, type RawClient } from '../proxy-bytes/support/raw-peers.ts';
import { processesOfTest, seenBy, startProxyProcess, startStreamServer } from './support/proxied.ts';

const LIMIT = 10;

async function clientOf(url: URL): Promise<RawClient> {
  const client = await rawClient(url);
  onTestFinished(() => void client.socket.destroy());
  return client;
}

function ask(client: RawClient, ...further: readonly string[]): void {
  const lines = ['GET /mcp HTTP/1.1', 'Host: localhost', 'Accept: text/event-stream', ...further, ''];
  client.socket.write(lines.map((line) => `${line}\r\n`).join(''));
}

const hasEvent = (received: Buffer): boolean => received.includes('data: tick');

test('connections above the limit are closed, the others stay, and who leaves makes room', async () => {
  const processes = processesOfTest();
  const server = await startStreamServer(processes);
  const proxy = await startProxyProcess(processes, server, { maxConnections: LIMIT });
  const clients: RawClient[] = [];
  for (let i = 0; i < LIMIT; i++) clients.push(await clientOf(proxy.url));
  for (const client of clients) ask(client);
  await Promise.all(clients.map((client) => client.until(hasEvent)));

  const oneTooMany = await clientOf(proxy.url);
  await oneTooMany.over;
  expect(oneTooMany.received().length).toBe(0);
  await seenBy(server, { streams: LIMIT });
  await proxy.tells(LIMIT, 'mcp_connections_open', { vantage: 'proxy' });
  await proxy.tells(1, 'mcp_proxy_refusals_total', { refusal: 'connection-limit' });

  clients[0]?.socket.destroy();
  await seenBy(server, { streams: LIMIT - 1 });
  const next = await clientOf(proxy.url);
  ask(next);
  await next.until(hasEvent);
}, 60_000);

test('a head without end is refused before it is kept', async () => {
  const processes = processesOfTest();
  const server = await startStreamServer(processes);
  const proxy = await startProxyProcess(processes, server);
  const client = await clientOf(proxy.url);
  ask(client, `X-Long: ${'x'.repeat(1_000_000)}`);
  await client.over;
  expect(client.received().toString()).toMatch(/^HTTP\/1\.1 431 /);
  await seenBy(server, { streams: 0, sockets: 0 });
  await proxy.tells(1, 'mcp_proxy_refusals_total', { refusal: 'head-too-large' });
}, 60_000);
