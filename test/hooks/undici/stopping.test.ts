import { execFile } from 'node:child_process';
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { getGlobalDispatcher } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { watchUndici } from '../../../src/hooks/undici/index.ts';
import { record } from '../node-http/recording.ts';
import { serve } from '../node-http/wire.ts';
import { CALL } from '../fetch/untouched.ts';

const run = promisify(execFile);

/** Every channel that undici has for requests and their connections. */
const CHANNELS = [
  ...['create', 'bodySent', 'bodyChunkSent', 'headers', 'bodyChunkReceived', 'trailers', 'error'].map(
    (name) => `undici:request:${name}`,
  ),
  ...['sendHeaders', 'beforeConnect', 'connected', 'connectError'].map((name) => `undici:client:${name}`),
];

const heard = (): string[] => CHANNELS.filter((name) => channel(name).hasSubscribers);

/** Runs a program that the tests of both hooks share, with the garbage collector at hand, and reads the JSON it prints. */
async function said<Said>(program: string, ...args: string[]): Promise<Said> {
  const path = join(import.meta.dirname, '../fetch', program);
  const { stdout } = await run(process.execPath, ['--expose-gc', '--no-warnings', path, ...args]);
  return JSON.parse(stdout) as Said;
}

test('leaves no subscription, though a stream is open, and no listener on its connection', async () => {
  const recording = record();
  let stream: ServerResponse | undefined;
  const port = await serve((_request, response) => {
    stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
    stream.write('data: 1\n\n');
  });
  const sockets: Socket[] = [];
  const keep = (message: unknown): void => void sockets.push((message as { socket: Socket }).socket);
  subscribe('undici:client:sendHeaders', keep);
  const listen = (): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/mcp`, { headers: { 'mcp-session-id': 'one' } });
  const unwatched = await listen();
  unsubscribe('undici:client:sendHeaders', keep);
  const before = sockets[0]?.listenerCount('close');
  expect(heard()).toEqual([]);

  const stop = watchUndici(recording);
  expect(heard()).toHaveLength(7);
  subscribe('undici:client:sendHeaders', keep);
  const watched = await listen();
  unsubscribe('undici:client:sendHeaders', keep);
  expect(sockets[1]?.listenerCount('close')).toBe((before ?? 0) + 1);

  stop();
  expect(heard()).toEqual([]);
  expect(sockets[1]?.listenerCount('close')).toBe(before);
  expect(recording.connections.map(({ change }) => change)).toEqual(['opened', 'closed']);
  stream?.end('data: 2\n\n');
  expect(await watched.text()).toBe('data: 1\n\ndata: 2\n\n');
  await unwatched.body?.cancel();
  await delay(20);
  expect(recording.exchanges).toEqual([]);
  expect(recording.failures).toEqual([]);
});

test('replaces nothing: fetch and the dispatcher are what they were', async () => {
  const dispatcher = Symbol.for('undici.globalDispatcher.1');
  const seen = (): unknown[] => [
    globalThis.fetch,
    Reflect.get(globalThis, dispatcher),
    getGlobalDispatcher(),
  ];
  const port = await serve((_request, response) => void response.end('{}'));
  await (await fetch(`http://127.0.0.1:${port}/mcp`, CALL)).text();
  const before = seen();
  const symbols = Object.getOwnPropertySymbols(globalThis);
  const stop = watchUndici(record());
  await (await fetch(`http://127.0.0.1:${port}/mcp`, CALL)).text();
  for (const [i, what] of seen().entries()) expect(what).toBe(before[i]);
  stop();
  for (const [i, what] of seen().entries()) expect(what).toBe(before[i]);
  expect(Object.getOwnPropertySymbols(globalThis)).toEqual(symbols);
});

test('twice is as good as once, and one hook does not stop another', async () => {
  const [recording, other] = [record(), record()];
  const stop = watchUndici(recording);
  onTestFinished(watchUndici(other));
  stop();
  stop();
  const port = await serve((_request, response) => void response.end('{}'));
  await (await fetch(`http://127.0.0.1:${port}/mcp`, CALL)).text();
  await other.first();
  expect(recording.exchanges).toEqual([]);
});

test('10,000 streams that were cancelled or aborted leave nothing behind', { timeout: 180_000 }, async () => {
  interface Left {
    readonly perStream: number;
    readonly endings: object;
    readonly failures: unknown[];
  }
  // Node itself keeps or frees some memory meanwhile, as the run without the hook tells.
  const bare = await said<Left>('cancelled-streams.ts', 'bare');
  const left = await said<Left>('cancelled-streams.ts', 'undici');
  // What is known of one request takes several hundred bytes.
  expect(left.perStream - bare.perStream).toBeLessThan(64);
  expect(left).toMatchObject({ endings: { aborted: 11_000 }, failures: [] });
});

test('subscriptions outlive a collection, a lost stream is told, and nothing holds the process', async () => {
  const told = await said<Record<string, unknown>>('forgotten.ts', 'undici');
  expect(told).toEqual({ forgotten: ['aborted'], kept: 'data: 1\n\n', openAfterwards: 0 });
});
