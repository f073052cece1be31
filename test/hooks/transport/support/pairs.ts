import type { RequestListener } from 'node:http';
import * as client2 from '@modelcontextprotocol/client';
import type { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import type { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport as InMemory1 } from '@modelcontextprotocol/sdk/inMemory.js';
import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { onTestFinished } from 'vitest';
import { startServer } from '../../../../demo/restartable-server.ts';
import { handlerOfSdk2, httpOfSdk1, httpOfSdk2 } from './http-servers.ts';
import { serverOfSdk1 } from './server-of-sdk-1.ts';
import { serverOfSdk2 } from './server-of-sdk-2.ts';
import { SAMPLED, type Inside } from './tools.ts';
import type { Watch } from './watch.ts';

/** What both sides of a pair are made with. */
export interface Sides {
  readonly client: Watch;
  readonly server: Watch;
  readonly inside?: Inside;
  readonly fetch?: typeof fetch;
  /** Stands around what answers HTTP. */
  readonly around?: (handle: RequestListener) => RequestListener;
}

/** How a tool is called. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeout?: number;
  readonly onprogress?: () => void;
  readonly meta?: Record<string, unknown>;
}

/** A client connected to a server, alike for both SDKs. */
export interface Connected {
  call(name: string, options?: CallOptions): Promise<object>;
  read(uri: string): Promise<object>;
  ping(): Promise<object>;
  /** Ends the session where there is one, as the client's program would. */
  terminate(): Promise<void>;
  close(): Promise<void>;
  readonly sessionId: string | undefined;
  /** Where the server is, when it is asked over HTTP. */
  readonly serverUrl?: URL;
  /** The client's transport. */
  readonly transport: object;
}

/** A client and a server of the official SDKs, over one kind of transport. */
export interface Pair {
  readonly name: string;
  readonly networkTransport: 'tcp' | 'pipe';
  readonly protocolVersion: string;
  readonly hasSession: boolean;
  /** Whether a server may ask its client: not from 2026-07-28 on. */
  readonly serverAsks: boolean;
  readonly handshake: 'initialize' | 'server/discover';
  connect(sides: Sides): Promise<Connected>;
}

const INTRODUCTION = { name: 'program', version: '1.0.0' };

export async function clientOfSdk1(
  transport: Transport1 | InMemory1 | Stdio1,
  watch: Watch,
): Promise<Connected> {
  const client = new Client1(INTRODUCTION, { capabilities: { sampling: {} } });
  client.setRequestHandler(CreateMessageRequestSchema, () => SAMPLED);
  await client.connect(watch(transport));
  onTestFinished(() => client.close());
  return {
    call: (name, { meta, ...options } = {}) =>
      client.callTool({ name, ...(meta && { _meta: meta }) }, undefined, options),
    read: (uri) => client.readResource({ uri }),
    ping: () => client.ping(),
    terminate: async () => (transport instanceof Transport1 ? transport.terminateSession() : undefined),
    close: () => client.close(),
    get sessionId() {
      return 'sessionId' in transport ? transport.sessionId : undefined;
    },
    transport,
  };
}

export async function clientOfSdk2(
  transport: client2.StreamableHTTPClientTransport | client2.InMemoryTransport | Stdio2,
  watch: Watch,
  mode: 'legacy' | 'auto',
): Promise<Connected> {
  const client = new client2.Client(INTRODUCTION, {
    capabilities: { sampling: {} },
    versionNegotiation: { mode },
  });
  client.setRequestHandler('sampling/createMessage', () => SAMPLED);
  await client.connect(watch(transport));
  onTestFinished(() => client.close());
  return {
    call: (name, { meta, ...options } = {}) =>
      client.callTool({ name, ...(meta && { _meta: meta }) }, options),
    read: (uri) => client.readResource({ uri }),
    ping: () => client.ping(),
    terminate: async () =>
      transport instanceof client2.StreamableHTTPClientTransport ? transport.terminateSession() : undefined,
    close: () => client.close(),
    get sessionId() {
      return 'sessionId' in transport ? transport.sessionId : undefined;
    },
    transport,
  };
}

async function serving(handle: RequestListener, { around = (same) => same }: Sides): Promise<URL> {
  const server = await startServer(() => around(handle));
  onTestFinished(() => server.close());
  return server.url;
}

const LEGACY = { protocolVersion: '2025-11-25', serverAsks: true, handshake: 'initialize' } as const;
const MODERN = { protocolVersion: '2026-07-28', serverAsks: false, handshake: 'server/discover' } as const;

export const PAIRS: readonly Pair[] = [
  {
    name: 'SDK 1.32.2 in memory',
    networkTransport: 'pipe',
    hasSession: false,
    ...LEGACY,
    async connect({ client, server, inside }) {
      const [ours, theirs] = InMemory1.createLinkedPair();
      await serverOfSdk1(inside).connect(server(theirs));
      return clientOfSdk1(ours, client);
    },
  },
  {
    name: 'SDK 1.32.2 over HTTP',
    networkTransport: 'tcp',
    hasSession: true,
    ...LEGACY,
    async connect(sides) {
      const url = await serving(httpOfSdk1(sides), sides);
      const transport = new Transport1(url, { fetch: sides.fetch ?? fetch });
      return Object.assign(await clientOfSdk1(transport, sides.client), { serverUrl: url });
    },
  },
  {
    name: 'SDK 2.4.0 in memory',
    networkTransport: 'pipe',
    hasSession: false,
    ...LEGACY,
    async connect({ client, server, inside }) {
      const [ours, theirs] = client2.InMemoryTransport.createLinkedPair();
      await serverOfSdk2(inside).connect(server(theirs));
      return clientOfSdk2(ours, client, 'legacy');
    },
  },
  {
    name: 'SDK 2.4.0 over HTTP, older era',
    networkTransport: 'tcp',
    hasSession: true,
    ...LEGACY,
    async connect(sides) {
      const url = await serving(httpOfSdk2(sides), sides);
      const transport = new client2.StreamableHTTPClientTransport(url, { fetch: sides.fetch ?? fetch });
      return Object.assign(await clientOfSdk2(transport, sides.client, 'legacy'), { serverUrl: url });
    },
  },
  {
    name: 'SDK 2.4.0 over HTTP, newer era',
    networkTransport: 'tcp',
    hasSession: false,
    ...MODERN,
    async connect(sides) {
      const url = await serving(handlerOfSdk2(sides), sides);
      const transport = new client2.StreamableHTTPClientTransport(url, { fetch: sides.fetch ?? fetch });
      return Object.assign(await clientOfSdk2(transport, sides.client, 'auto'), { serverUrl: url });
    },
  },
];
