/** A program that answers ten thousand streams whose clients leave, each in one of three ways, and says what is left of them; `bare` without the hook. */
import type { Exchange } from '../../../src/exchange/index.ts';
import { watchWeb, type WebHandler } from '../../../src/hooks/web/index.ts';
import { heapAtRest } from '../at-rest.ts';
import { record } from '../node-http/recording.ts';

const CALL = { method: 'POST', body: '{"jsonrpc":"2.0","id":1,"method":"tools/call"}' };
const WARM_UP = 1000;
const STREAMS = 10_000;

const endings: Record<string, number> = {};
const recording = record();
const listener = {
  ...recording,
  exchange: ({ ending }: Exchange) => void (endings[ending] = (endings[ending] ?? 0) + 1),
  streamOpened: () => {},
};
let sourcesLeft = 0;

async function handler(request: Request): Promise<Response> {
  await request.text();
  sourcesLeft++;
  const start = (controller: ReadableStreamDefaultController): void =>
    controller.enqueue(Buffer.from('data: 1\n\n'));
  const stream = new ReadableStream({ start, cancel: () => void sourcesLeft-- });
  return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
}

const handle: WebHandler = process.argv.includes('bare') ? handler : watchWeb(listener)(handler);

async function openAndLeave(i: number): Promise<void> {
  const { body } = await handle(new Request('http://localhost/mcp', CALL));
  if (i % 3 === 0) return body?.cancel();
  const reader = body?.getReader();
  await reader?.read();
  // A read that waits when the client leaves, as that of a server does.
  if (i % 3 === 1) void reader?.read();
  await reader?.cancel();
}

async function open(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await openAndLeave(i);
}

await open(WARM_UP);
const before = await heapAtRest();
await open(STREAMS);
const after = await heapAtRest();
const { failures } = recording;
console.log(JSON.stringify({ perStream: (after - before) / STREAMS, endings, failures, sourcesLeft }));
