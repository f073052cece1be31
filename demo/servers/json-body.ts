import type { IncomingMessage } from 'node:http';

/** Reads the whole body of a request as JSON; undefined when there is none. */
export async function jsonBodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}
