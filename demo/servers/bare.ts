import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { jsonBodyOf } from './json-body.ts';

/** A JSON-RPC message as the small servers read it. */
export interface Message {
  readonly id?: number | string;
  readonly method?: string;
}

/** What makes one small server differ from another. */
export interface BareServer {
  readonly name: string;
  /** Answers a request whose session id is missing or unknown. */
  readonly refuse: (response: ServerResponse, message: Message, sent: boolean) => void;
  /** Answers the GET of a known session. Default: an event stream that stays open. */
  readonly listen?: (response: ServerResponse) => void;
}

/** A server on node:http alone, correct but for what `bare` says. */
export function serveBare(bare: BareServer): RequestListener {
  const sessions = new Set<string>();
  return (request, response) => void serve(bare, sessions, request, response).catch(() => response.destroy());
}

async function serve(
  bare: BareServer,
  sessions: Set<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const message = ((await jsonBodyOf(request)) ?? {}) as Message;
  const sent = request.headers['mcp-session-id'];
  if (message.method === 'initialize' && sent === undefined) {
    const id = randomUUID();
    sessions.add(id);
    response.setHeader('mcp-session-id', id);
    return answer(response, message, handshakeOf(bare.name));
  }
  if (!sessions.has(String(sent))) return bare.refuse(response, message, sent !== undefined);
  if (request.method === 'GET') return (bare.listen ?? holdStream)(response);
  if (request.method === 'DELETE') sessions.delete(String(sent));
  if (message.id === undefined) return void response.writeHead(202).end();
  answer(response, message, message.method === 'tools/list' ? { tools: [REPORT] } : { content: [] });
}

const REPORT = { name: 'report', inputSchema: { type: 'object' } };

function handshakeOf(name: string): object {
  return {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name, version: '1.0.0' },
  };
}

function answer(response: ServerResponse, message: Message, result: object): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
}

function holdStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
}
