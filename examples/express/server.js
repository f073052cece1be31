// An MCP server with sessions on Express, watched by a middleware, with its metrics on a route.
import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express from 'express';
import { createObserver } from 'mcp-session-exporter';
import { watchExpress } from 'mcp-session-exporter/hooks/express';
import { exposeToPrometheus } from 'mcp-session-exporter/sinks/prometheus';
import { Registry } from 'prom-client';
import { z } from 'zod';

const registry = new Registry();
const observer = createObserver({ onError: (stage, error) => console.error(stage, error) });
exposeToPrometheus(observer, registry);

const transports = new Map();

async function openTransport() {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => void transports.set(id, transport),
    onsessionclosed: (id) => void transports.delete(id),
  });
  const mcp = new McpServer({ name: 'example', version: '1.0.0' });
  mcp.registerTool('add', { inputSchema: { a: z.number(), b: z.number() } }, ({ a, b }) => ({
    content: [{ type: 'text', text: String(a + b) }],
  }));
  await mcp.connect(transport);
  return transport;
}

const app = express();
// First of all, so that it sees what any other middleware answers.
app.use(watchExpress(observer));
app.use(express.json());

app.all('/mcp', async (request, response) => {
  const sessionId = request.get('mcp-session-id');
  const transport = sessionId === undefined ? await openTransport() : transports.get(sessionId);
  if (transport !== undefined) return transport.handleRequest(request, response, request.body);
  const error = { code: -32001, message: 'Session not found' };
  response.status(404).json({ jsonrpc: '2.0', error, id: null });
});

app.get('/metrics', async (_request, response) => {
  response.type(registry.contentType).send(await registry.metrics());
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  console.log(`MCP at ${origin}/mcp, metrics at ${origin}/metrics`);
});

process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
