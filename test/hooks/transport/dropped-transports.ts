/** A program that makes ten thousand calls over one transport, then drops a thousand without closing them, watched or `bare`, and says what is left. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { watchTransport } from '../../../src/hooks/transport/index.ts';
import { heapAtRest } from '../at-rest.ts';
import { recordOperations } from './support/recording.ts';
import { text } from './support/tools.ts';
import { unwatched } from './support/watch.ts';

const CALLS = 10_000;
const TRANSPORTS = 1000;

const failures: unknown[] = [];
let told = 0;
const listener = {
  ...recordOperations(),
  operation: () => void (told += 1),
  failed: (_: unknown, error: unknown) => void failures.push(error),
};
const watch = process.argv[2] === 'bare' ? unwatched : watchTransport(listener);

async function connected(): Promise<Client> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const server = new McpServer({ name: 'tools', version: '1.0.0' });
  server.registerTool('works', {}, () => text('All is well.'));
  await server.connect(watch(theirs));
  const client = new Client({ name: 'program', version: '1.0.0' });
  await client.connect(watch(ours));
  return client;
}

async function call(client: Client, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await client.callTool({ name: 'works' });
}

async function drop(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await call(await connected(), 1);
}

const client = await connected();
await call(client, 1000);
const before = await heapAtRest();
await call(client, CALLS);
const perCall = ((await heapAtRest()) - before) / CALLS;
await drop(100);
const beforeDrop = await heapAtRest();
await drop(TRANSPORTS);
const perTransport = ((await heapAtRest()) - beforeDrop) / TRANSPORTS;
console.log(JSON.stringify({ perCall, perTransport, told, failures }));
