/** How a client introduces itself. */
export interface Introduction {
  /** `clientInfo.name` and `clientInfo.version` of its handshake. */
  readonly name: string;
  readonly version: string;
  /** Its User-Agent. Default: `node`, which fetch sends by itself. */
  readonly userAgent?: string;
  /** Its bearer token. Default: none. */
  readonly token?: string;
}

/** The protocol of 2025-06-18 without any opinion on when to send what: the opinions are the clients'. */
export interface Wire {
  /** Sends `initialize` without an id; answers the session id it was given. */
  shakeHands(): Promise<string>;
  /** The whole handshake: {@link Wire.shakeHands}, then `notifications/initialized` with the new id. */
  initialize(): Promise<string>;
  /** Calls the tool; answers the status. */
  call(sessionId: string | undefined, seconds?: number): Promise<number>;
  /** Lists the tools; answers the status. */
  list(sessionId: string): Promise<number>;
  /** Opens the listening stream and leaves it open; answers the status. */
  listen(sessionId: string): Promise<number>;
  /** Ends the session; answers the status. */
  end(sessionId: string): Promise<number>;
  /** Lets go of every open stream. */
  hangUp(): void;
}

const REVISION = '2025-06-18';

/** Makes a {@link Wire} to a server. */
export function createWire(url: URL, introduction: Introduction): Wire {
  const { name, version, userAgent, token } = introduction;
  const streams = new AbortController();
  let lastId = 0;

  function headersFor(sessionId: string | undefined, handshake = false): Headers {
    const headers = new Headers({ accept: 'application/json, text/event-stream' });
    if (userAgent !== undefined) headers.set('user-agent', userAgent);
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (!handshake) headers.set('mcp-protocol-version', REVISION);
    if (sessionId !== undefined) headers.set('mcp-session-id', sessionId);
    return headers;
  }

  async function post(method: string, params: object, sessionId?: string): Promise<Response> {
    const headers = headersFor(sessionId, method === 'initialize');
    headers.set('content-type', 'application/json');
    const id = method.startsWith('notifications/') ? undefined : ++lastId;
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params });
    const response = await fetch(url, { method: 'POST', headers, body });
    await response.text();
    return response;
  }

  async function shakeHands(): Promise<string> {
    const params = { protocolVersion: REVISION, capabilities: {}, clientInfo: { name, version } };
    const response = await post('initialize', params);
    const sessionId = response.headers.get('mcp-session-id');
    if (sessionId === null)
      throw new Error(`initialize was answered ${response.status} and without a session id`);
    return sessionId;
  }

  return {
    shakeHands,
    async initialize() {
      const sessionId = await shakeHands();
      await post('notifications/initialized', {}, sessionId);
      return sessionId;
    },
    async call(sessionId, seconds = 0) {
      return (await post('tools/call', { name: 'report', arguments: { seconds } }, sessionId)).status;
    },
    list: async (sessionId) => (await post('tools/list', {}, sessionId)).status,
    async listen(sessionId) {
      const response = await fetch(url, { headers: headersFor(sessionId), signal: streams.signal });
      if (response.ok) void response.text().catch(() => {});
      else await response.text();
      return response.status;
    },
    async end(sessionId) {
      const response = await fetch(url, { method: 'DELETE', headers: headersFor(sessionId) });
      await response.text();
      return response.status;
    },
    hangUp: () => streams.abort(),
  };
}
