import { answerIn, errorCodeIn } from './answer.ts';
import { eachTopLevelMember, stringAt } from './json-prefix.ts';

/** What the beginning of an answer's body says, as far as sessions are concerned. */
export const BODY_CLASSES = [
  'none',
  'session-dead',
  'session-dead-ambiguous',
  'session-missing',
  'already-initialized',
  'sse-conflict',
  'version',
  'capacity',
  'method-missing',
  'parse',
  'foreign-page',
  'other',
] as const;

/** See {@link BODY_CLASSES}. */
export type BodyClass = (typeof BODY_CLASSES)[number];

/** What is kept of a body once it was classified: never its text. */
export interface BodyFacts {
  readonly class: BodyClass;
  /** The JSON-RPC error addresses no request: its id is null, empty, absent or `server-error` (Python SDK 1.x). */
  readonly unaddressed: boolean;
  /** The code of the JSON-RPC error; nothing when there is none, or it has none. */
  readonly code: number | undefined;
}

/** The most of an answer's body that is ever looked at, in characters. */
export const ANSWER_PREFIX_LENGTH = 4 * 1024;

/** Nothing was sent, or nothing that could be read. */
export const NO_BODY: BodyFacts = Object.freeze({ class: 'none', unaddressed: false, code: undefined });

/**
 * Phrases that real servers send, most telling first. Sources: TypeScript, Python, Rust, Go, C#, Java, Ruby and
 * PHP SDKs, mcp-go, Cloudflare agents, ToolHive, Envoy AI Gateway, punkpeye/mcp-proxy, supergateway.
 */
const PHRASES: readonly (readonly [BodyClass, RegExp])[] = [
  ['already-initialized', /already initialized|only one initialization request/],
  [
    'sse-conflict',
    /only one sse stream|already has an active connection|session already exists|stream id conflicts/,
  ],
  [
    'capacity',
    /too many (open |active )?sessions|session_limit_reached|maximum concurrent sessions|capacity reached/,
  ],
  [
    'session-dead',
    /session (id )?(was )?(not found|expired|terminated)|session [^"]{0,80}(not be found|has been terminated|is closing|not found|has expired)|(invalid|unknown)( or expired)? (mcp-)?session[ -]?(id)?\b|could not find session|no (active )?(session|(sse )?transport|sse connection) (found )?for\b|no active (session|transport|sse connection)|sse connection not established|mcp_session_terminated/,
  ],
  [
    'session-dead-ambiguous',
    /no valid session id|(invalid or missing) session id|server not initialized|initialize first/,
  ],
  [
    'session-missing',
    /missing (mcp-)?session|session[ -]id (header )?is required|session id required|session header is required/,
  ],
  ['version', /unsupported protocol version|bad request: unsupported|"code"\s*:\s*-(32020|32022|32004)\b/],
  ['method-missing', /"code"\s*:\s*-32601\b/],
  ['parse', /"code"\s*:\s*-32700\b/],
  ['foreign-page', /<!doctype html|<html|cannot (get|post|delete) \/|page not found/],
];

/** Classifies the beginning of an error answer (status 400 and above), whatever its content type. */
export function classifyError(prefix: string): BodyFacts {
  if (prefix === '') return NO_BODY;
  const answer = prefix.includes('"error"') ? answerIn(prefix) : undefined;
  const code = answer === undefined ? undefined : errorCodeIn(answer);
  return { class: classOf(prefix), unaddressed: true, code };
}

/**
 * Classifies the beginning of a 2xx answer: only a JSON-RPC `error` counts, bare or in an SSE event. A result that
 * merely speaks of sessions, a tool error included, is class `none`.
 */
export function classifySuccess(prefix: string): BodyFacts {
  const answer = prefix.includes('"error"') ? answerIn(prefix) : undefined;
  if (answer === undefined) return NO_BODY;
  let errorAt = -1;
  let unaddressed = true;
  eachTopLevelMember(answer, 0, (key, valueAt) => {
    if (key === 'error') errorAt = valueAt;
    if (key === 'id') unaddressed = isUnaddressed(answer, valueAt);
    return key === 'result' || key === 'method';
  });
  if (errorAt === -1) return NO_BODY;
  const text = answer.slice(errorAt, errorAt + 600);
  return { class: classOf(text), unaddressed, code: errorCodeIn(answer) };
}

function classOf(text: string): BodyClass {
  const lower = text.slice(0, ANSWER_PREFIX_LENGTH).toLowerCase();
  for (const [bodyClass, phrase] of PHRASES) if (phrase.test(lower)) return bodyClass;
  return 'other';
}

function isUnaddressed(prefix: string, valueAt: number): boolean {
  if (prefix.startsWith('null', valueAt)) return true;
  const id = stringAt(prefix, valueAt);
  return id === 'server-error' || id === '';
}
