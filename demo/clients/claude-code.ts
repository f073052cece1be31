import { createWire } from './wire.ts';

/** Claude Code 2.1.128 as reported in anthropics/claude-code#56264. */
export interface ClaudeCode {
  connect(): Promise<void>;
  /** Calls the tool, after a new handshake when the last call was answered 404; answers the status to the model. */
  call(): Promise<number>;
  quit(): Promise<void>;
}

/** Makes a {@link ClaudeCode}: late, but right. A 404 goes to the model, and the next use begins a new session. */
export function createClaudeCode(url: URL): ClaudeCode {
  const introduction = { name: 'claude-code', version: '2.1.128', userAgent: 'claude-code/2.1.128 (cli)' };
  const wire = createWire(url, introduction);
  let sessionId: string | undefined;
  const connect = async (): Promise<string> => (sessionId = await wire.initialize());
  return {
    async connect() {
      await connect();
    },
    async call() {
      const status = await wire.call(sessionId ?? (await connect()));
      if (status === 404) sessionId = undefined;
      return status;
    },
    async quit() {
      if (sessionId !== undefined) await wire.end(sessionId);
      wire.hangUp();
    },
  };
}
