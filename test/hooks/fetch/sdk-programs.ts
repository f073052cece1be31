/** Programs on the official SDKs that send with a given `fetch`, and the servers they talk to. */
import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { RestartableServer } from '../../../demo/restartable-server.ts';
import { serveSdk132 } from '../../../demo/servers/sdk-1-32.ts';
import { serveSdk2, serveSdk2WithSessions } from '../../../demo/servers/sdk-2.ts';

/** A client that is connected. */
export interface Connected {
  call(): Promise<unknown>;
  close(): Promise<void>;
}

/** An SDK on both sides. */
export interface Sdk {
  readonly name: string;
  readonly serve: () => RequestListener;
  readonly connect: (url: URL, send: typeof fetch) => Promise<Connected>;
}

const INTRODUCTION = { name: 'claude-code', version: '1.0.0' };
const CALL = { name: 'report', arguments: { seconds: 0 } };

const sdk1: Sdk['connect'] = async (url, send) => {
  const client = new Client1(INTRODUCTION);
  await client.connect(new Transport1(url, { fetch: send }));
  return { call: () => client.callTool(CALL), close: () => client.close() };
};

const sdk2 =
  (mode: 'auto' | 'legacy'): Sdk['connect'] =>
  async (url, send) => {
    const client = new Client2(INTRODUCTION, { versionNegotiation: { mode } });
    await client.connect(new Transport2(url, { fetch: send }));
    return { call: () => client.callTool(CALL), close: () => client.close() };
  };

/** Those with sessions: each client opens a listening stream once it is connected. */
export const WITH_SESSIONS: readonly Sdk[] = [
  { name: 'SDK 1.32.2', serve: serveSdk132, connect: sdk1 },
  { name: 'SDK 2.4.0, older era', serve: serveSdk2WithSessions, connect: sdk2('legacy') },
];

/** The newer era, without sessions and without listening streams. */
export const WITHOUT_SESSIONS: Sdk = {
  name: 'SDK 2.4.0, newer era',
  serve: serveSdk2,
  connect: sdk2('auto'),
};

/** Restarts a server. Until some moments later fetch may still pick a connection that the restart has closed. */
export async function restart(server: RestartableServer): Promise<void> {
  await server.restart();
  await delay(100);
}
