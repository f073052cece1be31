/** A program that opens ten thousand streams, lets go of each in one of three ways, and says what is left of them: watched by `watchFetch`, by `undici`, or `bare`. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Exchange } from '../../../src/exchange/index.ts';
import { watchFetch } from '../../../src/hooks/fetch/index.ts';
import { watchUndici } from '../../../src/hooks/undici/index.ts';
import { heapAtRest } from '../at-rest.ts';
import { record } from '../node-http/recording.ts';

const WARM_UP = 1000;
const STREAMS = 10_000;
const AT_ONCE = 50;

const endings: Record<string, number> = {};
const recording = record();
const listener = {
  ...recording,
  exchange: ({ ending }: Exchange) => void (endings[ending] = (endings[ending] ?? 0) + 1),
  streamOpened: () => {},
  connection: () => {},
};
const [, , how = 'fetch'] = process.argv;
if (how === 'undici') watchUndici(listener);
const send = how === 'fetch' ? watchFetch(listener)(fetch) : fetch;
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('data: 1\n\n');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;

async function openAndLeave(i: number): Promise<void> {
  const controller = new AbortController();
  const { body } = await send(url, { signal: controller.signal });
  if (i % 3 === 0) return body?.cancel();
  const reader = body?.getReader();
  await reader?.read();
  if (i % 3 === 1) await reader?.cancel();
  else controller.abort();
}

async function open(count: number): Promise<void> {
  for (let i = 0; i < count; i += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, j) => openAndLeave(i + j)));
}

await open(WARM_UP);
const before = await heapAtRest();
await open(STREAMS);
const after = await heapAtRest();
console.log(JSON.stringify({ perStream: (after - before) / STREAMS, endings, failures: recording.failures }));
server.closeAllConnections();
server.close();
