import type { ServerResponse } from 'node:http';

/** The headers of an answer that matter here. */
export interface Head {
  readonly sessionId: string | undefined;
  readonly challenged: boolean;
  readonly retryAfter: boolean;
  /** A page in a browser may read the session id. */
  readonly exposesSession: boolean;
}

type Headers = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * Reads an answer's headers once its head was sent: from the arguments of `writeHead`, where some frameworks hand
 * them in one call without setting them first, or else from the response.
 */
export function readHead(response: ServerResponse, args: readonly unknown[], fromBrowser: boolean): Head {
  const given = headersAmong(args);
  const read = (name: string): string | undefined => headerOf(response, given, name);
  return {
    sessionId: read('mcp-session-id'),
    challenged: isRefusal(response.statusCode) && read('www-authenticate') !== undefined,
    retryAfter: response.statusCode >= 400 && read('retry-after') !== undefined,
    exposesSession: fromBrowser && exposes(read('access-control-expose-headers')),
  };
}

/** Whether an answer's head, which was just sent, announces an event stream. */
export function isEventStream(response: ServerResponse, args: readonly unknown[]): boolean {
  const type = headerOf(response, headersAmong(args), 'content-type');
  return type !== undefined && type.startsWith('text/event-stream');
}

function headerOf(response: ServerResponse, given: Headers | undefined, name: string): string | undefined {
  return headerIn(given, name) ?? textOf(response.getHeader(name));
}

/** The list names the header, or everything (which a browser takes at its word for requests without credentials). */
function exposes(list: string | undefined): boolean {
  const names = list?.split(',').map((name) => name.trim().toLowerCase()) ?? [];
  return names.includes('mcp-session-id') || names.includes('*');
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}

/** `writeHead(status, headers)` or `writeHead(status, reason, headers)`; node takes the last when both are given. */
function headersAmong(args: readonly unknown[]): Headers | undefined {
  const last = args[2] ?? args[1];
  return typeof last === 'object' && last !== null ? (last as Headers) : undefined;
}

/** Finds a header in an object, a flat list (name, value, name, value) or a list of pairs. */
function headerIn(headers: Headers | undefined, name: string): string | undefined {
  if (headers === undefined) return undefined;
  if (isList(headers)) return headerInList(Array.isArray(headers[0]) ? headers.flat() : headers, name);
  for (const key in headers) if (isNamed(key, name)) return textOf(headers[key]);
  return undefined;
}

function headerInList(list: readonly unknown[], name: string): string | undefined {
  for (let i = 0; i + 1 < list.length; i += 2) if (isNamed(list[i], name)) return textOf(list[i + 1]);
  return undefined;
}

function isList(headers: Headers): headers is readonly unknown[] {
  return Array.isArray(headers);
}

function isNamed(key: unknown, name: string): boolean {
  return typeof key === 'string' && key.length === name.length && key.toLowerCase() === name;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return textOf(value[0]);
  return typeof value === 'number' ? String(value) : undefined;
}
