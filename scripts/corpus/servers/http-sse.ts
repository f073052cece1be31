import type { RequestListener } from 'node:http';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import express from 'express';
import { makeServer132 } from './tools.ts';

/** A server of SDK 1.32.2 on the transport of 2024-11-05: a stream at `/sse`, and messages beside it. */
export function serveHttpSse(): RequestListener {
  const transports = new Map<string, SSEServerTransport>();
  const app = express();
  app.get('/sse', async (_request, response) => {
    const transport = new SSEServerTransport('/messages', response);
    transports.set(transport.sessionId, transport);
    response.on('close', () => transports.delete(transport.sessionId));
    await makeServer132().connect(transport);
  });
  app.post('/messages', async (request, response) => {
    const { sessionId } = request.query;
    const transport = typeof sessionId === 'string' ? transports.get(sessionId) : undefined;
    if (transport === undefined) response.status(404).send('Session not found');
    else await transport.handlePostMessage(request, response);
  });
  return app as RequestListener;
}
