import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { requestText } from '../../../hooks/node-http/wire.ts';
import { proxyFor } from '../standing.ts';
import {
  acceptedAt,
  answerText,
  eventChunk,
  STREAM,
  wireClient,
  wireUpstream,
  type Reply,
  type WireClient,
} from './wire.ts';

const below = (limit: number): number => Math.floor(Math.random() * limit);
const oneOf = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
const SESSION = { 'mcp-session-id': 'a-session' };
const LEAVING = ['destroy', 'resetAndDestroy', 'end'] as const;

/** What an upstream may do with a request; `name` is the path that was asked for. */
const DOINGS: readonly ((socket: Socket, name: string) => unknown)[] = [
  (socket, name) => socket.write(answerText(name)),
  (socket, name) => socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${answerText(name)}`),
  (socket, name) => socket.write(answerText(name, 'Connection: close\r\n')),
  (socket, name) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${name}`),
  (socket, name) => inTwo(socket, `${STREAM}${eventChunk(name)}`, (s) => s.write('0\r\n\r\n')),
  (socket, name) => inTwo(socket, `${STREAM}${eventChunk(name)}`, leave),
  (socket, name) => inTwo(socket, answerText(name).slice(0, 25), (s) => s.write(answerText(name).slice(25))),
  (socket, name) => inTwo(socket, answerText(name).slice(0, 25), leave),
  // It may have been asked again meanwhile.
  (socket, name) => inTwo(socket, answerText(name), leave),
  leave,
];

function leave(socket: Socket): void {
  socket[oneOf(LEAVING)]();
}

async function inTwo(socket: Socket, first: string, then: (socket: Socket) => unknown): Promise<void> {
  socket.write(first);
  await delay(below(8));
  then(socket);
}

/** Sends a request in one of several ways, and maybe leaves. */
async function send(client: WireClient, request: string): Promise<void> {
  const cut = oneOf([0, 0, 0, below(request.length)]);
  if (cut > 0) {
    client.send(request.slice(0, cut));
    await delay(below(8));
  }
  client.send(request.slice(cut));
  if (below(10) > 0) return;
  await delay(below(12));
  leave(client.socket);
}

it('whatever both sides do, each request is told once, sent once, and answered by its own answer', async () => {
  const methods = new Map<string, string[]>();
  const reply: Reply = (socket, { startLine }) => {
    const [method = '', name = ''] = startLine.split(' ');
    methods.set(name, [...(methods.get(name) ?? []), method]);
    return oneOf(DOINGS)(socket, name);
  };
  const upstream = await wireUpstream(reply);
  const { port, proxy, recording } = await proxyFor([upstream.url], { drainTimeout: 60_000 });
  const accepted = acceptedAt(port);
  let [asked, answered] = [0, 0];

  async function calls(): Promise<void> {
    const client = await wireClient(port);
    for (let i = 0; i < 6 && client.socket.writable; i++) {
      const method = oneOf(['GET', 'POST', 'POST', 'DELETE']);
      const [name, length] = [`/${++asked}.`, oneOf([300, 300, 100_000])];
      client.forget();
      await send(client, requestText(method, SESSION, method === 'POST' ? 'x'.repeat(length) : '', name));
      await Promise.race([client.answered(1).catch(() => {}), client.over]);
      const answer = client.exchanges()[0]?.answer;
      if (answer?.startLine !== 'HTTP/1.1 200 OK' || !answer.complete) continue;
      answered++;
      expect(answer.body.toString().replace(/^data: |\n\n$/g, '')).toBe(name);
    }
    client.socket.destroy();
  }

  for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 40 }, calls));
  expect(answered).toBeGreaterThan(400);
  await expect.poll(() => accepted.filter(({ closed }) => !closed)).toEqual([]);
  const repeated = [...methods.values()].filter(({ length }) => length > 1).flat();
  expect(new Set(repeated)).toEqual(new Set(['GET']));
  // Nothing is under way any more, or this would take a minute.
  await proxy.drain();
  expect(recording.failures).toEqual([]);
  expect(recording.exchanges.length).toBeGreaterThanOrEqual(methods.size);
  expect(recording.exchanges.length).toBeLessThanOrEqual(asked);
});
