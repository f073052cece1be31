/** A program that loses one stream unread, keeps the body of another while memory is collected, and ends by itself. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { watchFetch } from '../../../src/hooks/fetch/index.ts';
import { record } from '../node-http/recording.ts';

const recording = record();
const send = watchFetch(recording)(fetch);
let open = 0;
const server = createServer((request, response) => {
  open++;
  response.on('close', () => open--).writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: 1\n\n');
  if (request.url === '/kept/mcp') void delay(300).then(() => response.end());
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function bodyOf(path: string): Promise<ReadableStream | null> {
  return (await send(`${origin}${path}`)).body;
}

await bodyOf('/mcp');
const kept = await bodyOf('/kept/mcp');
for (let i = 0; i < 10; i++) {
  await delay(30);
  globalThis.gc?.();
}
const forgotten = recording.exchanges.map(({ ending }) => ending);
const text = await new Response(kept).text();
await delay(50);
console.log(JSON.stringify({ forgotten, kept: text, openAfterwards: open }));
server.close();
server.closeIdleConnections();
