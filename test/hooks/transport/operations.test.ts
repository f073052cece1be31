import { describe, expect, test, vi } from 'vitest';
import { watchTransport } from '../../../src/hooks/transport/index.ts';
import { PAIRS, type CallOptions, type Pair } from './support/pairs.ts';
import { lineOf, recordOperations } from './support/recording.ts';

/** Both sides of a pair, each told to a listener of its own. */
async function watched(pair: Pair) {
  const client = recordOperations({ calls: true });
  const server = recordOperations({ calls: true });
  const inside = vi.fn<() => void>();
  const connected = await pair.connect({
    client: watchTransport(client),
    server: watchTransport(server),
    inside,
  });
  /** Until as many calls as `count` are under way in the server. */
  const arrived = (count: number) => vi.waitFor(() => expect(inside).toHaveBeenCalledTimes(count), 5000);
  return { client, server, connected, arrived };
}

describe.each(PAIRS)('$name', (pair) => {
  const { handshake, hasSession, networkTransport, protocolVersion } = pair;

  test('tells every request and notification, on both sides', async () => {
    const { client, server, connected } = await watched(pair);
    await connected.call('works');
    await server.one('tools/call');
    const seen = [
      handshake,
      ...(handshake === 'initialize' ? ['notifications/initialized'] : []),
      'tools/call',
    ];
    await vi.waitFor(() => {
      expect(client.operations.map(lineOf).toSorted()).toEqual(
        seen.map((method) => `sent ${method}`).toSorted(),
      );
      expect(server.operations.map(lineOf).toSorted()).toEqual(
        seen.map((method) => `received ${method}`).toSorted(),
      );
    }, 5000);
    expect([...client.failures, ...server.failures]).toEqual([]);
  });

  test('says where it stands, what carries it, its revision, its session and its time', async () => {
    const before = performance.timeOrigin + performance.now();
    const { client, server, connected } = await watched(pair);
    await connected.call('works');
    const [sent, received] = [await client.one('tools/call'), await server.one('tools/call')];
    const { sessionId } = connected;
    expect(sessionId === undefined).toBe(!hasSession);
    const common = {
      target: 'default',
      method: 'tools/call',
      networkTransport,
      protocolVersion,
      session: sessionId && client.references.of(sessionId),
      errorType: '',
      rpcErrorCode: undefined,
      span: undefined,
    };
    expect(sent).toMatchObject({ ...common, vantage: 'client', direction: 'sent' });
    expect(received).toMatchObject({ ...common, vantage: 'server', direction: 'received' });
    for (const { startedAt, endedAt } of [sent, received]) {
      expect(startedAt).toBeGreaterThanOrEqual(before);
      expect(endedAt).toBeGreaterThanOrEqual(startedAt);
    }
    expect(sent.call).toEqual({
      requestId: expect.stringMatching(/^\d+$/),
      name: 'works',
      resourceUri: undefined,
      parent: undefined,
      ambient: undefined,
      network: sent.call?.network,
    });
    expect(received.call).toEqual({ ...sent.call, network: undefined });
    const { serverUrl: url } = connected;
    const address = url && { serverAddress: url.hostname, serverPort: Number(url.port) };
    expect(sent.call?.network).toEqual(address);
  });

  test('says on the handshake what it settled on', async () => {
    const { client, server } = await watched(pair);
    const [asked, answered] = [await client.one(handshake), await server.one(handshake)];
    expect([asked.protocolVersion, answered.protocolVersion]).toEqual([protocolVersion, protocolVersion]);
    expect(asked.session).toBe(answered.session);
    expect(asked.session === undefined).toBe(!hasSession);
  });

  test("tells a tool's own error", async () => {
    const { client, server, connected } = await watched(pair);
    await connected.call('fails');
    for (const side of [client, server])
      expect(await side.one('tools/call')).toMatchObject({
        errorType: 'tool_error',
        rpcErrorCode: undefined,
      });
  });

  test('tells the code of an error, and names no resource with its secrets', async () => {
    const { client, server, connected } = await watched(pair);
    await connected.read('https://user:secret@example.org/page?token=1');
    await expect(connected.read('https://user:secret@example.org/none?token=1')).rejects.toThrow();
    for (const side of [client, server]) {
      const [found, missing] = await side.until('resources/read', 2);
      expect(found).toMatchObject({ errorType: '', call: { resourceUri: 'https://example.org/page' } });
      expect(missing).toMatchObject({ errorType: '-32602', rpcErrorCode: '-32602' });
      expect(JSON.stringify(side.operations)).not.toMatch(/secret|token=/);
    }
  });

  test('tells progress, and the request it belongs to', async () => {
    const { client, server, connected } = await watched(pair);
    const onprogress = vi.fn<() => void>();
    await connected.call('reports', { onprogress });
    expect(onprogress).toHaveBeenCalledOnce();
    expect(await server.one('notifications/progress')).toMatchObject({
      direction: 'sent',
      vantage: 'server',
    });
    expect(await client.one('notifications/progress')).toMatchObject({
      direction: 'received',
      vantage: 'client',
      errorType: '',
    });
  });

  test('tells a call that is cancelled, and one that takes too long', async () => {
    const { client, server, connected, arrived } = await watched(pair);
    const given = new AbortController();
    const calls: CallOptions[] = [{ signal: given.signal }, { timeout: 1000 }];
    const waits = calls.map(async (options) => connected.call('waits', options));
    await arrived(2);
    given.abort(new Error('no longer wanted'));
    const settled = await Promise.allSettled(waits);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const asked = await client.until('tools/call', 2);
    const answered = await server.until('tools/call', 2);
    // Over HTTP the newer era cancels by closing a stream, which gives no reason.
    const late = handshake === 'initialize' ? 'timeout' : 'cancelled';
    expect(asked.map(({ errorType }) => errorType)).toEqual(['cancelled', late]);
    expect(answered.map(({ errorType }) => errorType)).toEqual(['cancelled', 'cancelled']);
  });

  test('tells what was under way when the client closed', async () => {
    const { client, server, connected, arrived } = await watched(pair);
    const call = connected.call('waits');
    const failed = expect(call).rejects.toThrow();
    await arrived(1);
    await connected.close();
    await failed;
    expect(await client.one('tools/call')).toMatchObject({ errorType: 'cancelled' });
    if (pair.networkTransport === 'pipe' || !hasSession)
      expect(await server.one('tools/call')).toMatchObject({ errorType: 'cancelled' });
  });
});

describe.each(PAIRS.filter(({ hasSession }) => hasSession))('$name', (pair) => {
  test('tells what was under way when the session was ended', async () => {
    const { client, server, connected, arrived } = await watched(pair);
    const call = connected.call('waits');
    call.catch(() => undefined);
    await arrived(1);
    await connected.terminate();
    const { session } = await client.one('initialize');
    expect(await server.one('tools/call')).toMatchObject({ errorType: 'cancelled', session });
    await connected.close();
    expect(await client.one('tools/call')).toMatchObject({ errorType: 'cancelled', session });
  });
});

describe.each(PAIRS.filter(({ serverAsks }) => serverAsks))('$name', (pair) => {
  test('tells what the server asks of the client', async () => {
    const { client, server, connected } = await watched(pair);
    await connected.call('asks');
    const method = 'sampling/createMessage';
    expect(await server.one(method)).toMatchObject({ direction: 'sent', vantage: 'server', errorType: '' });
    expect(await client.one(method)).toMatchObject({
      direction: 'received',
      vantage: 'client',
      errorType: '',
    });
  });
});
