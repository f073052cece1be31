import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small server of the transport with sessions, and the status with which it refuses those it does not know. */
export interface McpServer {
  readonly url: string;
  /** Forgets every session, as a restart does. */
  forget(): void;
  close(): Promise<void>;
}

/** Starts an {@link McpServer} on a free port. */
export async function startMcpServer(refusal: number, port = 0): Promise<McpServer> {
  const sessions = new Set<string>();
  const server = createServer((request, response) => void answer(request, response, sessions, refusal));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    forget: () => sessions.clear(),
    close: () => closed(server),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  sessions: Set<string>,
  refusal: number,
): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { id, method } = JSON.parse(body) as { id: number; method: string };
  const json = { 'content-type': 'application/json' };
  if (method === 'initialize') {
    const given = randomUUID();
    sessions.add(given);
    const result = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      serverInfo: { name: 'small', version: '1' },
    };
    return void response
      .writeHead(200, { ...json, 'mcp-session-id': given })
      .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
  }
  if (sessions.has(String(request.headers['mcp-session-id']))) {
    return void response.writeHead(200, json).end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
  }
  const error = { code: -32001, message: 'Session not found' };
  response.writeHead(refusal, json).end(JSON.stringify({ jsonrpc: '2.0', id: null, error }));
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Sends one JSON-RPC request; answers status and the session id that was given. */
export async function post(
  url: string,
  method: string,
  {
    session,
    client = 'cursor',
    version = '1.0',
  }: { session?: string; client?: string; version?: string } = {},
): Promise<{ status: number; session: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'user-agent': `${client}/${version}`,
      connection: 'close',
      ...(session === undefined
        ? undefined
        : { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: client, version },
      },
    }),
  });
  await response.text();
  return { status: response.status, session: response.headers.get('mcp-session-id') ?? '' };
}
