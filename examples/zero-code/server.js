// An MCP server with sessions that knows nothing of being watched: see the command in README.md.
import { randomUUID } from 'node:crypto';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

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

const app = createMcpExpressApp();

app.all('/mcp', async (request, response) => {
  const sessionId = request.get('mcp-session-id');
  const transport = sessionId === undefined ? await openTransport() : transports.get(sessionId);
  if (transport !== undefined) return transport.handleRequest(request, response, request.body);
  const error = { code: -32001, message: 'Session not found' };
  response.status(404).json({ jsonrpc: '2.0', error, id: null });
});

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`MCP at http://127.0.0.1:${server.address().port}/mcp`);
});

process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
