import { askedIn, type Asked } from '../asked.ts';
import { CANCELLED, COMPLETE, endOf, type End } from '../ended.ts';
import { isHttpSse, speaksMcp, telltale } from '../speaks-mcp.ts';
import { watchOf, type Watch } from '../watch.ts';
import { headerReader, type UndiciRequest } from './message.ts';

/** What matters here of a request that is about to be sent. */
export interface Sent {
  readonly url: URL;
  readonly asked: Asked;
}

/** Reads a request. Nothing when it is none of Streamable HTTP. */
export function readSent(
  { method, origin, path, headers, upgrade }: UndiciRequest,
  paths: readonly string[] | undefined,
): Sent | undefined {
  // A connection that becomes something else, such as a web socket.
  if (upgrade !== null) return undefined;
  const read = headerReader(headers);
  const seen = telltale(read);
  const target = path.startsWith('/') ? path : pathIn(path);
  if (!speaksMcp({ method, url: target, headers: seen }, paths)) return undefined;
  if (isHttpSse(target, seen['mcp-session-id'])) return undefined;
  const url = URL.parse(path, String(origin));
  // Nothing comes from a page in a browser here.
  return url === null ? undefined : { url, asked: { ...askedIn(read), origin: undefined } };
}

/** The path of a whole address, as a plain proxy is asked for it. */
function pathIn(address: string): string {
  const url = URL.parse(address);
  return url === null ? '' : url.pathname + url.search;
}

/** What is known of one request while it is under way. */
export interface UndiciWatch extends Watch {
  readonly asked: Asked;
  /** The origin of the server. */
  readonly origin: string;
  /** Who speaks, in the words of the program. */
  readonly client: string;
}

/** A request that has just begun. */
export function undiciWatchOf(
  method: string,
  { url, asked }: Sent,
  names: { readonly target: string; readonly client: string },
  startedAt: number,
): UndiciWatch {
  const watch = watchOf({ vantage: 'client', target: names.target, method, startedAt });
  return Object.assign(watch, { asked, origin: url.origin, client: names.client });
}

/**
 * How a request ended that broke off. An abort and a cancelled body look alike on the channel: whoever leaves a
 * plain answer behind its head is taken to have what he wanted, unless a timeout took it from him.
 */
export function endOfBroken({ head, openedAt }: Watch, error: unknown): End {
  if (isOfConnection(error)) return endOf(error, undefined);
  const end = endOf(error, AbortSignal.abort(error));
  return end === CANCELLED && head !== undefined && openedAt === 0 ? COMPLETE : end;
}

/** Errors of undici and of the system have a code; what a program gives for a reason may be anything. */
function isOfConnection(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && !GIVEN_UP.has(code);
}

/** What undici says when the request was given up on this side, unless the program gave a reason of its own. */
const GIVEN_UP: ReadonlySet<string> = new Set(['UND_ERR_ABORTED', 'UND_ERR_REQ_RETRY']);
