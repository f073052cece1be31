/**
 * A server of event streams, to be measured behind proxies: each GET opens one, with the time at which its head was
 * sent. Told `{ events, perSecond }`, it writes so many, one stream after the other, each with the time of its writing;
 * then it says that it is done. Times are those of the monotonic clock, which all processes of a machine share.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const streams = new Set<ServerResponse>();

const server = createServer((request, response) => {
  request.resume();
  if (request.method !== 'GET') return void response.writeHead(405).end();
  streams.add(response);
  response.on('close', () => streams.delete(response));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-sent-at': String(now()) });
  response.flushHeaders();
});
server.listen(0, '127.0.0.1', 4096, () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', ({ events, perSecond }: { events: number; perSecond: number }) => {
  const startedAt = performance.now();
  const open = [...streams];
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(events, ((performance.now() - startedAt) / 1000) * perSecond);
    for (; sent < due; sent++) open[sent % open.length]?.write(`data: ${now()}\n\n`);
    if (sent < events) return;
    clearInterval(timer);
    process.send?.({ done: true });
  }, 1);
});
process.on('disconnect', () => process.exit());

function now(): bigint {
  return process.hrtime.bigint();
}
