import { REQUEST_PREFIX_BYTES } from '../../exchange/index.ts';
import { askedIn, type Asked } from '../asked.ts';
import { isHttpSse, speaksMcp, telltale } from '../speaks-mcp.ts';

/** What `fetch` is called with. */
export type FetchArguments = Parameters<typeof fetch>;

/** What matters here of a request that is about to be sent. */
export interface FetchRequest {
  readonly url: URL;
  readonly method: string;
  readonly asked: Asked;
  /** The beginning of the body, when it is text or bytes: a stream is the server's to read. */
  readonly prefix: string;
  readonly signal: AbortSignal | undefined;
}

/** What Node's `fetch` calls itself to a server when the program gives no name. */
const DEFAULT_AGENT = 'node';

/**
 * Reads a request before it is sent, for its `init` is the program's, which may use it again. Nothing when it is none
 * of the protocol: the requests of a login go the same way.
 */
export function readRequest(
  [input, init]: FetchArguments,
  paths: readonly string[] | undefined,
): FetchRequest | undefined {
  const request = isRequest(input) ? input : undefined;
  const url = addressOf(input);
  if (url === undefined) return undefined;
  const method = (init?.method ?? request?.method ?? 'GET').toUpperCase();
  const headers = headersOf(init?.headers ?? request?.headers);
  const read = (name: string): string | undefined => headers?.get(name) ?? undefined;
  const path = url.pathname + url.search;
  const headersSeen = telltale(read);
  if (!speaksMcp({ method, url: path, headers: headersSeen }, paths)) return undefined;
  if (isHttpSse(path, headersSeen['mcp-session-id'])) return undefined;
  const asked = askedIn(read, DEFAULT_AGENT);
  return {
    url,
    method,
    // A page cannot be asked for its origin, and what is hidden from it does not reach us either.
    asked: { ...asked, origin: undefined },
    prefix: method === 'POST' ? prefixOf(init?.body) : '',
    signal: init?.signal ?? request?.signal,
  };
}

function isRequest(input: FetchArguments[0]): input is Request {
  return typeof input === 'object' && 'url' in input;
}

/** A copy: the program may change the URL it handed over. */
function addressOf(input: FetchArguments[0]): URL | undefined {
  if (typeof input === 'string') return URL.parse(input) ?? undefined;
  return URL.parse(isRequest(input) ? input.url : input.href) ?? undefined;
}

/** The headers as they will be sent; nothing when they can be read only once, as from a generator. */
function headersOf(given: RequestInit['headers'] | undefined): Pick<Headers, 'get'> | undefined {
  if (given === undefined) return undefined;
  if (isHeaders(given)) return given;
  return Symbol.iterator in given && !Array.isArray(given) ? undefined : new Headers(given);
}

/** Headers of whatever implementation: the undici package has its own. */
function isHeaders(given: NonNullable<RequestInit['headers']>): given is Headers {
  return 'get' in given && typeof given.get === 'function';
}

/** The first bytes of a body, byte for byte. */
function prefixOf(body: RequestInit['body'] | undefined): string {
  if (typeof body === 'string') return latin1Of(Buffer.from(body.slice(0, REQUEST_PREFIX_BYTES)));
  if (!(body instanceof Uint8Array)) return '';
  return latin1Of(Buffer.from(body.buffer, body.byteOffset, body.length));
}

function latin1Of(bytes: Buffer): string {
  return bytes.toString('latin1', 0, REQUEST_PREFIX_BYTES);
}
