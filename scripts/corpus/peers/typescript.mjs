// A client on whichever TypeScript SDK 1.x is installed beside this file: takes commands on stdin, and answers each
// with a line. See ../clients/peers.ts.
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [, , url, headers, name] = process.argv;
process.on('unhandledRejection', () => {});
const client = new Client({ name, version: '1.0.0' });
client.onerror = () => {};
const transport = new StreamableHTTPClientTransport(new URL(url), {
  requestInit: { headers: JSON.parse(headers) },
});
await client.connect(transport);
console.log('connected');

const COMMANDS = {
  call: (seconds) => client.callTool({ name: 'report', arguments: { seconds: Number(seconds) } }),
  list: () => client.listTools(),
  read: () => client.readResource({ uri: 'corpus://readme' }),
};

for await (const line of createInterface(process.stdin)) {
  const [number, command, argument] = line.split(' ');
  if (command === 'leave') break;
  COMMANDS[command](argument).then(
    () => console.log(number, 'ok'),
    () => console.log(number, 'failed'),
  );
}
if (transport.sessionId !== undefined) await transport.terminateSession().catch(() => {});
await client.close();
process.exit(0);
