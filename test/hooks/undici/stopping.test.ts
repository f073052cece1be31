import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { getGlobalDispatcher } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { watchUndici } from '../../../src/hooks/undici/index.ts';
import { record } from '../node-http/recording.ts';
import { serve } from '../node-http/wire.ts';
import { CALL } from '../fetch/untouched.ts';

/** Every channel that undici has for requests and their connections. */
const CHANNELS = [
  ...['create', 'bodySent', 'bodyChunkSent', 'headers', 'bodyChunkReceived', 'trailers', 'error'].map(
    (name) => `undici:request:${name}`,
  ),
  ...['sendHeaders', 'beforeConnect', 'connected', 'connectError'].map((name) => `undici:client:${name}`),
];

const heard = (): string[] => CHANNELS.filter((name) => channel(name).hasSubscribers);

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
