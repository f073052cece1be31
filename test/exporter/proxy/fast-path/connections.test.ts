import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { requestText } from '../../../hooks/node-http/wire.ts';
import { proxyFor } from '../standing.ts';
import {
  acceptedAt,
  answerText,
  CALL,
  countOfNode,
  echo,
  untakenEnd,
  wireClient,
  wireUpstream,
  type Reply,
} from './wire.ts';

const GET = requestText('GET', { 'mcp-session-id': 'a-session' });
const OK = answerText('ok');

describe('a connection to an upstream', () => {
  it('is used again, by whichever client comes next', async () => {
    const upstream = await wireUpstream(echo);
    const { port } = await proxyFor([upstream.url]);
    for (let i = 0; i < 3; i++) {
      const client = await wireClient(port);
      client.send(CALL);
      await client.answered(1);
    }
    expect(upstream.requests).toHaveLength(3);
    expect(upstream.sockets).toHaveLength(1);
  });

  it('is not used again when the upstream says so', async () => {
    const upstream = await wireUpstream(
      (socket) => void socket.write(answerText('ok', 'Connection: close\r\n')),
    );
    const { port } = await proxyFor([upstream.url]);
    const client = await wireClient(port);
    for (let i = 1; i <= 3; i++) {
      client.send(CALL);
      const answers = await client.answered(i);
      expect(answers.at(-1)?.answer?.headers).toContain('Connection: keep-alive');
    }
    expect(upstream.sockets).toHaveLength(3);
    await expect.poll(() => upstream.open()).toBe(0);
  });

  it('is not used again when the upstream says so, nor missed by a request that was sent ahead', async () => {
    const upstream = await wireUpstream(async (socket, { startLine }) => {
      await delay(30);
      socket.write(answerText(startLine, 'Connection: close\r\n'));
    });
    const { port } = await proxyFor([upstream.url]);
    const client = await wireClient(port);
    const countByNode = countOfNode();
    client.send(CALL);
    await expect.poll(() => upstream.requests.length, { interval: 1 }).toBe(1);
    client.send(GET);
    await client.answered(2);
    expect(upstream.requests).toHaveLength(2);
    expect(countByNode()).toBe(0);
  });

  /** The upstream closes each connection when a second request comes on it, as if that had crossed its end. */
  const closing: (how: 'destroy' | 'resetAndDestroy') => Reply = (how) => {
    const used = new WeakSet<Socket>();
    return (socket) => {
      if (used.has(socket)) return void socket[how]();
      used.add(socket);
      socket.write(OK);
    };
  };

  it.each(['destroy', 'resetAndDestroy'] as const)(
    'that ends under a GET (%s) is replaced, once',
    async (how) => {
      const upstream = await wireUpstream(closing(how));
      const { port, recording } = await proxyFor([upstream.url]);
      const client = await wireClient(port);
      client.send(GET);
      await client.answered(1);
      client.send(GET);
      const [, second] = await client.answered(2);
      expect(second?.answer?.startLine).toBe('HTTP/1.1 200 OK');
      expect(upstream.requests).toHaveLength(3);
      expect((await recording.until(2)).map(({ status }) => status)).toEqual([200, 200]);
    },
  );

  it.each(['destroy', 'resetAndDestroy'] as const)('that ends under a POST (%s) is 502', async (how) => {
    const upstream = await wireUpstream(closing(how));
    const { port } = await proxyFor([upstream.url]);
    const client = await wireClient(port);
    client.send(CALL);
    await client.answered(1);
    client.send(CALL);
    const [, second] = await client.answered(2);
    expect(second?.answer?.startLine).toBe('HTTP/1.1 502 Bad Gateway');
    expect(second?.answer?.headers).toContain(
      'Proxy-Status: mcp-session-exporter; error=connection_terminated',
    );
    await delay(50);
    expect(upstream.requests).toHaveLength(2);
  });

  it('that ends while nobody uses it is not used', async () => {
    const upstream = await wireUpstream((socket) => {
      socket.write(OK);
      setTimeout(() => socket.end(), 20);
    });
    const { port } = await proxyFor([upstream.url]);
    const client = await wireClient(port);
    for (let i = 1; i <= 3; i++) {
      client.send(CALL);
      await client.answered(i);
      await delay(50);
    }
    expect(client.exchanges().map(({ answer }) => answer?.startLine)).toEqual(
      Array(3).fill('HTTP/1.1 200 OK'),
    );
    expect(upstream.requests).toHaveLength(3);
  });

  it('that ends at the moment of a request is not used', async () => {
    const upstream = await wireUpstream(echo);
    const { port } = await proxyFor([upstream.url]);
    const client = await wireClient(port);
    client.send(CALL);
    await client.answered(1);
    // The proxy is told of both at once, in this order.
    upstream.sockets[0]?.destroy();
    client.send(CALL);
    const [, second] = await client.answered(2);
    expect(second?.answer?.startLine).toBe('HTTP/1.1 200 OK');
    expect(upstream.requests).toHaveLength(2);
  });

  it('on which there comes what nobody asked for is not used, and nobody gets that', async () => {
    const evil = answerText('evil');
    const upstream = await wireUpstream((socket, request) => {
      echo(socket, request);
      setTimeout(() => socket.write(evil), 20);
    });
    const { port } = await proxyFor([upstream.url]);
    const first = await wireClient(port);
    first.send(CALL);
    await first.answered(1);
    await delay(50);
    const second = await wireClient(port);
    second.send(GET);
    await second.answered(1);
    await delay(50);
    for (const client of [first, second]) expect(client.received().toString()).not.toContain('evil');
    expect(second.exchanges()[0]?.answer?.body.toString()).toBe('GET /mcp HTTP/1.1|');
    expect(upstream.sockets).toHaveLength(2);
    await expect.poll(() => upstream.open()).toBe(0);
  });

  it('is used again after a client that was slow to take the end of an answer', async () => {
    const upstream = await wireUpstream((socket, { startLine }) => {
      if (startLine.startsWith('GET')) socket.write(OK);
      else void untakenEnd(socket, () => accepted[0]);
    });
    const { port } = await proxyFor([upstream.url]);
    const accepted = acceptedAt(port);
    const slow = await wireClient(port);
    slow.socket.pause();
    slow.send(CALL);
    await expect.poll(() => accepted[0]?.writableNeedDrain, { timeout: 10_000 }).toBe(true);
    slow.socket.resume();
    await slow.answered(1);
    const next = await wireClient(port);
    next.send(GET);
    await next.answered(1);
    expect(upstream.sockets).toHaveLength(1);
  });
});

describe('2,000 calls at random', { timeout: 60_000 }, () => {
  const digest = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');
  const random = (below: number): number => Math.floor(Math.random() * below);

  /** Echoes a body in pieces, framed either way, at its own pace. */
  const pieces: Reply = async (socket, { body }) => {
    const isChunked = random(2) === 0;
    const length = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`;
    socket.write(`HTTP/1.1 200 OK\r\n${length}\r\n\r\n`);
    for (let at = 0; at < body.length;) {
      const part = body.subarray(at, at + 1 + random(60_000));
      at += part.length;
      if (isChunked) socket.write(`${part.length.toString(16)}\r\n`);
      socket.write(part);
      if (isChunked) socket.write('\r\n');
      if (random(4) === 0) await delay(random(3));
    }
    if (isChunked) socket.write('0\r\n\r\n');
  };

  it('each get their own answer', async () => {
    const upstream = await wireUpstream(pieces);
    const { port, recording } = await proxyFor([upstream.url]);
    const countByNode = countOfNode();

    async function calls(count: number, isSlow: boolean): Promise<void> {
      const client = await wireClient(port);
      for (let i = 0; i < count; i++) {
        const body = `${random(1e9)},`.repeat(random(random(3) === 0 ? 20_000 : 500));
        const asked = requestText('POST', { 'mcp-session-id': 's' }, body.slice(0, 200_000) || '-');
        client.forget();
        client.send(asked);
        if (isSlow) {
          client.socket.pause();
          await delay(random(10));
          client.socket.resume();
        }
        const [exchange] = await client.answered(1);
        expect(digest(exchange?.answer?.body ?? Buffer.alloc(0))).toBe(
          digest(exchange?.request.body as Buffer),
        );
      }
    }

    await Promise.all(Array.from({ length: 40 }, (_, i) => calls(50, i % 4 === 0)));
    expect(upstream.requests).toHaveLength(2000);
    expect((await recording.until(2000)).every(({ ending }) => ending === 'complete')).toBe(true);
    // Some were long, and node had their connections from then on; not all.
    expect(countByNode()).toBeLessThan(2000);
    expect(countByNode()).toBeGreaterThan(0);
  });
});
