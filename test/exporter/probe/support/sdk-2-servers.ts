import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import {
  createMcpHandler,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';

const IDENTITY = { name: 'probed', version: '1.0.0' };
const SAID = { content: [{ type: 'text' as const, text: 'All is well.' }] };

/** Version 2.4.0 with one transport, and so one session, for the whole server. */
export async function oneTransport2(): Promise<RequestListener> {
  const transport = new NodeStreamableHTTPServerTransport({ sessionIdGenerator: () => randomUUID() });
  const server = new McpServer(IDENTITY);
  server.registerTool('report', {}, () => SAID);
  await server.connect(transport);
  return (request, response) => void transport.handleRequest(request, response);
}

/** Version 2.4.0 for the era without sessions alone. */
export function modernAlone(): Promise<RequestListener> {
  const make = (): McpServer => {
    const server = new McpServer(IDENTITY);
    server.registerTool('report', {}, () => SAID);
    return server;
  };
  const handle = toNodeHandler(createMcpHandler(make, { legacy: 'reject' }));
  return Promise.resolve(
    (request, response) => void handle(request as Parameters<typeof handle>[0], response),
  );
}

/**
 * Version 2.4.0 with a session map of the transports for web-standard handlers, behind the adapter for node:http: the
 * head of a listening stream waits there for its first event, which is the keep-alive after 15 s.
 */
export function webStandard2(): Promise<RequestListener> {
  const transports = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const serve = async (request: Request): Promise<Response> => {
    const id = request.headers.get('mcp-session-id');
    const known = id === null ? await open(transports) : transports.get(id);
    return known?.handleRequest(request) ?? Response.json(NOT_FOUND, { status: 404 });
  };
  const handle = toNodeHandler({ fetch: serve });
  return Promise.resolve(
    (request, response) => void handle(request as Parameters<typeof handle>[0], response),
  );
}

const NOT_FOUND = { jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } };

async function open(
  transports: Map<string, WebStandardStreamableHTTPServerTransport>,
): Promise<WebStandardStreamableHTTPServerTransport> {
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => randomUUID(),
    onsessioninitialized: (id) => void transports.set(id, transport),
  });
  transport.onclose = () => void transports.delete(transport.sessionId ?? '');
  const server = new McpServer(IDENTITY);
  server.registerTool('report', {}, () => SAID);
  await server.connect(transport);
  return transport;
}
