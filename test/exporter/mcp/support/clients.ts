import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** What a tool answered. */
export interface Told {
  readonly text: string;
  readonly value: unknown;
  readonly isError: boolean;
}

/** A real client of a real SDK, connected to `/mcp`. */
export interface Agent {
  readonly tools: () => Promise<readonly { readonly name: string; readonly outputSchema?: unknown }[]>;
  readonly ask: (tool: string, question?: Readonly<Record<string, unknown>>) => Promise<Told>;
  readonly close: () => Promise<void>;
}

const INTRODUCTION = { name: 'agent', version: '1.0.0' };

async function agentOfSdk1(url: URL): Promise<Agent> {
  const client = new Client1(INTRODUCTION);
  await client.connect(new Transport1(url));
  return {
    tools: async () => (await client.listTools()).tools,
    ask: async (name, question = {}) => toldBy(await client.callTool({ name, arguments: { ...question } })),
    close: () => client.close(),
  };
}

const agentOfSdk2 =
  (mode: 'legacy' | { readonly pin: string }) =>
  async (url: URL): Promise<Agent> => {
    const client = new Client2(INTRODUCTION, { versionNegotiation: { mode } });
    await client.connect(new Transport2(url));
    return {
      tools: async () => (await client.listTools()).tools,
      ask: async (name, question = {}) => toldBy(await client.callTool({ name, arguments: { ...question } })),
      close: () => client.close(),
    };
  };

/** The SDKs, and the eras that they speak. */
export const AGENTS: Readonly<Record<string, (url: URL) => Promise<Agent>>> = {
  'SDK 1': agentOfSdk1,
  'SDK 2, with sessions': agentOfSdk2('legacy'),
  'SDK 2, without sessions': agentOfSdk2({ pin: '2026-07-28' }),
};

function toldBy(result: object): Told {
  const { content, structuredContent, isError } = result as {
    content: readonly { type: string; text: string }[];
    structuredContent?: unknown;
    isError?: boolean;
  };
  return {
    text: content.map(({ text }) => text).join('\n'),
    value: structuredContent,
    isError: isError === true,
  };
}
