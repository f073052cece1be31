// An MCP server with sessions on Hono, its handler of requests watched, with its metrics on a route.
import { randomUUID } from 'node:crypto';
import { serve } from '@hono/node-server';
import { McpServer, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { createObserver } from 'mcp-session-exporter';
import { watchWeb } from 'mcp-session-exporter/hooks/web';
import { exposeToPrometheus } from 'mcp-session-exporter/sinks/prometheus';
import { Registry } from 'prom-client';
import { z } from 'zod';

const registry = new Registry();
const observer = createObserver({ onError: (stage, error) => console.error(stage, error) });
exposeToPrometheus(observer, registry);

const transports = new Map();

async function openTransport() {
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void transports.set(id, transport),
    onsessionclosed: (id) => void transports.delete(id),
  });
  const mcp = new McpServer({ name: 'example', version: '1.0.0' });
  const inputSchema = z.object({ a: z.number(), b: z.number() });
  mcp.registerTool('add', { inputSchema }, ({ a, b }) => ({
    content: [{ type: 'text', text: String(a + b) }],
  }));
  await mcp.connect(transport);
  return transport;
}

const app = new Hono();

app.all('/mcp', async (context) => {
  const sessionId = context.req.header('mcp-session-id');
  const transport = sessionId === undefined ? await openTransport() : transports.get(sessionId);
  if (transport !== undefined) return transport.handleRequest(context.req.raw);
  const error = { code: -32001, message: 'Session not found' };
  return context.json({ jsonrpc: '2.0', error, id: null }, 404);
});

app.get('/metrics', async (context) =>
  context.body(await registry.metrics(), 200, { 'content-type': registry.contentType }),
);

// The one line that watches: what was `app.fetch` is now that, watched.
const watchedFetch = watchWeb(observer)(app.fetch);

const options = { fetch: watchedFetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' };
const server = serve(options, ({ port }) => {
  const origin = `http://127.0.0.1:${port}`;
  console.log(`MCP at ${origin}/mcp, metrics at ${origin}/metrics`);
});

process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
