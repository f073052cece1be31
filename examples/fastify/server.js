// An MCP server with sessions on Fastify, watched by a plugin, with its metrics on a route.
import { randomUUID } from 'node:crypto';
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node';
import { McpServer } from '@modelcontextprotocol/server';
import { fastify } from 'fastify';
import { createObserver } from 'mcp-session-exporter';
import { watchFastify } from 'mcp-session-exporter/hooks/fastify';
import { exposeToPrometheus } from 'mcp-session-exporter/sinks/prometheus';
import { Registry } from 'prom-client';
import { z } from 'zod';

const app = fastify({ forceCloseConnections: true });

const registry = new Registry();
const observer = createObserver({ onError: (stage, error) => app.log.error({ stage, err: error }) });
exposeToPrometheus(observer, registry);
// First of all, so that it sees what the hooks of any other plugin answer.
await app.register(watchFastify, { observer });

const transports = new Map();

async function openTransport() {
  const transport = new NodeStreamableHTTPServerTransport({
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

app.route({
  method: ['GET', 'POST', 'DELETE'],
  url: '/mcp',
  async handler(request, reply) {
    const sessionId = request.headers['mcp-session-id'];
    const transport = sessionId === undefined ? await openTransport() : transports.get(sessionId);
    if (transport !== undefined) {
      reply.hijack();
      return transport.handleRequest(request.raw, reply.raw, request.body);
    }
    const error = { code: -32001, message: 'Session not found' };
    return reply.code(404).send({ jsonrpc: '2.0', error, id: null });
  },
});

app.get('/metrics', async (_request, reply) => {
  reply.type(registry.contentType);
  return registry.metrics();
});

const origin = await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' });
console.log(`MCP at ${origin}/mcp, metrics at ${origin}/metrics`);

process.once('SIGTERM', () => void app.close());
