/** Real servers on Hono, seen by this hook and by that of `node:http` at once, each for itself: they must see the same. */
import { createAdaptorServer } from '@hono/node-server';
import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer as Server1 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { createMcpHandler, McpServer as Server2 } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import type { Exchange, StreamOpened } from '../../../src/exchange/index.ts';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { watchWeb, type WebHandler } from '../../../src/hooks/web/index.ts';
import { record } from '../node-http/recording.ts';
import { listen } from '../node-http/wire.ts';

const INTRODUCTION = { name: 'claude-code', version: '1.0.0' };
const REPORT = { name: 'report', arguments: { fails: false } };
const FAILURE = { name: 'report', arguments: { fails: true } };

function report({ fails }: { fails: boolean }) {
  return { content: [{ type: 'text' as const, text: 'All is well. größe' }], isError: fails };
}

/** A session map of version 1 of the SDK, on Hono. */
function sdk1WithSessions(): Hono {
  const transports = new Map<string, WebStandardStreamableHTTPServerTransport>();

  async function open(): Promise<WebStandardStreamableHTTPServerTransport> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void transports.set(id, transport),
    });
    const server = new Server1({ name: 'test', version: '1.0.0' });
    server.registerTool('report', { inputSchema: { fails: z.boolean() } }, report);
    await server.connect(transport);
    return transport;
  }

  return new Hono().all('/mcp', async (context) => {
    const id = context.req.header('mcp-session-id');
    if (id === undefined) return (await open()).handleRequest(context.req.raw);
    const error = { code: -32001, message: 'Session not found' };
    return (
      transports.get(id)?.handleRequest(context.req.raw) ??
      context.json({ jsonrpc: '2.0', error, id: null }, 404)
    );
  });
}

/** The handler of version 2 of the SDK, as it comes. */
function sdk2(): Hono {
  const handler = createMcpHandler(() => {
    const server = new Server2({ name: 'test', version: '1.0.0' });
    server.registerTool('report', { inputSchema: z.object({ fails: z.boolean() }) }, report);
    return server;
  });
  return new Hono().all('/mcp', (context) => handler.fetch(context.req.raw));
}

interface Client {
  callTool(call: typeof REPORT): Promise<unknown>;
  close(): Promise<void>;
  readonly transport?: unknown;
}

async function client1(url: URL): Promise<Client> {
  const client = new Client1(INTRODUCTION);
  await client.connect(new Transport1(url));
  return client;
}

const client2 =
  (mode: 'auto' | 'legacy') =>
  async (url: URL): Promise<Client> => {
    const client = new Client2(INTRODUCTION, { versionNegotiation: { mode } });
    await client.connect(new Transport2(url));
    return client;
  };

/** What the two hooks must agree on: all but times, and the client, whose address the one does not know. */
function factsOf(exchanges: readonly Exchange[]): unknown[] {
  return exchanges.map(({ stream, ...exchange }) => {
    const { client: _client, startedAt: _startedAt, endedAt: _endedAt, ...facts } = exchange;
    const { kind, carriedData, retryHint, eventIds } = stream ?? {};
    return { ...facts, stream: stream && { kind, carriedData, retryHint, eventIds } };
  });
}

/** In the order of the requests: streams end in another than they began. */
function inOrder(exchanges: readonly Exchange[]): readonly Exchange[] {
  return exchanges.toSorted((a, b) => a.startedAt - b.startedAt);
}

/** The streams that were opened, in no order. */
function streamsOf(streams: readonly StreamOpened[]): string[] {
  return streams.map(({ kind, session }) => `${kind} ${session}`).toSorted();
}

async function watched(app: Hono) {
  const [web, node] = [record(), record()];
  onTestFinished(watchNodeHttp(node));
  const handle: WebHandler = watchWeb(web)(app.fetch);
  const port = await listen(createAdaptorServer({ fetch: handle as typeof app.fetch }) as Server);
  return { web, node, url: new URL(`http://127.0.0.1:${port}/mcp`) };
}

describe.each([
  { name: 'SDK 1.32.2 by sessions, its own client', app: sdk1WithSessions, connect: client1, exchanges: 5 },
  {
    name: 'SDK 1.32.2 by sessions, client 2.4.0',
    app: sdk1WithSessions,
    connect: client2('legacy'),
    exchanges: 5,
  },
  { name: 'SDK 2.4.0, older era', app: sdk2, connect: client2('legacy'), exchanges: 5 },
  { name: 'SDK 2.4.0, client 1.32.2', app: sdk2, connect: client1, exchanges: 5 },
  { name: 'SDK 2.4.0, newer era', app: sdk2, connect: client2('auto'), exchanges: 3 },
])('$name', ({ app, connect, exchanges }) => {
  test('is seen as from below', async () => {
    const { web, node, url } = await watched(app());
    const client = await connect(url);
    expect(await client.callTool(REPORT)).toMatchObject({ content: [{ text: 'All is well. größe' }] });
    expect(await client.callTool(FAILURE)).toMatchObject({ isError: true });
    await client.close();
    await vi.waitFor(() => expect(node.exchanges).toHaveLength(exchanges), 3000);
    await vi.waitFor(() => expect(web.exchanges).toHaveLength(exchanges), 3000);
    expect(factsOf(inOrder(web.exchanges))).toEqual(factsOf(inOrder(node.exchanges)));
    const calls = inOrder(web.exchanges).filter(({ rpcMethods }) => rpcMethods[0] === 'tools/call');
    expect(calls.map(({ errorType }) => errorType)).toEqual(['', 'tool_error']);
    expect(streamsOf(web.streams)).toEqual(streamsOf(node.streams));
    expect([...web.failures, ...node.failures]).toEqual([]);
  });
});
