import type { Http2ServerRequest } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { valueOf, type RawHeaders, type RequestHead } from './messages.ts';

/** The fields that belong to one connection (RFC 9110, 7.6.1); what `Connection` lists belongs to them. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** What nobody may have removed by listing it: these say how long a body is, and for whom. */
const NEVER_LISTED: ReadonlySet<string> = new Set(['content-length', 'host', 'keep-alive', 'close']);

/** A message's fields without those that belong to its connection; name and order are kept. */
export function endToEnd(raw: RawHeaders): string[] {
  const kept: string[] = [];
  eachEndToEnd(raw, (_, field, value) => kept.push(field, value));
  return kept;
}

/** Calls `take` with each field that goes on: its name in small letters, its name as it came, its value. */
function eachEndToEnd(raw: RawHeaders, take: (name: string, field: string, value: string) => void): void {
  const listed = listedIn(raw);
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const field = raw[i] as string;
    const name = field.toLowerCase();
    if (!HOP_BY_HOP.has(name) && listed?.has(name) !== true) take(name, field, raw[i + 1] as string);
  }
}

function listedIn(raw: RawHeaders): Set<string> | undefined {
  let listed: Set<string> | undefined;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const field = raw[i] as string;
    if (field.length !== 'connection'.length || field.toLowerCase() !== 'connection') continue;
    for (const item of (raw[i + 1] as string).toLowerCase().split(',')) {
      const name = item.trim();
      if (!NEVER_LISTED.has(name)) listed = (listed ?? new Set()).add(name);
    }
  }
  return listed;
}

/** Trailers may not say what only a head can (RFC 9110, 6.5.1). */
export function trailersOf(raw: RawHeaders): string[] {
  const kept: string[] = [];
  if (raw.length > 0)
    eachEndToEnd(raw, (name, field, value) => {
      if (!NEVER_LISTED.has(name)) kept.push(field, value);
    });
  return kept;
}

/**
 * A request's fields as they go to the upstream: in order, as they came, with the standard fields of a proxy behind
 * them. The upstream is told `host` instead of what the client asked for, when that is given.
 */
export function requestHead(request: RequestHead, host: string | undefined): string[] {
  const headers: string[] = [];
  let [asked, forwardedFor, cookies] = ['', '', ''];
  let [hasProto, hasHost] = [false, false];
  eachEndToEnd(request.rawHeaders, (name, field, value) => {
    if (name === 'host') asked = value;
    else if (name === 'x-forwarded-for') return void (forwardedFor += `${value}, `);
    else if (name === 'x-forwarded-proto') hasProto = true;
    else if (name === 'x-forwarded-host') hasHost = true;
    // HTTP/2 may bring cookies one by one, HTTP/1 has one field for them (RFC 9113, 8.2.3).
    else if (name === 'cookie' && isHttp2(request)) return void (cookies += `${cookies && '; '}${value}`);
    else if (name.startsWith(':')) return;
    headers.push(field, name === 'host' ? (host ?? value) : value);
  });
  if (asked === '' && isHttp2(request)) {
    asked = request.authority;
    headers.unshift('Host', host ?? asked);
  }
  if (cookies !== '') headers.push('Cookie', cookies);
  headers.push('X-Forwarded-For', forwardedFor + (request.socket.remoteAddress ?? 'unknown'));
  if (!hasProto) headers.push('X-Forwarded-Proto', schemeOf(request));
  if (!hasHost) headers.push('X-Forwarded-Host', asked);
  frame(request, headers);
  return headers;
}

/** The methods for which node sends no body unless it is told of one. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

/** How long the body of a request is, in bytes; nothing where that is only known when it has ended. */
export function bodyLengthOf(request: RequestHead): number | undefined {
  const length = valueOf(request.rawHeaders, 'content-length');
  const isOpenEnded = isHttp2(request)
    ? length === undefined && !request.stream.endAfterHeaders
    : valueOf(request.rawHeaders, 'transfer-encoding') !== undefined;
  return isOpenEnded ? undefined : Number(length ?? 0);
}

/** Says how long the body is, as the client said it. */
function frame(request: RequestHead, headers: string[]): void {
  const length = bodyLengthOf(request);
  if (length === undefined) headers.push('Transfer-Encoding', 'chunked');
  else if (
    valueOf(request.rawHeaders, 'content-length') === undefined &&
    !WITHOUT_BODY.has(request.method ?? '')
  )
    headers.push('Content-Length', '0');
}

function schemeOf({ socket }: RequestHead): string {
  return (socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http';
}

function isHttp2(request: RequestHead): request is Http2ServerRequest {
  return request.httpVersionMajor === 2;
}
