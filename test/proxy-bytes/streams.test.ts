import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  request as ask,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pipeTo, proxyTo } from './support/proxies.ts';

async function served(listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
}

/** A server whose event streams are written by the test. */
async function streamServer(): Promise<{ url: URL; opened: () => Promise<ServerResponse> }> {
  const waiting: ServerResponse[] = [];
  let arrived = (): void => {};
  const url = await served((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    waiting.push(response);
    arrived();
  });
  return {
    url,
    async opened() {
      if (waiting.length === 0) await new Promise<void>((resolve) => (arrived = resolve));
      return waiting.shift() as ServerResponse;
    },
  };
}

async function open(url: URL, method = 'GET'): Promise<IncomingMessage> {
  const asked = ask(url, { method, agent: false });
  onTestFinished(() => void asked.destroy());
  asked.on('error', () => {});
  asked.end(method === 'POST' ? '{}' : undefined);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return answer;
}

/** Writes one event after the other, each when the one before has come; answers how long each took, ms. */
async function lockStep(url: URL, opened: () => Promise<ServerResponse>, amount: number): Promise<number[]> {
  const coming = open(url);
  const writing = await opened();
  const reading = (await coming).setEncoding('utf8');
  const times: number[] = [];
  for (let i = 0; i < amount; i++) {
    const event = `id: ${i}\ndata: {"n":${i}}\n\n`;
    const writtenAt = performance.now();
    writing.write(event);
    const [came] = (await once(reading, 'data')) as [string];
    times.push(performance.now() - writtenAt);
    expect(came).toBe(event);
  }
  writing.end();
  await once(reading, 'end');
  return times;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

describe('a stream', () => {
  test.each(['GET', 'POST'])('opened by %s shows its head before there is any event', async (method) => {
    const server = await streamServer();
    const answer = await open(await proxyTo(server.url), method);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/event-stream');
  });

  test('brings each event by itself, and before there is a next one', async () => {
    const server = await streamServer();
    await lockStep(await proxyTo(server.url), server.opened, 200);
  });

  test('takes no longer for an event than 5 ms more than a bare pipe, in the median', async () => {
    const server = await streamServer();
    const [ours, pipe] = [await proxyTo(server.url), await pipeTo(server.url)];
    const times: { ours: number[]; pipe: number[] } = { ours: [], pipe: [] };
    for (let round = 0; round < 10; round++) {
      times.ours.push(...(await lockStep(ours, server.opened, 30)));
      times.pipe.push(...(await lockStep(pipe, server.opened, 30)));
    }
    expect(median(times.ours) - median(times.pipe)).toBeLessThan(5);
  });

  test('that the client lets go of is let go of at the server', async () => {
    const server = await streamServer();
    const coming = open(await proxyTo(server.url));
    const writing = await server.opened();
    (await coming).destroy();
    await once(writing, 'close');
    expect(writing.writableFinished).toBe(false);
  });

  test('that the server ends is ended', async () => {
    const server = await streamServer();
    const coming = open(await proxyTo(server.url));
    const writing = await server.opened();
    const answer = (await coming).resume();
    writing.end('data: last\n\n');
    await once(answer, 'end');
    expect(answer.complete).toBe(true);
  });

  test('that the server breaks off does not look like one that was ended', async () => {
    const server = await streamServer();
    const coming = open(await proxyTo(server.url));
    const writing = await server.opened();
    const answer = (await coming).resume();
    const broken = once(answer, 'end');
    writing.write('data: half');
    writing.destroy();
    await expect(broken).rejects.toThrow(/aborted/);
    expect(answer.complete).toBe(false);
  });
});

describe('large bodies', () => {
  const SIZE = 64 << 20;
  const PART = randomBytes(1 << 20);
  const PARTS = Array.from({ length: SIZE / PART.length }, () => PART);
  const sumOf = (parts: Iterable<Buffer>): string => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return hash.digest('hex');
  };

  async function answerSum(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const hash = createHash('sha256');
    for await (const part of request) hash.update(part as Buffer);
    response.end(hash.digest('hex'));
  }

  async function answerParts(response: ServerResponse): Promise<void> {
    for (const part of PARTS) if (!response.write(part)) await once(response, 'drain');
    response.end();
  }

  test.each(['a length', 'chunks'])('go up with %s', async (framing) => {
    const url = await proxyTo(await served((request, response) => void answerSum(request, response)));
    const headers = framing === 'chunks' ? { 'transfer-encoding': 'chunked' } : { 'content-length': SIZE };
    const asked = ask(url, { method: 'POST', headers, agent: false });
    for (const part of PARTS) if (!asked.write(part)) await once(asked, 'drain');
    asked.end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    let sum = '';
    for await (const part of answer.setEncoding('utf8')) sum += String(part);
    expect(sum).toBe(sumOf(PARTS));
  });

  test('come down', async () => {
    const upstream = await served((_request, response) => void answerParts(response));
    const answer = await open(await proxyTo(upstream));
    const hash = createHash('sha256');
    for await (const part of answer) hash.update(part as Buffer);
    expect(hash.digest('hex')).toBe(sumOf(PARTS));
  });

  test('that are answered before they have come: the answer does not wait', async () => {
    const upstream = await served((request, response) => {
      request.resume();
      response.writeHead(413).end('too large');
    });
    const asked = ask(await proxyTo(upstream), { method: 'POST', agent: false });
    asked.on('error', () => {});
    onTestFinished(() => void asked.destroy());
    asked.write(PART);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(413);
  });
});
