import { nameOf, type HttpMessage } from './http-messages.ts';

/** Headers that are for one connection and no further (RFC 9110, section 7.6.1, and those of older times). */
const OF_ONE_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** What the proxy says of itself in a request. It puts nothing into answers. */
export const FORWARDING: readonly string[] = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'];

/** A message as it is meant for the other end: what has to arrive as it was sent, line by line and in order. */
export interface EndToEnd {
  readonly startLine: string;
  readonly headers: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[];
  readonly complete: boolean;
}

/** Leaves out what belongs to one connection, and the headers of these names. */
export function endToEnd(message: HttpMessage, without: readonly string[] = []): EndToEnd {
  const { startLine, headers, body, trailers, complete } = message;
  const isKept = (line: string): boolean =>
    !OF_ONE_CONNECTION.has(nameOf(line)) && !without.includes(nameOf(line));
  return { startLine, headers: headers.filter(isKept), body: body.toString('latin1'), trailers, complete };
}
