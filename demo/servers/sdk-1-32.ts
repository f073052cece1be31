import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { InMemoryEventStore } from '@modelcontextprotocol/sdk/examples/shared/inMemoryEventStore.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';

/**
 * A server on `@modelcontextprotocol/sdk` 1.32.2 with the session map of that version's own example
 * (examples/server/simpleStreamableHttp): an id it does not know is answered 404, a missing one 400. The
 * example's limits (1,000 sessions, 30 idle minutes) are left out: no story here comes near them.
 */
export function serveSdk132(): RequestListener {
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
    } else if (sessionId !== undefined) {
      res.status(404).json(errorOf(-32001, 'Session not found'));
    } else {
      res.status(400).json(errorOf(-32000, 'Bad Request: No valid session ID provided'));
    }
  });

  const byTransport = async (req: Request, res: Response): Promise<void> => {
    const sessionId = req.get('mcp-session-id');
    const transport = transports.get(sessionId ?? '');
    if (sessionId === undefined) res.status(400).send('Missing session ID');
    else if (transport === undefined) res.status(404).json(errorOf(-32001, 'Session not found'));
    else await transport.handleRequest(req, res);
  };
  app.get('/mcp', byTransport);
  app.delete('/mcp', byTransport);
  return app;
}

function errorOf(code: number, message: string): object {
  return { jsonrpc: '2.0', error: { code, message }, id: null };
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
  const server = new McpServer({ name: 'demo-sdk-1.32', version: '1.0.0' });
  server.registerTool('report', { inputSchema: { seconds: z.number() } }, async ({ seconds }) => {
    await sleep(seconds * 1000, undefined, { ref: false });
    return { content: [{ type: 'text', text: 'All is well.' }] };
  });
  await server.connect(transport);
  return transport;
}
