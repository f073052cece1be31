/** A program that loses one stream unread, keeps the body of another while memory is collected, and ends by itself: watched by `watchFetch`, or by `undici`. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { watchFetch } from '../../../src/hooks/fetch/index.ts';
import { watchUndici } from '../../../src/hooks/undici/index.ts';
import { until } from '../at-rest.ts';
import { record } from '../node-http/recording.ts';

const recording = record();
const [, , how = 'fetch'] = process.argv;
if (how === 'undici') watchUndici(recording);
const send = how === 'fetch' ? watchFetch(recording)(fetch) : fetch;
let open = 0;
let finish: () => unknown = () => undefined;
const server = createServer((request, response) => {
  open++;
  response.on('close', () => open--).writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: 1\n\n');
  if (request.url === '/kept/mcp') finish = () => response.end();
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Node cancels the body of a response that is collected; `watchFetch` keeps it for as long as its body. */
const held: Response[] = [];

async function bodyOf(path: string): Promise<ReadableStream | null> {
  const response = await send(`${origin}${path}`);
  if (how === 'undici' && path !== '/mcp') held.push(response);
  return response.body;
}

await bodyOf('/mcp');
const kept = await bodyOf('/kept/mcp');
let collections = 0;
await until(() => {
  globalThis.gc?.();
  // The one that is kept has had the same chance to be lost.
  return ++collections >= 30 && recording.exchanges.length > 0;
});
const forgotten = recording.exchanges.map(({ ending }) => ending);
finish();
const text = await new Response(kept).text();
await until(() => open === 0);
console.log(JSON.stringify({ forgotten, kept: text, openAfterwards: open }));
held.length = 0;
server.close();
server.closeIdleConnections();
