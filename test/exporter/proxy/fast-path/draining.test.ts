import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { proxyFor } from '../standing.ts';
import {
  acceptedAt,
  answerText,
  CALL,
  countOfNode,
  echo,
  eventChunk,
  LISTEN,
  STREAM,
  wireClient,
  wireUpstream,
} from './wire.ts';

const GRACE = 300;

/** How long a promise takes, ms. */
async function lasting(promise: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await promise;
  return performance.now() - begun;
}

describe('a proxy that is stopped', () => {
  it('closes connections on which nothing is under way at once, whatever else is', async () => {
    const upstream = await wireUpstream((socket, request) => {
      if (request.startLine.startsWith('POST')) echo(socket, request);
    });
    const { proxy, port } = await proxyFor([upstream.url], { drainTimeout: 60_000 });
    const [used, unused, busy] = [await wireClient(port), await wireClient(port), await wireClient(port)];
    used.send(CALL);
    await used.answered(1);
    busy.send(LISTEN);
    await expect.poll(() => upstream.requests.length).toBe(2);
    const drained = proxy.drain();
    expect(await lasting(Promise.all([used.over, unused.over]))).toBeLessThan(500);
    expect(busy.socket.closed).toBe(false);
    busy.socket.destroy();
    await drained;
  });

  it('lets a call come to its end, says that the connection ends with it, and ends it', async () => {
    const upstream = await wireUpstream((socket, { startLine }) => {
      if (startLine.startsWith('POST')) setTimeout(() => socket.write(answerText('late')), 100);
    });
    const { proxy, port, recording } = await proxyFor([upstream.url], { drainTimeout: 60_000 });
    const [client, busy] = [await wireClient(port), await wireClient(port)];
    const countByNode = countOfNode();
    client.send(CALL);
    busy.send(LISTEN);
    await expect.poll(() => upstream.requests.length).toBe(2);
    const drained = proxy.drain();
    expect(await lasting(client.over)).toBeLessThan(1000);
    expect(busy.socket.closed).toBe(false);
    const [exchange] = client.exchanges();
    expect(exchange?.answer).toMatchObject({ complete: true, body: Buffer.from('late') });
    expect(exchange?.answer?.headers).toContain('Connection: close');
    expect(await recording.first()).toMatchObject({ status: 200, ending: 'complete' });
    expect(countByNode()).toBe(0);
    busy.socket.destroy();
    await drained;
  });

  it('lets an answer come to its end of which the head has passed', async () => {
    const answer = answerText('in two parts');
    const upstream = await wireUpstream(async (socket) => {
      socket.write(answer.slice(0, -5));
      await delay(100);
      socket.write(answer.slice(-5));
    });
    const { proxy, port } = await proxyFor([upstream.url], { drainTimeout: 60_000 });
    const client = await wireClient(port);
    client.send(CALL);
    await client.until(() => client.received().length > 0);
    await Promise.all([proxy.drain(), client.over]);
    expect(client.exchanges()[0]?.answer).toMatchObject({
      complete: true,
      body: Buffer.from('in two parts'),
    });
  });

  it('lets a call come to its end that node has taken over', async () => {
    const upstream = await wireUpstream(async (socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\n\r\n');
      await delay(100);
      socket.write(answerText('late'));
    });
    const { proxy, port } = await proxyFor([upstream.url], { drainTimeout: 60_000 });
    const client = await wireClient(port);
    client.send(CALL);
    await client.until(() => client.received().length > 0);
    await Promise.all([proxy.drain(), client.over]);
    const [exchange] = client.exchanges();
    expect(exchange?.answer).toMatchObject({ complete: true, body: Buffer.from('late') });
    expect(exchange?.answer?.headers).toContain('Connection: close');
  });

  it('waits for the end of a stream, and ends it as streams end when that does not come', async () => {
    const upstream = await wireUpstream((socket) => void socket.write(STREAM + eventChunk('1')));
    const { proxy, port, recording } = await proxyFor([upstream.url], { drainTimeout: GRACE });
    const client = await wireClient(port);
    client.send(LISTEN);
    await client.until(() => client.received().includes('data: 1'));
    const took = await lasting(Promise.all([proxy.drain(), client.over]));
    expect(took).toBeGreaterThan(GRACE - 10);
    expect(took).toBeLessThan(GRACE + 200);
    expect(client.received().toString()).toMatch(/\r\n\r\n9\r\ndata: 1\n\n\r\n0\r\n\r\n$/);
    expect(await recording.first()).toMatchObject({ ending: 'complete', stream: { kind: 'get' } });
    await expect.poll(() => upstream.open()).toBe(0);
  });

  it.each([
    ['in the middle of a chunk', `${STREAM}9\r\ndata:`],
    ['before the end of a chunk', `${STREAM}9\r\ndata: 1\n\n`],
    ['in the size of a chunk', `${STREAM}${eventChunk('1')}9`],
    [
      'of a length',
      'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99\r\n\r\ndata: 1\n\n',
    ],
    ['that is none', `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${eventChunk('1')}`],
  ])('breaks a stream off %s', async (_, answered) => {
    const upstream = await wireUpstream((socket) => void socket.write(answered));
    const { proxy, port, recording } = await proxyFor([upstream.url], { drainTimeout: GRACE });
    const client = await wireClient(port);
    client.send(LISTEN);
    await client.until(() => client.received().length > 0);
    await Promise.all([proxy.drain(), client.over]);
    expect(client.exchanges()[0]?.answer).toMatchObject({ startLine: 'HTTP/1.1 200 OK', complete: false });
    expect(await recording.first()).toMatchObject({ ending: 'aborted' });
    await expect.poll(() => upstream.open()).toBe(0);
  });

  it('leaves nothing behind that would keep its program running', async () => {
    const keeping = (): number =>
      process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
    const before = keeping();
    const upstream = await wireUpstream(echo);
    const { proxy, port } = await proxyFor([upstream.url]);
    const client = await wireClient(port);
    for (const count of [1, 2]) {
      client.send(CALL);
      await client.answered(count);
    }
    await Promise.all([proxy.drain(), client.over]);
    expect(upstream.sockets).toHaveLength(1);
    expect(await upstream.open()).toBe(1);
    upstream.sockets[0]?.unref();
    expect(keeping()).toBe(before);
  });

  it('does not wait long for a client that does not read', async () => {
    const answer = answerText('x'.repeat(20_000_000), 'Content-Type: text/event-stream\r\n');
    const upstream = await wireUpstream((socket) => void socket.write(answer));
    const { proxy, port } = await proxyFor([upstream.url], { drainTimeout: GRACE });
    const accepted = acceptedAt(port);
    const client = await wireClient(port);
    client.socket.pause();
    client.send(CALL);
    await expect.poll(() => accepted[0]?.writableNeedDrain).toBe(true);
    expect(await lasting(proxy.drain())).toBeLessThan(GRACE + 1000);
    await expect.poll(() => upstream.open()).toBe(0);
  });
});
