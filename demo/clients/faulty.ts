import { createWire } from './wire.ts';

/** A client that clears the id on 404 and goes on without one, as mcp-go's does when its program adds nothing (muster#999). */
export interface HeaderlessClient {
  connect(): Promise<void>;
  call(): Promise<number>;
}

/** Makes a {@link HeaderlessClient}. */
export function createHeaderlessClient(url: URL): HeaderlessClient {
  const wire = createWire(url, { name: 'muster', version: '0.1.0', userAgent: 'Go-http-client/1.1' });
  let sessionId: string | undefined;
  return {
    async connect() {
      sessionId = await wire.initialize();
    },
    async call() {
      const status = await wire.call(sessionId);
      if (status === 404) sessionId = undefined;
      return status;
    },
  };
}

/** A client whose reconnect timer fires though nothing was lost: handshake, listing, and again (reticle#308). */
export function createStormingClient(url: URL): { reconnect(): Promise<void> } {
  const wire = createWire(url, { name: 'librechat-mcp-client', version: '1.2.2' });
  return {
    async reconnect() {
      await wire.list(await wire.initialize());
    },
  };
}

/** A client that is given ids and sends none of them back, as claude.ai was seen to do (claude-ai-mcp#975). */
export function createForgetfulClient(url: URL): { tryOnce(): Promise<number> } {
  const introduction = { name: 'claude-ai', version: '0.1.0', userAgent: 'Claude-User' };
  return {
    async tryOnce() {
      const wire = createWire(url, introduction);
      await wire.shakeHands();
      return wire.call(undefined);
    },
  };
}

/** A client that begins a session for each piece of work and leaves it behind (codex#41600). */
export function createLeavingClient(url: URL): { workOnce(): Promise<number> } {
  const userAgent = 'codex-mcp-client/0.150.0-alpha.8';
  const wire = createWire(url, { name: 'codex-mcp-client', version: '0.150.0-alpha.8', userAgent });
  return {
    async workOnce() {
      return wire.call(await wire.initialize());
    },
  };
}
