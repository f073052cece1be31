import { wentWell, type ClientKind, type CorpusClient } from './client.ts';

/** How a client that is built on fetch introduces itself, after what is known of a product. */
export interface Introduction {
  /** `clientInfo.name` and version of its handshake. */
  readonly name: string;
  readonly version?: string;
  /** Its User-Agent. Default: what fetch sends by itself. */
  readonly userAgent?: string;
  /** The revision it asks for. Default: 2025-06-18. */
  readonly revision?: string;
  /** Further headers of each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Asked for further headers at each request. */
  readonly credential?: () => Readonly<Record<string, string>>;
}

/** One request, as it is to go out. */
export interface Request {
  readonly session?: string | undefined;
  readonly params?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The protocol without an opinion on when to send what. */
export interface Wire {
  /** Sends a JSON-RPC message, and reads the answer to its end. */
  post(method: string, request?: Request): Promise<Response>;
  /** Sends a JSON-RPC message, and lets go of the answer at its first event; answers the id of that. */
  firstEventOf(method: string, request?: Request): Promise<string>;
  /** Sends GET or DELETE. The answer to a GET is read on in the background. */
  send(method: 'GET' | 'DELETE', request?: Request): Promise<Response>;
  /** Sends `initialize` and `notifications/initialized`; answers the id it was given, and rejects without one. */
  initialize(request?: Request): Promise<string>;
  call(session: string | undefined, seconds?: number): Promise<number>;
  list(session: string | undefined): Promise<number>;
  /** Lets go of every open stream. */
  hangUp(): void;
}

/** Makes a {@link Wire}. */
export function createWire(url: URL, introduction: Introduction): Wire {
  const { name, version = '1.0.0', userAgent, revision = '2025-06-18' } = introduction;
  const streams = new AbortController();
  let lastId = 0;
  let settled: string | undefined;

  function headersFor({ session, headers }: Request): Headers {
    const sent = new Headers({ accept: 'application/json, text/event-stream', ...introduction.headers });
    if (userAgent !== undefined) sent.set('user-agent', userAgent);
    // Revision 2025-03-26 has no such header.
    if (settled !== undefined && revision !== '2025-03-26') sent.set('mcp-protocol-version', settled);
    if (session !== undefined) sent.set('mcp-session-id', session);
    for (const [header, value] of Object.entries({ ...introduction.credential?.(), ...headers }))
      sent.set(header, value);
    return sent;
  }

  async function ask(method: string, request: Request = {}): Promise<Response> {
    const headers = headersFor(request);
    headers.set('content-type', 'application/json');
    const id = method.startsWith('notifications/') ? undefined : ++lastId;
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: request.params ?? {} });
    return fetch(url, { method: 'POST', headers, body, signal: request.signal ?? null });
  }

  async function post(method: string, request: Request = {}): Promise<Response> {
    const response = await ask(method, request);
    await response.clone().text();
    return response;
  }

  return {
    post,
    async firstEventOf(method, request = {}) {
      const breaking = new AbortController();
      const response = await ask(method, { ...request, signal: breaking.signal });
      const chunk = await response.body?.getReader().read();
      breaking.abort();
      const id = /^id: ?(.+)$/m.exec(Buffer.from(chunk?.value ?? []).toString())?.[1];
      if (id === undefined) throw new Error(`${method} was answered without an event id`);
      return id;
    },
    async send(method, request = {}) {
      const signal = method === 'DELETE' ? (request.signal ?? null) : streams.signal;
      const response = await fetch(url, { method, headers: headersFor(request), signal });
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
      if (response.ok && isStream) void response.text().catch(() => {});
      else await response.text();
      return response;
    },
    async initialize(request = {}) {
      const params = { protocolVersion: revision, capabilities: {}, clientInfo: { name, version } };
      settled = undefined;
      const response = await post('initialize', { params, ...request });
      const session = response.headers.get('mcp-session-id');
      if (session === null) throw new Error(`initialize was answered ${response.status} and without an id`);
      settled = /"protocolVersion":"([\d-]+)"/.exec(await response.text())?.[1] ?? revision;
      await post('notifications/initialized', { session, headers: request.headers ?? {} });
      return session;
    },
    async call(session, seconds = 0) {
      const params = { name: 'report', arguments: { seconds } };
      return (await post('tools/call', { session, params })).status;
    },
    list: async (session) => (await post('tools/list', { session })).status,
    hangUp: () => streams.abort(),
  };
}

/** A client that does what the specification asks: on 404 it begins a new session and repeats the request. */
export function correctClient(introduction: Introduction & { readonly listens?: boolean }): ClientKind {
  const { name, userAgent, revision = '2025-06-18' } = introduction;
  return {
    id: `${name.replaceAll(/[^\w.-]+/g, '-').toLowerCase()}-${revision}`,
    title: `a correct client like ${userAgent ?? name} (${revision})`,
    async connect(url, { headers = {}, credential } = {}) {
      const wire = createWire(url, {
        ...introduction,
        headers: { ...introduction.headers, ...headers },
        ...(credential === undefined ? {} : { credential }),
      });
      return clientOn(wire, await wire.initialize(), introduction.listens === true);
    },
  };
}

async function clientOn(wire: Wire, first: string, listens: boolean): Promise<CorpusClient> {
  let session = Promise.resolve(first);
  if (listens) await wire.send('GET', { session: first });

  async function onLiveSession(send: (id: string) => Promise<number>): Promise<boolean> {
    try {
      const used = session;
      const status = await send(await used);
      if (status !== 404) return status < 300;
      if (session === used) session = wire.initialize();
      return (await send(await session)) < 300;
    } catch {
      return false;
    }
  }

  const read = async (id: string): Promise<number> =>
    (await wire.post('resources/read', { session: id, params: { uri: 'corpus://readme' } })).status;
  return {
    call: (seconds) => onLiveSession((id) => wire.call(id, seconds)),
    list: () => onLiveSession((id) => wire.list(id)),
    read: () => onLiveSession(read),
    async leave() {
      wire.hangUp();
      await wentWell(wire.send('DELETE', { session: await session, signal: AbortSignal.timeout(5000) }));
    },
    async close() {
      wire.hangUp();
    },
  };
}
