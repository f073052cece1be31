import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  NodeStreamableHTTPServerTransport,
  toNodeHandler,
  toWebRequest,
  type NodeIncomingMessageLike,
} from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { jsonBodyOf } from './json-body.ts';

/** A server on `@modelcontextprotocol/server` 2.4.0 as it comes: both eras, and no sessions in either. */
export function serveSdk2(): RequestListener {
  const handle = toNodeHandler(createMcpHandler(makeServer));
  return (request, response) => void handle(asSeen(request), response);
}

/**
 * The same with sessions for clients of the older era, put together as that version's documentation of
 * `isLegacyRequest` shows: a session map in front of a handler that serves the new era alone.
 */
export function serveSdk2WithSessions(): RequestListener {
  const transports = new Map<string, NodeStreamableHTTPServerTransport>();
  const modern = toNodeHandler(createMcpHandler(makeServer, { legacy: 'reject' }));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = request.method === 'POST' ? await jsonBodyOf(request) : undefined;
    const legacy = await isLegacyRequest(await toWebRequest(asSeen(request), body), body);
    if (legacy) await serveLegacy(transports, request, response, body);
    else await modern(asSeen(request), response, body);
  }

  return (request, response) => void serve(request, response).catch(() => response.destroy());
}

async function serveLegacy(
  transports: Map<string, NodeStreamableHTTPServerTransport>,
  request: IncomingMessage,
  response: ServerResponse,
  body: unknown,
): Promise<void> {
  const sessionId = request.headers['mcp-session-id'];
  if (sessionId === undefined) return (await open(transports)).handleRequest(request, response, body);
  const transport = transports.get(String(sessionId));
  if (transport !== undefined) return transport.handleRequest(request, response, body);
  const error = { code: -32001, message: 'Session not found' };
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', error, id: null }));
}

/** A transport that has not seen an `initialize` answers anything else without an id 400 by itself. */
async function open(
  transports: Map<string, NodeStreamableHTTPServerTransport>,
): Promise<NodeStreamableHTTPServerTransport> {
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    onsessioninitialized: (id) => void transports.set(id, transport),
  });
  transport.onclose = () => void transports.delete(transport.sessionId ?? '');
  await makeServer().connect(transport);
  return transport;
}

function makeServer(): McpServer {
  const server = new McpServer({ name: 'demo-sdk-2', version: '1.0.0' });
  server.registerTool('report', { inputSchema: z.object({ seconds: z.number() }) }, () => ({
    content: [{ type: 'text', text: 'All is well.' }],
  }));
  return server;
}

/** The adapter's type for a request does not know `exactOptionalPropertyTypes`. */
function asSeen(request: IncomingMessage): NodeIncomingMessageLike {
  return request as NodeIncomingMessageLike;
}
