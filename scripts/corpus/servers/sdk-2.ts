import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** The server of `@modelcontextprotocol/server` 2.4.0, on Hono: stateless, in both eras or in the newer alone. */
export function serveSdk2OnHono(legacy: 'stateless' | 'reject'): RequestListener {
  const handler = createMcpHandler(makeServer2, { legacy });
  const app = new Hono();
  app.all('/mcp', ({ req: { raw } }) => handler.fetch(raw));
  const answer = getRequestListener(app.fetch);
  return (request, response) => void answer(request, response);
}

/** What the servers of SDK 1.x offer, for SDK 2. */
export function makeServer2(): McpServer {
  const server = new McpServer({ name: 'corpus', version: '2.0.0' });
  server.registerTool('report', { inputSchema: z.object({ seconds: z.number() }) }, async ({ seconds }) => {
    await sleep(seconds * 1000, undefined, { ref: false });
    return { content: [{ type: 'text', text: 'All is well.' }] };
  });
  server.registerResource('readme', 'corpus://readme', {}, ({ href }) => ({
    contents: [{ uri: href, text: 'Read me.' }],
  }));
  return server;
}
