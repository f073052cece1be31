import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer as McpServer132 } from '@modelcontextprotocol/sdk/server/mcp.js';
import { McpServer as McpServer129 } from 'modelcontextprotocol-sdk-1-29/server/mcp.js';
import { z } from 'zod';

/** Makes the McpServer of a session; every server here offers the same. */
export type MakeServer = () => McpServer132;

/** What the stories ask for: a call of a given length, one that reports progress, a resource and a prompt. */
export function furnish(server: McpServer132): McpServer132 {
  server.registerTool('report', { inputSchema: { seconds: z.number() } }, async ({ seconds }) => {
    await sleep(seconds * 1000, undefined, { ref: false });
    return { content: [{ type: 'text', text: 'All is well.' }] };
  });
  server.registerTool(
    'count',
    { inputSchema: { to: z.number() } },
    async ({ to }, { _meta, sendNotification }) => {
      for (let progress = 1; progress <= to; progress++) {
        await sleep(40);
        const progressToken = _meta?.progressToken;
        if (progressToken !== undefined)
          await sendNotification({
            method: 'notifications/progress',
            params: { progressToken, progress, total: to },
          });
      }
      return { content: [{ type: 'text', text: `Counted to ${to}.` }] };
    },
  );
  // A tool whose own trade is sessions: what it says of them concerns no session of the protocol.
  server.registerTool('look-up', {}, () => ({
    isError: true,
    content: [{ type: 'text', text: 'Session not found: no such row in the table of sessions' }],
  }));
  server.registerResource('readme', 'corpus://readme', {}, ({ href }) => ({
    contents: [{ uri: href, text: 'Read me.' }],
  }));
  server.registerPrompt('greet', { argsSchema: { name: z.string() } }, ({ name }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Greet ${name}.` } }],
  }));
  return server;
}

/** A server of `@modelcontextprotocol/sdk` 1.32.2. */
export const makeServer132: MakeServer = () =>
  furnish(new McpServer132({ name: 'corpus', version: '1.0.0' }));

/** A server of 1.29.0, whose types differ only in what they leave unsaid. */
export const makeServer129: MakeServer = () =>
  furnish(new McpServer129({ name: 'corpus', version: '1.0.0' }) as unknown as McpServer132);
