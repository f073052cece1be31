import type { Socket } from 'node:net';
import type { ReadHeader } from '../head.ts';

/** A request of undici: the same object in every message about it. */
export interface UndiciRequest {
  readonly method: string;
  readonly origin: string | URL;
  /** With its query; behind a plain proxy the whole address. */
  readonly path: string;
  readonly headers: unknown;
  /** The protocol that the connection is to change to, such as `websocket`. */
  readonly upgrade: string | null;
}

/** A message on one of undici's channels, with what all of them together may carry. */
export interface Message {
  readonly request: UndiciRequest;
  readonly chunk: unknown;
  readonly response: { readonly statusCode: number; readonly headers: unknown };
  readonly error: unknown;
  readonly socket: Socket;
}

/**
 * Reads the headers that undici has: a flat list in which names and values take turns, as texts in a request and as
 * bytes in an answer, or an object in an answer by HTTP/2. A header that came several times is joined by commas.
 */
export function headerReader(headers: unknown): ReadHeader {
  const read = new Map<string, string>();
  for (const [name, value] of pairsOf(headers)) {
    const key = textOf(name).toLowerCase();
    const before = read.get(key);
    read.set(key, before === undefined ? textOf(value) : `${before}, ${textOf(value)}`);
  }
  return (name) => read.get(name);
}

function* pairsOf(headers: unknown): Iterable<[unknown, unknown]> {
  if (Array.isArray(headers)) {
    for (let i = 0; i + 1 < headers.length; i += 2) yield [headers[i], headers[i + 1]];
  } else if (typeof headers === 'object' && headers !== null) yield* Object.entries(headers);
}

function textOf(value: unknown): string {
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  return Array.isArray(value) ? value.map(textOf).join(', ') : String(value);
}
