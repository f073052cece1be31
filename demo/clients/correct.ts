import { createWire, type Introduction } from './wire.ts';

/** A client that does what the specification asks. */
export interface CorrectClient {
  /** Begins a session: at the start, and when a person presses "reconnect". */
  connect(): Promise<void>;
  /** Calls the tool. On 404 it begins a new session and repeats the call at once. Answers the last status. */
  call(seconds?: number): Promise<number>;
  /** Lists the tools, in the same way. */
  list(): Promise<number>;
  /** Ends the session with DELETE; answers the status. */
  quit(): Promise<number>;
}

/** Makes a {@link CorrectClient}. Calls that fail together share one new handshake. */
export function createCorrectClient(url: URL, introduction: Introduction): CorrectClient {
  const wire = createWire(url, introduction);
  let session = Promise.resolve('');

  async function onLiveSession(send: (sessionId: string) => Promise<number>): Promise<number> {
    const used = session;
    const status = await send(await used);
    if (status !== 404) return status;
    if (session === used) session = wire.initialize();
    return send(await session);
  }

  return {
    async connect() {
      session = wire.initialize();
      await session;
    },
    call: (seconds) => onLiveSession((sessionId) => wire.call(sessionId, seconds)),
    list: () => onLiveSession((sessionId) => wire.list(sessionId)),
    async quit() {
      return wire.end(await session);
    },
  };
}
