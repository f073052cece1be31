import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createProxy } from '../../../../src/exporter/proxy/index.ts';
import { record } from '../../../hooks/node-http/recording.ts';
import { proxyFor } from '../standing.ts';
import {
  acceptedAt,
  answerText,
  CALL,
  eventChunk,
  LISTEN,
  STREAM,
  untakenEnd,
  wireClient,
  wireUpstream,
  type WireUpstream,
} from './wire.ts';

const OK = answerText('ok');

/** The other side is told within this time, ms. */
const AT_ONCE = 100;

/** Waits until both sides of the proxy have closed all connections; answers how long that took, ms. */
async function bothClosed(accepted: readonly Socket[], upstream: WireUpstream): Promise<number> {
  const begun = performance.now();
  await expect
    .poll(async () => [accepted.filter(({ closed }) => !closed).length, await upstream.open()], {
      interval: 5,
    })
    .toEqual([0, 0]);
  return performance.now() - begun;
}

const LEAVING = ['destroy', 'resetAndDestroy', 'end'] as const;

describe('a client that leaves', () => {
  const HALF_NEXT = CALL.slice(0, 20);

  it.each<readonly [string, readonly string[], string]>([
    ['before the answer', [CALL], ''],
    ['before the answer, having begun the next request', [CALL, HALF_NEXT], ''],
    ['within the head of the answer', [CALL], 'HTTP/1.1 200 OK\r\nConte'],
    ['after an interim answer', [CALL], 'HTTP/1.1 103 Early Hints\r\n\r\n'],
    ['within an answer', [CALL], OK.slice(0, -1)],
    ['within a stream', [LISTEN], STREAM + eventChunk('1')],
    ['within a stream, having sent the next request', [LISTEN, CALL], STREAM + eventChunk('1')],
    ['within a stream, having sent two more requests', [LISTEN, CALL, CALL], STREAM + eventChunk('1')],
  ])('%s is gone at the upstream at once', async (_, parts, answered) => {
    for (const how of LEAVING) {
      const upstream = await wireUpstream((socket) => void socket.write(answered));
      const { port, recording } = await proxyFor([upstream.url]);
      const accepted = acceptedAt(port);
      const client = await wireClient(port);
      for (const part of parts) {
        client.send(part);
        await delay(20);
      }
      expect(upstream.requests).toHaveLength(1);
      client.socket[how]();
      expect(await bothClosed(accepted, upstream)).toBeLessThan(AT_ONCE);
      expect(await recording.first()).toMatchObject({ ending: 'aborted' });
      expect(recording.exchanges).toHaveLength(1);
    }
  });

  it('while node is given its connection is told as left', async () => {
    const upstream = await wireUpstream((socket) => {
      // It is let go of by those who listened until now.
      accepted[0]?.once('removeListener', () => accepted[0]?.resetAndDestroy());
      socket.write('HTTP/1.1 103 Early Hints\r\n\r\n');
    });
    const { port, proxy, recording } = await proxyFor([upstream.url], { drainTimeout: 60_000 });
    const accepted = acceptedAt(port);
    const client = await wireClient(port);
    client.send(CALL);
    await client.over;
    expect(await bothClosed(accepted, upstream)).toBeLessThan(AT_ONCE);
    expect(await recording.first()).toMatchObject({ status: 0, ending: 'aborted' });
    // Nothing is under way any more.
    await proxy.drain();
    expect(recording.exchanges).toHaveLength(1);
  });

  it('before it has taken all of an answer that is whole has not got it', async () => {
    const upstream = await wireUpstream((socket) => void socket.write(answerText('x'.repeat(10_000_000))));
    const { port, recording } = await proxyFor([upstream.url]);
    const accepted = acceptedAt(port);
    const client = await wireClient(port);
    client.socket.pause();
    client.send(CALL);
    await expect.poll(() => accepted[0]?.writableNeedDrain).toBe(true);
    // What the system takes for the client is as good as taken; the rest is read from the upstream as it goes.
    client.socket.resetAndDestroy();
    await bothClosed(accepted, upstream);
    expect(await recording.first()).toMatchObject({ status: 200, ending: 'aborted' });
  });

  it('at the moment of the answer has not got it', async () => {
    const upstream = await wireUpstream(() => {});
    const { port, recording } = await proxyFor([upstream.url]);
    const accepted = acceptedAt(port);
    const client = await wireClient(port);
    client.send(CALL);
    await expect.poll(() => upstream.requests.length).toBe(1);
    // The proxy is told of both at once, in this order.
    client.socket.destroy();
    upstream.sockets[0]?.write(OK);
    expect(await recording.first()).toMatchObject({ ending: 'aborted' });
    await expect.poll(() => accepted[0]?.closed).toBe(true);
    expect(recording.exchanges).toHaveLength(1);
  });

  it('before it has taken the last part of an answer has not got it', async () => {
    const upstream = await wireUpstream((socket) => untakenEnd(socket, () => accepted[0]));
    const { port, recording } = await proxyFor([upstream.url]);
    const accepted = acceptedAt(port);
    const client = await wireClient(port);
    client.socket.pause();
    client.send(CALL);
    await expect.poll(() => accepted[0]?.writableNeedDrain, { timeout: 10_000 }).toBe(true);
    client.socket.resetAndDestroy();
    expect(await recording.first()).toMatchObject({ status: 200, ending: 'aborted' });
  });
});

it('a connection that breaks on its way to node hurts nobody', async () => {
  const upstream = await wireUpstream(() => {});
  // Not told of refusals: no other part of the proxy looks at the errors of a connection then.
  const proxy = createProxy(record(), {
    upstreams: [{ name: 'behind', addresses: [upstream.url] }],
    port: 0,
  });
  const port = Number(new URL(await proxy.listen()).port);
  onTestFinished(() => proxy.close());
  const accepted = acceptedAt(port);
  const client = await wireClient(port);
  await expect.poll(() => accepted.length).toBe(1);
  accepted[0]?.once('data', () => accepted[0]?.destroy(new Error('broken')));
  client.send('OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await client.over;
  expect(upstream.requests).toHaveLength(0);
});

describe('an upstream that leaves', () => {
  it.each<readonly [string, string, number, string]>([
    ['before the answer', '', 502, 'complete'],
    ['within the head of the answer', 'HTTP/1.1 200 OK\r\nConte', 502, 'complete'],
    ['after an interim answer', 'HTTP/1.1 103 Early Hints\r\n\r\n', 502, 'complete'],
    ['within an answer', OK.slice(0, -1), 200, 'reset'],
    ['within a stream', STREAM + eventChunk('1'), 200, 'reset'],
  ])('%s is told to the client at once', async (_, answered, status, ending) => {
    for (const how of LEAVING) {
      const upstream = await wireUpstream((socket) => void socket.write(answered));
      const { port, recording } = await proxyFor([upstream.url]);
      const accepted = acceptedAt(port);
      const client = await wireClient(port);
      client.send(CALL);
      await expect.poll(() => upstream.requests.length).toBe(1);
      await delay(20);
      const begun = performance.now();
      upstream.sockets[0]?.[how]();
      await (status === 502 ? client.answered(1) : client.over);
      expect(performance.now() - begun).toBeLessThan(AT_ONCE);
      expect(await recording.first()).toMatchObject({ status, ending });
      client.socket.destroy();
      await bothClosed(accepted, upstream);
    }
  });
});
