import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { InMemoryEventStore } from 'modelcontextprotocol-sdk-1-29/examples/shared/inMemoryEventStore.js';
import { createMcpExpressApp } from 'modelcontextprotocol-sdk-1-29/server/express.js';
import { McpServer } from 'modelcontextprotocol-sdk-1-29/server/mcp.js';
import type { Transport } from 'modelcontextprotocol-sdk-1-29/shared/transport.js';
import { StreamableHTTPServerTransport } from 'modelcontextprotocol-sdk-1-29/server/streamableHttp.js';
import { isInitializeRequest } from 'modelcontextprotocol-sdk-1-29/types.js';
import { z } from 'zod';

/**
 * A server on `@modelcontextprotocol/sdk` 1.29.0 with the session map of that version's own example
 * (examples/server/simpleStreamableHttp): an id it does not know is answered 400, like one that is missing.
 */
export function serveSdk129(): RequestListener {
  const transports = new Map<string, StreamableHTTPServerTransport>();
  const app = createMcpExpressApp();

  app.post('/mcp', async (req: Request, res: Response) => {
    const sessionId = req.get('mcp-session-id');
    const known = sessionId === undefined ? undefined : transports.get(sessionId);
    if (known !== undefined) {
      await known.handleRequest(req, res, req.body);
    } else if (sessionId === undefined && isInitializeRequest(req.body)) {
      const transport = await open(transports);
      await transport.handleRequest(req, res, req.body);
    } else {
      const error = { code: -32000, message: 'Bad Request: No valid session ID provided' };
      res.status(400).json({ jsonrpc: '2.0', error, id: null });
    }
  });

  const byTransport = async (req: Request, res: Response): Promise<void> => {
    const transport = transports.get(req.get('mcp-session-id') ?? '');
    if (transport === undefined) res.status(400).send('Invalid or missing session ID');
    else await transport.handleRequest(req, res);
  };
  app.get('/mcp', byTransport);
  app.delete('/mcp', byTransport);
  return app;
}

async function open(
  transports: Map<string, StreamableHTTPServerTransport>,
): Promise<StreamableHTTPServerTransport> {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    eventStore: new InMemoryEventStore(),
    onsessioninitialized: (id) => void transports.set(id, transport),
  });
  transport.onclose = () => transports.delete(transport.sessionId ?? '');
  const server = new McpServer({ name: 'demo-sdk-1.29', version: '1.0.0' });
  server.registerTool('report', { inputSchema: { seconds: z.number() } }, async ({ seconds }) => {
    await sleep(seconds * 1000, undefined, { ref: false });
    return { content: [{ type: 'text', text: 'All is well.' }] };
  });
  // The types of 1.29 do not know `exactOptionalPropertyTypes`.
  await server.connect(transport as Transport);
  return transport;
}
