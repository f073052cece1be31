import type { Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import type { Listener, Refusal } from '../../exchange/index.ts';
import { valueOf, type RequestHead } from './messages.ts';
import type { OwnAnswer } from './own-answer.ts';

/** The answer to a request that is passed on to nobody. */
export interface OwnRefusal extends OwnAnswer {
  readonly refusal: Refusal;
}

/** A method, path or field that is not sent on. */
export const UNSENDABLE: OwnRefusal = bad('its head is malformed');

/** Nothing is served there. */
export const NOWHERE: OwnRefusal = {
  status: 404,
  error: 'destination_not_found',
  message: 'no upstream is served at this address',
  refusal: 'no-upstream',
};

/** To a client that names a session, 404 would say that the session is dead. */
export const MISDIRECTED: OwnRefusal = { ...NOWHERE, status: 421 };

/** It was asked for by a name that is not its own. */
export const FOREIGN_HOST: OwnRefusal = {
  status: 421,
  error: 'http_request_denied',
  message: 'this host name is not allowed here',
  refusal: 'foreign-host',
};

/** Tells of what node refuses by itself: connections above the limit, and heads that are too long, slow or wrong. */
export function tellRefusals(
  server: Server | Http2SecureServer,
  { refused }: Pick<Listener, 'refused'>,
): void {
  if (refused === undefined) return;
  server.on('drop', () => refused('connection-limit'));
  const follow = (socket: Socket): void => {
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      const refusal = refusalBy(code);
      // One that is opened ahead and never used is closed as well, and nothing of anybody is refused.
      if (refusal !== undefined && socket.bytesRead > 0) refused(refusal);
    });
  };
  server.on('connection', follow);
  // What is wrong with a head below TLS is known above it.
  server.on('secureConnection', follow);
}

function refusalBy(code: string): Refusal | undefined {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'too-slow';
  if (code === 'HPE_HEADER_OVERFLOW') return 'head-too-large';
  return code.startsWith('HPE_') ? 'malformed' : undefined;
}

/**
 * What is refused before it goes anywhere, since a server behind might read it otherwise. Most of that node's parser
 * has refused before: two lengths, a length beside chunks, bare line feeds, folded lines.
 */
export function refusalOf(request: RequestHead): OwnRefusal | undefined {
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

function bad(why: string): OwnRefusal {
  const message = `the request cannot be passed on: ${why}`;
  return { status: 400, error: 'http_request_error', message, refusal: 'malformed' };
}

function countOf(raw: readonly string[], name: string): number {
  let count = 0;
  for (let i = 0; i < raw.length; i += 2) {
    const field = raw[i] as string;
    if (field.length === name.length && field.toLowerCase() === name) count++;
  }
  return count;
}
