import { callFactsOf, type CallClaims } from './call-facts.ts';
import { eachTopLevelMember, stringAt } from './json-prefix.ts';
import type { CallFacts } from './operation.ts';
import type { RpcMethod } from './rpc-methods.ts';
import type { TraceContext } from './tracing.ts';

/** The headers that tell of a call, too. */
export interface CallHeaders {
  /** `Mcp-Name`, from revision 2026-07-28 on: the tool, the prompt or the resource. */
  readonly name: string | undefined;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
}

/**
 * What the one message in a request says of itself, by the beginning of its body, and where that does not tell, by
 * its headers: a body may be longer than what is looked at. The parent in `_meta` counts before that of the HTTP
 * request, which may come from whatever stood in between. A body with a batch tells nothing.
 */
export function callFactsIn(
  prefix: string,
  method: RpcMethod,
  headers: CallHeaders,
  ambient: TraceContext | undefined,
): CallFacts {
  const claims: Claims = prefix.startsWith('[') ? {} : claimsIn(prefix);
  const named = headers.name === undefined ? undefined : headerValue(headers.name);
  const facts = callFactsOf(
    { method, ...claims, name: claims.name ?? named, uri: claims.uri ?? named },
    ambient,
  );
  if (facts.parent !== undefined || headers.traceparent === undefined) return facts;
  const { traceparent, tracestate } = headers;
  return { ...facts, parent: callFactsOf({ method, traceparent, tracestate }, undefined).parent };
}

type Claims = { -readonly [Name in Exclude<keyof CallClaims, 'method'>]?: string | undefined };

function claimsIn(prefix: string): Claims {
  const claims: Claims = {};
  let paramsAt = -1;
  eachTopLevelMember(prefix, 0, (key, at) => {
    if (key === 'id') claims.id = textAt(prefix, at) ?? numberAt(prefix, at);
    if (key === 'params') paramsAt = at;
    return false;
  });
  if (prefix[paramsAt] === '{') readParams(prefix, paramsAt, claims);
  return claims;
}

function readParams(prefix: string, paramsAt: number, claims: Claims): void {
  let metaAt = -1;
  eachTopLevelMember(prefix, paramsAt, (key, at) => {
    if (key === 'name' || key === 'uri') claims[key] = textAt(prefix, at);
    if (key === '_meta') metaAt = at;
    return false;
  });
  if (prefix[metaAt] !== '{') return;
  eachTopLevelMember(prefix, metaAt, (key, at) => {
    if (key === 'traceparent' || key === 'tracestate') claims[key] = textAt(prefix, at);
    return false;
  });
}

const NUMBER = /-?\d[\d.eE+-]{0,40}(?=[\s,}])/y;

/** The number at `at`, as it is written; nothing when there is none, or it is cut off. */
function numberAt(prefix: string, at: number): string | undefined {
  NUMBER.lastIndex = at;
  return NUMBER.exec(prefix)?.[0];
}

/** The text at `at`; nothing when there is none, or it is cut off. */
function textAt(prefix: string, at: number): string | undefined {
  const raw = stringAt(prefix, at);
  const text = raw === undefined ? undefined : utf8Of(raw);
  if (text?.includes('\\') !== true) return text;
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}

/** The text that is meant, for a prefix holds the bytes of a body one by one; unchanged when these are no UTF-8. */
function utf8Of(bytes: string): string {
  if (!/[\x80-\xff]/.test(bytes) || /[^\0-\xff]/.test(bytes)) return bytes;
  try {
    return UTF8.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch {
    return bytes;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** What a header cannot hold as it is comes in Base64 (revision 2026-07-28, Transports, Value Encoding). */
const ENCODED = /^=\?base64\?([A-Za-z\d+/]*=*)\?=$/;

function headerValue(header: string): string {
  const encoded = ENCODED.exec(header)?.[1];
  return encoded === undefined ? header : Buffer.from(encoded, 'base64').toString();
}
