// An MCP server with sessions on bare node:http, and its metrics beside it.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createObserver } from 'mcp-session-exporter';
import { watchNodeHttp } from 'mcp-session-exporter/hooks/node-http';
import { exposeToPrometheus } from 'mcp-session-exporter/sinks/prometheus';
import { Registry } from 'prom-client';
import { z } from 'zod';

// The four lines that watch: every HTTP server of this process, whatever else it serves.
const registry = new Registry();
const observer = createObserver({ onError: (stage, error) => console.error(stage, error) });
exposeToPrometheus(observer, registry);
const stopWatching = watchNodeHttp(observer, { paths: ['/mcp'] });

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

async function serveMcp(request, response) {
  const sessionId = request.headers['mcp-session-id'];
  const transport = sessionId === undefined ? await openTransport() : transports.get(sessionId);
  if (transport !== undefined) return transport.handleRequest(request, response);
  const error = { code: -32001, message: 'Session not found' };
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error, id: null }));
}

async function serve(request, response) {
  if (request.url === '/mcp') return serveMcp(request, response);
  if (request.url !== '/metrics') return response.writeHead(404).end();
  const metrics = await registry.metrics();
  response.setHeader('content-type', registry.contentType).end(metrics);
}

const server = createServer((request, response) => {
  serve(request, response).catch((error) => {
    console.error(error);
    response.destroy();
  });
});
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  console.log(`MCP at ${origin}/mcp, metrics at ${origin}/metrics`);
});

process.once('SIGTERM', () => {
  stopWatching();
  server.close();
  server.closeAllConnections();
});
