import { STATUS_CODES } from 'node:http';
import type { UpstreamError } from '../../exchange/index.ts';
import { writeHead, type ClientResponse, type RawHeaders } from './messages.ts';

/** Why the proxy answers itself, in the words of RFC 9209 (Proxy-Status), 2.3. */
export type ProxyError =
  UpstreamError | 'destination_not_found' | 'http_request_denied' | 'http_request_error';

/** An answer of the proxy's own. */
export interface OwnAnswer {
  readonly status: number;
  readonly error: ProxyError;
  readonly message: string;
  /** Seconds. */
  readonly retryAfter?: number;
}

/** What was sent. */
export interface SentAnswer {
  readonly status: number;
  readonly headers: RawHeaders;
  readonly body: string;
}

/**
 * Answers in the place of an upstream. Nobody can take it for a word about a session: its status is never 404 for a
 * request that names one, and both head and body say whose it is. Answers what was sent.
 */
export function answerSelf(response: ClientResponse, own: OwnAnswer): SentAnswer {
  const body = `${JSON.stringify({
    jsonrpc: '2.0',
    id: null,
    error: { code: -32603, message: `mcp-session-exporter proxy: ${own.message}` },
  })}\n`;
  const headers = [
    ['Date', new Date().toUTCString()],
    ['Content-Type', 'application/json'],
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Cache-Control', 'no-store'],
    ['Proxy-Status', `mcp-session-exporter; error=${own.error}`],
    ...(own.retryAfter === undefined ? [] : [['Retry-After', String(own.retryAfter)]]),
  ].flat();
  writeHead(response, own.status, STATUS_CODES[own.status] ?? '', headers);
  response.end(body);
  return { status: own.status, headers, body };
}
