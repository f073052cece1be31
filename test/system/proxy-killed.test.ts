import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { call, processesOfTest, seenBy, startProxyProcess, startStreamServer } from './support/proxied.ts';

const CLIENT = join(import.meta.dirname, 'programs/stream-client.ts');
const STREAMS = 20;

/** Opens a stream and reads its first event. */
async function listen(url: URL): Promise<IncomingMessage> {
  const asked = get(url, { agent: false, headers: { accept: 'text/event-stream', 'mcp-session-id': 's' } });
  asked.on('error', () => {});
  onTestFinished(() => void asked.destroy());
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  await once(answer, 'data');
  return answer;
}

/** How a stream came to its end: `ended` as the server ends it, or `broken` off. */
function endOf(stream: IncomingMessage): Promise<'ended' | 'broken'> {
  return new Promise((resolve) => {
    stream.once('end', () => resolve('ended'));
    stream.once('error', () => resolve('broken'));
    stream.resume();
  });
}

describe('kill -9 in the middle of streams', () => {
  test('of the server: its streams break off, callers are told 503 and when to come back, until it is there again', async () => {
    const processes = processesOfTest();
    const server = await startStreamServer(processes);
    const proxy = await startProxyProcess(processes, server);
    const streams = await Promise.all(Array.from({ length: STREAMS }, () => listen(proxy.url)));
    await proxy.tells(STREAMS, 'mcp_streams_open', { vantage: 'proxy', kind: 'get' });
    const ends = Promise.all(streams.map(endOf));
    await server.process.end('SIGKILL');
    expect(new Set(await ends)).toEqual(new Set(['broken']));

    const refused = await call(proxy.url, 's');
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await proxy.tells(0, 'mcp_streams_open', { vantage: 'proxy' });
    await proxy.tells(1, 'mcp_http_responses_total', { vantage: 'proxy', http_response_status_code: '503' });
    expect(await proxy.metric('mcp_http_responses_total', { http_response_status_code: '404' })).toBe(0);

    await startStreamServer(processes, server.port);
    expect((await call(proxy.url, 's')).status).toBe(200);
    await proxy.tells(1, 'mcp_http_responses_total', {
      http_request_method: 'POST',
      http_response_status_code: '200',
    });
  }, 60_000);

  test('of the server with a call under way: 502, for it may have been done', async () => {
    const processes = processesOfTest();
    const server = await startStreamServer(processes);
    const proxy = await startProxyProcess(processes, server);
    const calling = fetch(new URL('/silent', proxy.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'mcp-session-id': 's' },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/call"}',
    });
    await seenBy(server, { waiting: 1 });
    await server.process.end('SIGKILL');
    const answer = await calling;
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ jsonrpc: '2.0', id: null });
    await proxy.tells(1, 'mcp_http_responses_total', { http_response_status_code: '502' });
  }, 60_000);

  test('of the client: the server is told, and the gauges go back', async () => {
    const processes = processesOfTest();
    const server = await startStreamServer(processes);
    const proxy = await startProxyProcess(processes, server);
    const client = processes.start(process.execPath, [CLIENT, proxy.url.href, String(STREAMS)]);
    await client.said(/^all opened$/);
    await proxy.tells(STREAMS, 'mcp_streams_open', { vantage: 'proxy', kind: 'get' });
    await proxy.tells(STREAMS, 'mcp_connections_open', { vantage: 'proxy' });
    await client.end('SIGKILL');
    await seenBy(server, { streams: 0, aborted: STREAMS });
    await proxy.tells(0, 'mcp_streams_open', { vantage: 'proxy' });
    await proxy.tells(0, 'mcp_connections_open', { vantage: 'proxy' });
    await proxy.tells(STREAMS, 'mcp_connections_opened_total', { vantage: 'proxy' });
  }, 60_000);

  test('of the proxy: both sides see it at once, and another one can take its place', async () => {
    const processes = processesOfTest();
    const server = await startStreamServer(processes);
    const proxy = await startProxyProcess(processes, server);
    const streams = await Promise.all(Array.from({ length: STREAMS }, () => listen(proxy.url)));
    const ends = Promise.all(streams.map(endOf));
    await proxy.process.end('SIGKILL');
    expect(new Set(await ends)).toEqual(new Set(['broken']));
    await seenBy(server, { streams: 0, sockets: 0 });
    const next = await startProxyProcess(processes, server, { port: proxy.port });
    expect((await call(next.url, 's')).status).toBe(200);
    (await listen(next.url)).destroy();
  }, 60_000);
});
