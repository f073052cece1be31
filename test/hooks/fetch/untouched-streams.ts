import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { serve } from '../node-http/wire.ts';
import { CALL, outcome, told, type Scenario, type Scenarios } from './untouched.ts';

const SSE = { 'content-type': 'text/event-stream' };
const LISTEN = { headers: { accept: 'text/event-stream', 'mcp-session-id': 'one' } };

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** Writes one event, and goes on as it is told. */
function opens(then: (...args: Parameters<RequestListener>) => unknown = () => {}): Scenario['server'] {
  return (note) => (request, response) => {
    response.on('close', () => note(`server: closed, finished ${response.writableFinished}`));
    response.writeHead(200, SSE);
    response.write('data: 1\n\n', () => then(request, response));
  };
}

async function readerOf(response: Promise<Response>): Promise<Reader> {
  return (await response).body?.getReader() as Reader;
}

/** One read, as text. */
async function next(reader: Reader): Promise<string> {
  const { done, value } = await reader.read();
  return done ? 'the end' : Buffer.from(value).toString();
}

/** Plays a program against a stream, and waits until the server knows that it is over. */
function streams(
  program: (
    send: typeof fetch,
    url: string,
    note: (what: string) => void,
    serverKnows: () => Promise<void>,
  ) => Promise<void>,
  ending: 'complete' | 'aborted' | 'reset',
  then?: Parameters<typeof opens>[0],
): Scenario {
  let closed = false;
  const serverKnows = (): Promise<void> => vi.waitFor(() => expect(closed).toBe(true));
  return {
    server: (note) => {
      closed = false;
      return opens(then)((what) => {
        closed = true;
        note(what);
      });
    },
    async program(send, url, note) {
      await program(send, url, note, serverKnows);
      await serverKnows();
    },
    endings: [ending],
  };
}

/** A stream, and how it ends. */
export const streamed: Scenarios = {
  'read to its end, event by event': streams(
    async (send, url, note) => {
      const reader = await readerOf(send(url, CALL));
      for (let i = 0; i < 4; i++) note(await next(reader));
      note(await outcome(() => reader.closed));
    },
    'complete',
    async (_request, response) => {
      for (const i of [2, 3]) {
        await delay(15);
        response.write(`data: ${i}\n\n`);
      }
      await delay(15);
      response.end();
    },
  ),
  'cancelled by its reader': streams(async (send, url, note) => {
    const reader = await readerOf(send(url, LISTEN));
    note(await next(reader));
    note(await outcome(() => reader.cancel(new Error('enough'))));
    note(await next(reader));
  }, 'aborted'),
  'cancelled while a read waits': streams(async (send, url, note) => {
    const reader = await readerOf(send(url, LISTEN));
    await next(reader);
    const waiting = next(reader);
    note(await outcome(() => reader.cancel()));
    note(await waiting);
    await delay(20);
  }, 'aborted'),
  'cancelled unread': streams(async (send, url, note) => {
    const response = await send(url, LISTEN);
    note(await outcome(() => response.body?.cancel()));
    note(`used ${response.bodyUsed}`);
  }, 'aborted'),
  'left by a loop': streams(async (send, url, note) => {
    for await (const chunk of (await send(url, LISTEN)).body ?? []) {
      note(Buffer.from(chunk).toString());
      break;
    }
  }, 'aborted'),
  'aborted while a read waits, for a reason': streams(async (send, url, note) => {
    const controller = new AbortController();
    const reader = await readerOf(send(url, { ...LISTEN, signal: controller.signal }));
    note(await next(reader));
    const waiting = next(reader);
    setTimeout(() => controller.abort(new Error('closing down')), 10);
    note(await outcome(() => waiting));
    note(await outcome(() => reader.closed));
    note(await outcome(() => reader.read()));
  }, 'aborted'),
  'aborted between two reads, without a reason': streams(async (send, url, note) => {
    const controller = new AbortController();
    const reader = await readerOf(send(url, { ...LISTEN, signal: controller.signal }));
    note(await next(reader));
    controller.abort();
    note(await outcome(() => reader.closed));
  }, 'aborted'),
  'aborted unread, and read then': streams(async (send, url, note, serverKnows) => {
    const controller = new AbortController();
    const response = await send(new Request(url, { ...LISTEN, signal: controller.signal }));
    controller.abort();
    await serverKnows();
    note(await outcome(() => response.text()));
  }, 'aborted'),
  'cut off by the server': streams(
    async (send, url, note) => {
      const reader = await readerOf(send(url, LISTEN));
      note(await next(reader));
      note(await outcome(() => next(reader)));
      note(await outcome(() => reader.closed));
    },
    'aborted',
    (_request, response) => void setTimeout(() => response.destroy(), 20),
  ),
  'whose connection breaks': streams(
    async (send, url, note) => {
      const response = await send(url, LISTEN);
      note(await outcome(() => response.text()));
    },
    'reset',
    (request) => void setTimeout(() => request.socket.resetAndDestroy(), 20),
  ),
};

const silent: Scenario['server'] = () => () => {};
let whenReceived = (): void => {};
/** A request without an answer. */
export const unanswered: Scenarios = {
  'aborted before it was sent': {
    server: silent,
    program: async (send, url, note) =>
      note(await outcome(() => send(url, { ...CALL, signal: AbortSignal.abort() }))),
    endings: ['aborted'],
  },
  'aborted while it waits, for a reason': {
    server: () => (request) => void request.on('end', () => whenReceived()),
    async program(send, url, note) {
      const controller = new AbortController();
      const reason = new Error('never mind');
      whenReceived = () => controller.abort(reason);
      const error: unknown = await send(url, { ...CALL, signal: controller.signal }).catch((e: unknown) => e);
      note(`${told(error)} ${error === reason}`);
    },
    endings: ['aborted'],
  },
  'that takes too long': {
    server: silent,
    program: async (send, url, note) =>
      note(await outcome(() => send(url, { ...CALL, signal: AbortSignal.timeout(300) }))),
    endings: ['aborted'],
  },
  'whose connection breaks': {
    server: () => (request) => request.socket.resetAndDestroy(),
    program: async (send, url, note) => note(await outcome(() => send(url, CALL))),
    endings: ['reset'],
  },
  'that nobody listens for': {
    server: silent,
    async program(send, _url, note) {
      const nobody = createServer().listen(0, '127.0.0.1');
      await once(nobody, 'listening');
      const { port } = nobody.address() as AddressInfo;
      nobody.close();
      await once(nobody, 'close');
      note((await outcome(() => send(`http://127.0.0.1:${port}/mcp`, CALL))).replace(String(port), 'PORT'));
    },
    endings: ['reset'],
  },
  'to a port that is barred': {
    server: silent,
    program: async (send, _url, note) => note(await outcome(() => send('http://127.0.0.1:9/mcp', CALL))),
    endings: ['reset'],
  },
};

/** How much a server could write to a client that reads one event and then rests. */
export async function writtenTo(send: typeof fetch): Promise<number> {
  let written = 0;
  async function flood(response: ServerResponse): Promise<void> {
    response.writeHead(200, SSE);
    while (!response.destroyed) {
      if (!response.write(`data: ${'x'.repeat(65_536)}\n\n`)) await once(response, 'drain');
      written += 65_536;
    }
  }
  const port = await serve((_request, response) => void flood(response));
  const reader = await readerOf(send(`http://127.0.0.1:${port}/mcp`, LISTEN));
  await next(reader);
  await delay(400);
  const rested = written;
  void reader.cancel();
  return rested;
}
