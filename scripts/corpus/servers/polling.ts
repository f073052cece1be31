import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Sdk1 } from './sdk-1.ts';
import type { MakeServer } from './tools.ts';

/** Ends the listening stream of each session again and again, as a server does that cannot hold many. */
export function endsStreams(everyMs: number): NonNullable<Sdk1['opened']> {
  return (id, transport, sessions) => {
    const timer = setInterval(() => {
      if (sessions.get(id) !== transport) clearInterval(timer);
      else transport.closeStandaloneSSEStream();
    }, everyMs).unref();
  };
}

/** A server whose tool lets its client go in the middle of a call, and answers when it has come back. */
export const furnishPolling: MakeServer = () => {
  const server = new McpServer({ name: 'corpus', version: '1.0.0' });
  server.registerTool(
    'report',
    { inputSchema: { seconds: z.number() } },
    async ({ seconds }, { closeSSEStream }) => {
      await sleep(seconds * 300);
      closeSSEStream?.();
      await sleep(seconds * 700);
      return { content: [{ type: 'text', text: 'All is well.' }] };
    },
  );
  return server;
};
