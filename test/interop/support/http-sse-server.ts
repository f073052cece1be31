import type { RequestListener } from 'node:http';
import type { Request, Response } from 'express';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';

/** A server of the older transport, as the example of SDK 1.32.2 has it: an id it does not know is answered 400. */
export function serveHttpSse(): RequestListener {
  const transports = new Map<string, SSEServerTransport>();
  const app = createMcpExpressApp();

  app.get('/sse', async (_request: Request, response: Response) => {
    const transport = new SSEServerTransport('/messages', response);
    transports.set(transport.sessionId, transport);
    response.on('close', () => transports.delete(transport.sessionId));
    const server = new McpServer({ name: 'http-sse', version: '1.0.0' });
    server.registerTool('greet', {}, () => ({ content: [{ type: 'text', text: 'hello' }] }));
    await server.connect(transport);
  });

  app.post('/messages', async (request: Request, response: Response) => {
    const { sessionId } = request.query;
    const transport = typeof sessionId === 'string' ? transports.get(sessionId) : undefined;
    if (transport === undefined) response.status(400).send('No transport found for sessionId');
    else await transport.handlePostMessage(request, response, request.body);
  });
  return app;
}
