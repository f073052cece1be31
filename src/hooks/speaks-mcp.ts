import type { IncomingMessage } from 'node:http';
import { httpSseSessionIn } from '../exchange/index.ts';
import type { ReadHeader } from './head.ts';

/**
 * Whether a request is one of the protocol. With `paths`, the path alone decides. Without, a path that ends in
 * `/mcp`, a header only this protocol has, or a POST that accepts both JSON and an event stream, as revision
 * 2025-03-26 and later demand of every client (basic/transports, Sending Messages to the Server); or one to an
 * address of HTTP+SSE that holds a session id.
 */
export function speaksMcp(
  request: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  paths: readonly string[] | undefined,
): boolean {
  const path = pathOf(request.url ?? '');
  if (paths !== undefined) return paths.includes(path);
  if (path.endsWith('/mcp') || path.endsWith('/mcp/')) return true;
  if (request.method === 'POST' && httpSseSessionIn(request.url ?? '') !== undefined) return true;
  const { headers } = request;
  if (headers['mcp-session-id'] !== undefined || headers['mcp-protocol-version'] !== undefined) return true;
  const accept = request.method === 'POST' ? headers.accept : undefined;
  return accept !== undefined && accept.includes('text/event-stream') && accept.includes('application/json');
}

/** The headers that {@link speaksMcp} asks for, from wherever they are read. */
export function telltale(read: ReadHeader): {
  readonly 'mcp-session-id': string | undefined;
  readonly 'mcp-protocol-version': string | undefined;
  readonly accept: string | undefined;
} {
  return {
    'mcp-session-id': read('mcp-session-id'),
    'mcp-protocol-version': read('mcp-protocol-version'),
    accept: read('accept'),
  };
}

/** Whether a request belongs to HTTP+SSE: its sessions are streams, which a hook in a client does not follow. */
export function isHttpSse(path: string, sessionId: string | undefined): boolean {
  return sessionId === undefined && httpSseSessionIn(path) !== undefined;
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
