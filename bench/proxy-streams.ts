import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant } from './contestants.ts';
import { cpuOf, memoryOf } from './processes.ts';

/** What many open streams cost, and how long what goes over them is on its way; times in milliseconds. */
export interface StreamsFigures {
  /** From the server's sending of the head to its arrival. */
  readonly heads: readonly number[];
  /** From the server's writing of an event to its arrival. */
  readonly events: readonly number[];
  /** CPU of the proxy, microseconds an event. */
  readonly cpu: number;
  /** Memory of the proxy for each stream, bytes. */
  readonly bytes: number;
}

interface Stream {
  readonly socket: Socket;
  readonly headDelay: number;
}

/** Opens so many streams, one after the other, and has events sent over them. */
export async function measureStreams(
  { url, pid }: Contestant,
  server: ChildProcess,
  { streams, events, perSecond }: { streams: number; events: number; perSecond: number },
): Promise<StreamsFigures> {
  const delays: number[] = [];
  const before = pid === undefined ? 0 : memoryOf(pid);
  const opened: Stream[] = [];
  for (let i = 0; i < streams; i++) opened.push(await openStream(url, delays));
  await sleep(200);
  const bytes = pid === undefined ? 0 : (memoryOf(pid) - before) / streams;
  const cpuBefore = pid === undefined ? 0 : cpuOf(pid);
  server.send({ events, perSecond });
  await once(server, 'message');
  while (delays.length < events) await sleep(20);
  const cpu = pid === undefined ? 0 : (cpuOf(pid) - cpuBefore) / events;
  for (const { socket } of opened) socket.destroy();
  await sleep(200);
  return { heads: opened.map(({ headDelay }) => headDelay), events: delays, cpu, bytes };
}

/** Resolves when the head has come. */
function openStream({ hostname, port, pathname, host }: URL, delays: number[]): Promise<Stream> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  socket.write(`GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\naccept: text/event-stream\r\n\r\n`);
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.once('data', (head: Buffer) => {
      const sentAt = /\r\nx-sent-at: (\d+)/i.exec(head.toString('latin1'))?.[1];
      if (sentAt === undefined)
        return reject(new Error(`${host} answered: ${head.toString('latin1', 0, 200)}`));
      socket.on('data', (chunk: Buffer) => {
        for (const [, at] of chunk.toString('latin1').matchAll(/data: (\d+)/g))
          delays.push(since(at as string));
      });
      resolve({ socket, headDelay: since(sentAt) });
    });
  });
}

function since(at: string): number {
  return Number(process.hrtime.bigint() - BigInt(at)) / 1e6;
}
