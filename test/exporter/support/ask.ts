/** A program to be watched: a client of the official SDK that calls a tool whenever it is told a line, and never begins anew. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { createInterface } from 'node:readline';

const url = new URL(process.env['ASK_URL'] ?? '');
const client = new Client({ name: 'claude-code', version: '1' });
await client.connect(new StreamableHTTPClientTransport(url));
process.stdout.write(`${url.href}\n`);
for await (const _line of createInterface({ input: process.stdin })) {
  const outcome = client.callTool({ name: 'report', arguments: { seconds: 0 } });
  process.stdout.write(
    await outcome.then(
      () => 'called\n',
      () => 'refused\n',
    ),
  );
}
await client.close();
