// An MCP client that calls a tool every second, and begins anew when its session is lost. Its metrics are beside it.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, SdkHttpError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createObserver } from 'mcp-session-exporter';
import { watchFetch } from 'mcp-session-exporter/hooks/fetch';
import { exposeToPrometheus } from 'mcp-session-exporter/sinks/prometheus';
import { Registry } from 'prom-client';

const url = new URL(process.env.MCP_URL ?? 'http://127.0.0.1:3000/mcp');

const registry = new Registry();
const observer = createObserver({
  vantages: ['client'],
  targets: [url.host, 'other'],
  onError: (stage, error) => console.error(stage, error),
});
exposeToPrometheus(observer, registry);
const watchedFetch = watchFetch(observer)(fetch);

async function tellMetrics(response) {
  const text = await registry.metrics();
  response.setHeader('content-type', registry.contentType).end(text);
}

const metrics = createServer((_request, response) => void tellMetrics(response));
metrics.listen(Number(process.env.PORT ?? 3001), '127.0.0.1', () => {
  console.log(`calling ${url}, metrics at http://127.0.0.1:${metrics.address().port}/metrics`);
});

async function connect() {
  const client = new Client({ name: 'example', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(url, { fetch: watchedFetch }));
  return client;
}

/** A server that no longer knows the session answers 404; every other failure may pass. */
function isSessionLost(error) {
  return error instanceof SdkHttpError && error.status === 404;
}

let client;
async function callTool() {
  try {
    client ??= await connect();
    await client.callTool({ name: 'add', arguments: { a: 1, b: 2 } });
  } catch (error) {
    console.error(error.message);
    if (!isSessionLost(error)) return;
    await client.close();
    client = undefined;
    await callTool();
  }
}

const ending = new AbortController();
process.once('SIGTERM', () => ending.abort());
while (!ending.signal.aborted) {
  await callTool();
  await sleep(1000, undefined, { signal: ending.signal }).catch(() => {});
}
await client?.transport.terminateSession().catch(() => {});
await client?.close();
metrics.close();
