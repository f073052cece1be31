import { valueOf, type ClientRequest } from './messages.ts';
import type { OwnAnswer } from './own-answer.ts';

/**
 * What is refused before it goes anywhere, since a server behind might read it otherwise. Most of that node's parser
 * has refused before: two lengths, a length beside chunks, bare line feeds, folded lines.
 */
export function refusalOf(request: ClientRequest): OwnAnswer | undefined {
  const { headers, rawHeaders, httpVersion, url = '' } = request;
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && httpVersion === '1.0') return bad('chunks belong to HTTP/1.1');
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    return { ...bad('of transfer codings only "chunked" is understood'), status: 501 };
  if (countOf(rawHeaders, 'host') > 1) return bad('it has more than one Host');
  if (!url.startsWith('/') && url !== '*') return bad('its target is no path');
  if (valueOf(rawHeaders, 'upgrade')?.toLowerCase() === 'websocket')
    return { ...bad('no other protocol is passed on'), status: 501 };
  return undefined;
}

function bad(why: string): OwnAnswer {
  return { status: 400, error: 'http_request_error', message: `the request cannot be passed on: ${why}` };
}

function countOf(raw: readonly string[], name: string): number {
  let count = 0;
  for (let i = 0; i < raw.length; i += 2) {
    const field = raw[i] as string;
    if (field.length === name.length && field.toLowerCase() === name) count++;
  }
  return count;
}
