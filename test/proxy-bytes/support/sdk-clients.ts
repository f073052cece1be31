import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** A client of an official SDK, as far as the stories use it. */
interface Connected {
  readonly client: {
    listTools(): Promise<object>;
    readResource(of: { uri: string }): Promise<object>;
    close(): Promise<void>;
  };
  readonly transport: { readonly sessionId?: string | undefined; terminateSession(): Promise<void> };
  /** Calls a tool, and is told of its progress. */
  readonly call: (of: Call, onprogress: (progress: object) => void) => Promise<object>;
}

interface Call {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

/** A client that the suites play with. */
export interface SdkClientKind {
  readonly title: string;
  /** Connects one whose requests carry a number each, by which they are found again on the wire. */
  readonly connect: (url: URL) => Promise<Connected>;
}

/** Names the number of a request. */
export const NUMBER = 'x-number';

const INTRODUCTION = { name: 'proxy-bytes', version: '1.0.0' };

/** Version 1, and version 2 in both eras. */
export const SDK_CLIENT_KINDS: readonly SdkClientKind[] = [
  {
    title: 'client 1.32.2',
    async connect(url) {
      const client = new Client1(INTRODUCTION);
      const transport = new Transport1(url, { fetch: numbering() });
      await client.connect(transport);
      const call: Connected['call'] = (of, onprogress) => client.callTool(of, undefined, { onprogress });
      return { client, transport, call };
    },
  },
  { title: 'client 2.4.0, older era', connect: (url) => connect2(url, 'legacy') },
  { title: 'client 2.4.0, either era', connect: (url) => connect2(url, 'auto') },
];

async function connect2(url: URL, mode: 'legacy' | 'auto'): Promise<Connected> {
  const client = new Client2(INTRODUCTION, { versionNegotiation: { mode } });
  const transport = new Transport2(url, { fetch: numbering() });
  await client.connect(transport);
  return { client, transport, call: (of, onprogress) => client.callTool(of, { onprogress }) };
}

function numbering(): typeof fetch {
  let last = 0;
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set(NUMBER, String(++last));
    return fetch(input, { ...init, headers });
  };
}

/** What a client is told in the course of a life: results, progress and errors, as its program sees them. */
export async function playLife({ client, transport, call }: Connected, listening: () => Promise<void>) {
  const told: unknown[] = [];
  const tell = async (doing: Promise<object>): Promise<void> => {
    told.push(await doing.catch((error: unknown) => `failed: ${String(error)}`));
  };
  const onprogress = (progress: object): void => void told.push(progress);
  await listening();
  await tell(client.listTools());
  await tell(client.readResource({ uri: 'corpus://readme' }));
  await tell(call({ name: 'report', arguments: { seconds: 0.05 } }, onprogress));
  await tell(call({ name: 'count', arguments: { to: 4 } }, onprogress));
  await tell(call({ name: 'look-up', arguments: {} }, onprogress));
  await tell(client.readResource({ uri: 'corpus://no such thing' }));
  if (transport.sessionId !== undefined) await transport.terminateSession();
  await client.close();
  return told;
}
