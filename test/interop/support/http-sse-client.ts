/** In a process of its own: a client of SDK 1.32.2 on the older transport, which calls once for each line it is sent. */
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';

const client = new Client({ name: 'cursor-vscode (via mcp-remote 0.1.37)', version: '1.0.0' });
await client.connect(new SSEClientTransport(new URL(process.argv[2] as string)));
console.log('connected');
for await (const _line of createInterface({ input: process.stdin })) {
  try {
    await client.callTool({ name: 'greet' }, undefined, { timeout: 2000 });
    console.log('called');
  } catch {
    console.log('failed');
  }
}
await client.close();
