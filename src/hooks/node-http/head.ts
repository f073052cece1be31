import type { ServerResponse } from 'node:http';

/** The headers of an answer that matter here. */
export interface Head {
  readonly sessionId: string | undefined;
  readonly isEventStream: boolean;
  readonly challenged: boolean;
  readonly retryAfter: boolean;
}

type Headers = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * Reads an answer's headers in the moment its head is sent: from the arguments of `writeHead`, where some
 * frameworks hand them in one call without setting them first, or else from the response.
 */
export function readHead(response: ServerResponse, args: readonly unknown[]): Head {
  const last = args.at(-1);
  const given = typeof last === 'object' && last !== null ? (last as Headers) : undefined;
  const read = (name: string): string | undefined => headerIn(given, name) ?? textOf(response.getHeader(name));
  return {
    sessionId: read('mcp-session-id'),
    isEventStream: read('content-type')?.startsWith('text/event-stream') ?? false,
    challenged: response.statusCode === 401 && read('www-authenticate') !== undefined,
    retryAfter: response.statusCode >= 400 && read('retry-after') !== undefined,
  };
}

/** Finds a header in an object, a flat list (name, value, name, value) or a list of pairs. */
function headerIn(headers: Headers | undefined, name: string): string | undefined {
  if (headers === undefined) return undefined;
  if (!Array.isArray(headers)) {
    for (const key in headers) if (isNamed(key, name)) return textOf((headers as Record<string, unknown>)[key]);
    return undefined;
  }
  const flat = Array.isArray(headers[0]) ? headers.flat() : headers;
  for (let i = 0; i + 1 < flat.length; i += 2) if (isNamed(flat[i], name)) return textOf(flat[i + 1]);
  return undefined;
}

function isNamed(key: unknown, name: string): boolean {
  return typeof key === 'string' && key.length === name.length && key.toLowerCase() === name;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return textOf(value[0]);
  return typeof value === 'number' ? String(value) : undefined;
}
