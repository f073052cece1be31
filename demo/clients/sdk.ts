import {
  Client as Client2,
  SdkHttpError,
  StreamableHTTPClientTransport as Transport2,
} from '@modelcontextprotocol/client';
import { Client as Client132 } from '@modelcontextprotocol/sdk/client/index.js';
import * as sdk132 from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Client as Client129 } from 'modelcontextprotocol-sdk-1-29/client/index.js';
import type { Transport as Transport129 } from 'modelcontextprotocol-sdk-1-29/shared/transport.js';
import * as sdk129 from 'modelcontextprotocol-sdk-1-29/client/streamableHttp.js';

/** A client of an official TypeScript SDK, used by a program that adds no recovery of its own. */
export interface SdkClient {
  /** Calls the tool; answers 200, or the status that the SDK's error carries. */
  call(): Promise<number>;
  /** The revision that was agreed on. */
  readonly revision: string | undefined;
  /** Ends the session with DELETE, where there is one, and closes. */
  leave(): Promise<void>;
  /** Closes alone, which sends nothing. */
  close(): Promise<void>;
}

/** Lets a story use a client, and closes it however the story ends. */
export async function withClient(
  client: SdkClient,
  story: (client: SdkClient) => Promise<void>,
): Promise<void> {
  try {
    await story(client);
  } finally {
    await client.close();
  }
}

const INTRODUCTION = { name: 'demo-program', version: '1.0.0' };
const CALL = { name: 'report', arguments: { seconds: 0 } };

/** Connects a client of `@modelcontextprotocol/sdk` 1.29.0. */
export async function connectSdk129(url: URL): Promise<SdkClient> {
  const client = new Client129(INTRODUCTION);
  const transport = new sdk129.StreamableHTTPClientTransport(url);
  // The types of 1.29 do not know `exactOptionalPropertyTypes`.
  await client.connect(transport as Transport129);
  return sdkClient({
    client,
    transport,
    revision: () => transport.protocolVersion,
    statusOf: (error) => (error instanceof sdk129.StreamableHTTPError ? error.code : undefined),
  });
}

/** Connects a client of `@modelcontextprotocol/sdk` 1.32.2. */
export async function connectSdk132(url: URL): Promise<SdkClient> {
  const client = new Client132(INTRODUCTION);
  const transport = new sdk132.StreamableHTTPClientTransport(url);
  await client.connect(transport);
  return sdkClient({
    client,
    transport,
    revision: () => transport.protocolVersion,
    statusOf: (error) => (error instanceof sdk132.StreamableHTTPError ? error.code : undefined),
  });
}

/** Connects a client of `@modelcontextprotocol/client` 2.4.0; `auto` asks by `server/discover` which era to speak. */
export async function connectSdk2(url: URL, mode: 'auto' | 'legacy'): Promise<SdkClient> {
  const client = new Client2(INTRODUCTION, { versionNegotiation: { mode } });
  const transport = new Transport2(url);
  await client.connect(transport);
  return sdkClient({
    client,
    transport,
    revision: () => client.getNegotiatedProtocolVersion(),
    statusOf: (error) => (error instanceof SdkHttpError ? error.status : undefined),
  });
}

interface Connected {
  readonly client: { callTool(call: typeof CALL): Promise<object>; close(): Promise<void> };
  readonly transport: { readonly sessionId?: string | undefined; terminateSession(): Promise<void> };
  readonly revision: () => string | undefined;
  /** The status an error of this SDK carries; undefined when it is another error. */
  readonly statusOf: (error: unknown) => number | undefined;
}

function sdkClient({ client, transport, revision, statusOf }: Connected): SdkClient {
  return {
    async call() {
      try {
        await client.callTool(CALL);
        return 200;
      } catch (error) {
        const status = statusOf(error);
        if (status === undefined) throw error;
        return status;
      }
    },
    get revision() {
      return revision();
    },
    async leave() {
      if (transport.sessionId !== undefined) await transport.terminateSession();
      await client.close();
    },
    close: () => client.close(),
  };
}
