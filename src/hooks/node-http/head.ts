import type { ServerResponse } from 'node:http';
import type { ReadHeader } from '../head.ts';

type Headers = Readonly<Record<string, unknown>> | readonly unknown[];

/**
 * Reads a header of an answer whose head was sent: from the arguments of `writeHead`, where some frameworks hand them
 * in one call without setting them first, or else from the response.
 */
export function headerReader(response: ServerResponse, args: readonly unknown[]): ReadHeader {
  const given = headersAmong(args);
  return (name) => headerIn(given, name) ?? textOf(response.getHeader(name));
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
