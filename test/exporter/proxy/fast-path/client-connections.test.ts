import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exchangesIn, type HttpMessage } from '../../../proxy-bytes/support/http-messages.ts';
import { proxyFor } from '../standing.ts';
import { acceptedAt, CALL, echo, eventChunk, LISTEN, STREAM, wireClient, wireUpstream } from './wire.ts';

const LONG = Buffer.alloc(50_000_000, 'all of this arrives, in order. ');

it.each([
  ['an answer', `Content-Length: ${LONG.length}\r\n`],
  ['an answer that node has taken over', ''],
])('a client that reads %s slowly holds its upstream back, and gets everything', async (_, framing) => {
  const upstream = await wireUpstream((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n${framing}\r\n`);
    for (let at = 0; at < LONG.length; at += 100_000) socket.write(LONG.subarray(at, at + 100_000));
    if (framing === '') socket.end();
  });
  const { port } = await proxyFor([upstream.url]);
  const accepted = acceptedAt(port);
  const client = connect(port, '127.0.0.1');
  onTestFinished(() => void client.destroy());
  client.write(CALL);
  const parts: Buffer[] = [];
  let [length, most] = [0, 0];
  const answer = (): HttpMessage | undefined =>
    exchangesIn(Buffer.from(CALL), Buffer.concat(parts))[0]?.answer;
  for await (const part of client as AsyncIterable<Buffer>) {
    // Long enough for everything to come, were it let.
    if (parts.push(part) === 1) {
      await delay(300);
      expect(upstream.sockets[0]?.writableLength).toBeGreaterThan(LONG.length / 2);
    }
    most = Math.max(most, accepted[0]?.writableLength ?? 0);
    length += part.length;
    if (length > LONG.length && answer()?.complete) break;
  }
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(500_000);
  expect(answer()?.body.equals(LONG)).toBe(true);
});

describe('a connection of a client', () => {
  it('on which nothing ever comes is closed', async () => {
    const upstream = await wireUpstream(echo);
    const { port, refusals } = await proxyFor([upstream.url], { headersTimeout: 200 });
    const client = await wireClient(port);
    const begun = performance.now();
    await client.over;
    expect(performance.now() - begun).toBeGreaterThan(150);
    expect(client.received()).toHaveLength(0);
    expect(refusals).toEqual([]);
  });

  it('that was used stays, and says for how long', async () => {
    const upstream = await wireUpstream(echo);
    const { port } = await proxyFor([upstream.url], { headersTimeout: 200 });
    const client = await wireClient(port);
    for (let i = 1; i <= 2; i++) {
      client.send(CALL);
      const exchanges = await client.answered(i);
      expect(exchanges.at(-1)?.answer?.headers).toContain('Keep-Alive: timeout=75');
      await delay(600);
    }
    expect(client.socket.closed).toBe(false);
  });

  it('on which a stream is silent stays', async () => {
    const upstream = await wireUpstream((socket) => {
      socket.write(STREAM);
      setTimeout(() => socket.write(`${eventChunk('late')}0\r\n\r\n`), 600);
    });
    const { port } = await proxyFor([upstream.url], { headersTimeout: 200 });
    const client = await wireClient(port);
    client.send(LISTEN);
    const [exchange] = await client.answered(1);
    expect(exchange?.answer?.body.toString()).toBe('data: late\n\n');
  });
});
