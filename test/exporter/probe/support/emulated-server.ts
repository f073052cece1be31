import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** Status, body (`<id>` is the session id that was sent), and content type (default: JSON if it looks like it). */
export type Told = readonly [status: number, body?: string, type?: string];

/** `as-if-live`: the id is not looked up; `hang`: nothing is answered. */
type Refusal = Told | 'as-if-live' | 'hang';

type ByMethod = Readonly<Record<'POST' | 'GET' | 'DELETE', Refusal>>;

/** How a server answers, where it is not as the protocol has it. */
export interface Emulation {
  /** To an id that is not live. Default: 404. */
  readonly unknown?: ByMethod;
  /** To one that was ended. Default: the same. */
  readonly ended?: ByMethod;
  /** To an id of another form than its own. Default: as to an unknown one. */
  readonly malformed?: Told;
  readonly missing?: Told;
  /** Gives no session ids, and refuses so whoever sends one. */
  readonly stateless?: Told;
  readonly initialize?: (sessions: number) => Told | undefined;
  /** To a GET with a live session. Default: a stream that stays. */
  readonly get?: (response: ServerResponse) => void;
  /** To a DELETE with a live session. Default: 200, and it is over. */
  readonly delete?: Told;
  readonly discover?: (response: ServerResponse) => void;
  readonly initialized?: Told;
  readonly acceptsAnyVersion?: boolean;
  /** To any request with a live session, before anything else; `connection` counts the connections. */
  readonly before?: (request: IncomingMessage, connection: number) => Told | undefined;
  /** Headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly preflight?: Readonly<Record<string, string>>;
}

/** The same refusal by every method. */
export const always = (refusal: Refusal): ByMethod => ({ POST: refusal, GET: refusal, DELETE: refusal });

/** A JSON-RPC error in a body. */
export const rpcError = (code: number, message: string, id: string | number | null = null): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } });

/** What is known of an emulated server, for the tests: which sessions were left behind. */
export interface Emulated {
  readonly listener: RequestListener;
  readonly live: ReadonlySet<string>;
  readonly requests: readonly IncomingMessage[];
}

interface Rpc {
  readonly id?: number;
  readonly method?: string;
}

/** A server that handles sessions as the protocol has it, but for what is said. */
export function emulated(emulation: Emulation = {}): Emulated {
  const live = new Set<string>();
  const ended = new Set<string>();
  const requests: IncomingMessage[] = [];
  const connections = new Map<unknown, number>();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests.push(request);
    if (!connections.has(request.socket)) connections.set(request.socket, connections.size);
    for (const [name, value] of Object.entries(emulation.headers ?? {})) response.setHeader(name, value);
    const rpc = await rpcOf(request);
    if (request.method === 'OPTIONS') return void response.writeHead(204, emulation.preflight).end();
    if (rpc.method === 'server/discover') return discover(response);
    const session = request.headers['mcp-session-id'] as string | undefined;
    if (rpc.method === 'initialize' && session === undefined) return initialize(response, rpc);
    const refusal = refusalOf(request, session);
    if (refusal === 'hang') return;
    if (refusal !== undefined && refusal !== 'as-if-live') return tell(response, refusal, session);
    const told = emulation.before?.(request, connections.get(request.socket) ?? 0);
    if (told !== undefined) return tell(response, told);
    work(request, response, rpc, session ?? '');
  }

  function refusalOf(request: IncomingMessage, session: string | undefined): Refusal | undefined {
    const method = request.method as keyof ByMethod;
    const version = request.headers['mcp-protocol-version'];
    const isOdd = version === '1900-01-01' && emulation.acceptsAnyVersion !== true;
    const forVersion: Refusal | undefined = isOdd
      ? [400, rpcError(-32000, 'Unsupported protocol version')]
      : undefined;
    if (emulation.stateless !== undefined) return session === undefined ? forVersion : emulation.stateless;
    if (session === undefined) return emulation.missing ?? [400, rpcError(-32000, 'Missing session ID')];
    if (live.has(session)) return forVersion;
    if (session.includes(' ') && emulation.malformed !== undefined) return emulation.malformed;
    const unknown = emulation.unknown ?? always([404, rpcError(-32001, 'Session not found')]);
    return (ended.has(session) ? (emulation.ended ?? unknown) : unknown)[method];
  }

  function discover(response: ServerResponse): void {
    if (emulation.discover === undefined) tell(response, [400, rpcError(-32000, 'Server not initialized')]);
    else emulation.discover(response);
  }

  function initialize(response: ServerResponse, rpc: Rpc): void {
    const refusal = emulation.initialize?.(live.size);
    if (refusal !== undefined) return tell(response, refusal);
    if (emulation.stateless === undefined) {
      const session = randomUUID();
      live.add(session);
      response.setHeader('mcp-session-id', session);
    }
    const serverInfo = { name: 'emulated', version: '1.0.0' };
    result(response, rpc, { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo });
  }

  function work(request: IncomingMessage, response: ServerResponse, rpc: Rpc, session: string): void {
    if (request.method === 'GET') return (emulation.get ?? stay)(response);
    if (request.method === 'DELETE') {
      if (emulation.delete !== undefined) return tell(response, emulation.delete);
      if (live.delete(session)) ended.add(session);
      return void response.writeHead(200).end();
    }
    if (rpc.id === undefined) return tell(response, emulation.initialized ?? [202]);
    result(response, rpc, { tools: [] });
  }

  return { listener: (...args) => void serve(...args).catch(() => args[1].destroy()), live, requests };
}

async function rpcOf(request: IncomingMessage): Promise<Rpc> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Rpc);
}

/** Answers with what was told. */
export function tell(response: ServerResponse, [status, body = '', type]: Told, session = ''): void {
  const looksLikeJson = body.startsWith('{') ? 'application/json' : 'text/plain';
  const headers = body === '' ? {} : { 'content-type': type ?? looksLikeJson };
  response.writeHead(status, headers).end(body.replaceAll('<id>', session));
}

function result(response: ServerResponse, { id }: Rpc, value: object): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result: value }));
}

function stay(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
}
