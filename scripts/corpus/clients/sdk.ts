import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { Client as Client132 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport132 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as Client129 } from 'modelcontextprotocol-sdk-1-29/client/index.js';
import { StreamableHTTPClientTransport as Transport129 } from 'modelcontextprotocol-sdk-1-29/client/streamableHttp.js';
import type { Transport } from 'modelcontextprotocol-sdk-1-29/shared/transport.js';
import { wentWell, type ClientKind, type ConnectOptions, type CorpusClient } from './client.ts';

/** The official TypeScript clients of this repository's dependencies, as a program uses them that adds nothing. */
export const SDK_132: ClientKind = {
  id: 'sdk-1.32',
  title: 'TypeScript SDK 1.32.2',
  async connect(url, options = {}) {
    const client = new Client132(introductionOf(options));
    const transport = new Transport132(url, requestsWith(options));
    await client.connect(transport);
    return clientOf(client, transport);
  },
};

/** See {@link SDK_132}. */
export const SDK_129: ClientKind = {
  id: 'sdk-1.29',
  title: 'TypeScript SDK 1.29.0',
  async connect(url, options = {}) {
    const client = new Client129(introductionOf(options));
    const transport = new Transport129(url, requestsWith(options));
    // The types of 1.29 do not know `exactOptionalPropertyTypes`.
    await client.connect(transport as Transport);
    return clientOf(client, transport);
  },
};

/** See {@link SDK_132}; it asks by `server/discover` which era to speak. */
export const SDK_2_AUTO: ClientKind = sdk2('auto', 'sdk-2-auto', 'TypeScript SDK 2.4.0 (either era)');

/** See {@link SDK_132}; it speaks the older era alone. */
export const SDK_2_LEGACY: ClientKind = sdk2('legacy', 'sdk-2-legacy', 'TypeScript SDK 2.4.0 (older era)');

/** All of them. */
export const SDK_CLIENTS: readonly ClientKind[] = [SDK_132, SDK_129, SDK_2_AUTO, SDK_2_LEGACY];

function sdk2(mode: 'auto' | 'legacy', id: string, title: string): ClientKind {
  return {
    id,
    title,
    async connect(url, options = {}) {
      const client = new Client2(introductionOf(options), { versionNegotiation: { mode } });
      const transport = new Transport2(url, requestsWith(options));
      await client.connect(transport);
      return clientOf(client, transport);
    },
  };
}

function introductionOf({ name = 'corpus-program' }: ConnectOptions): { name: string; version: string } {
  return { name, version: '1.0.0' };
}

function requestsWith({ headers = {}, credential = () => ({}) }: ConnectOptions) {
  const send = (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const sent = new Headers(init.headers);
    for (const [name, value] of Object.entries(credential())) sent.set(name, value);
    return fetch(url, { ...init, headers: sent });
  };
  return { requestInit: { headers: { ...headers } }, fetch: send };
}

interface Connected {
  onerror?: ((error: Error) => void) | undefined;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<object>;
  listTools(): Promise<object>;
  readResource(resource: { uri: string }): Promise<object>;
  close(): Promise<void>;
}

interface Sessionful {
  readonly sessionId?: string | undefined;
  terminateSession(): Promise<void>;
}

function clientOf(client: Connected, transport: Sessionful): CorpusClient {
  client.onerror = () => {};
  return {
    call: (seconds = 0) => wentWell(client.callTool({ name: 'report', arguments: { seconds } })),
    list: () => wentWell(client.listTools()),
    read: () => wentWell(client.readResource({ uri: 'corpus://readme' })),
    async leave() {
      if (transport.sessionId !== undefined) await wentWell(transport.terminateSession());
      await client.close();
    },
    close: () => client.close(),
  };
}
