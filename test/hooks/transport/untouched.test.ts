import { describe, expect, test, vi } from 'vitest';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { watchTransport, type TransportWatch } from '../../../src/hooks/transport/index.ts';
import { PAIRS, type Connected, type Pair } from './support/pairs.ts';
import { ASK } from './support/hidden-transport.ts';
import { recordOperations } from './support/recording.ts';
import { unwatched, type Watch } from './support/watch.ts';

type Json = Record<string, unknown>;

/** What goes over the wire: requests in their order, answers in any. */
interface Wire {
  readonly requests: string[];
  readonly answers: string[];
}

/** A `fetch` that keeps what it sends and gets. */
function tapped(): Wire & { readonly fetch: typeof fetch } {
  const requests: string[] = [];
  const answers: string[] = [];
  return {
    requests,
    answers,
    async fetch(input, init) {
      const isPost = init?.method === 'POST';
      if (isPost) requests.push(init.body as string);
      const response = await fetch(input, init);
      if (isPost) answers.push(await response.clone().text());
      return response;
    },
  };
}

async function story(connected: Connected): Promise<void> {
  await connected.call('works', { meta: { mine: 1 } });
  await connected.call('fails');
  await connected.call('reports', { onprogress: () => undefined });
  await connected.read('https://user:secret@example.org/page?token=1');
  await connected.call('missing').catch(() => undefined);
}

async function wireOf(pair: Pair, watch: () => Watch): Promise<Wire> {
  const wire = tapped();
  await story(await pair.connect({ client: watch(), server: watch(), fetch: wire.fetch }));
  const { requests, answers } = wire;
  await vi.waitFor(() => expect(answers).toHaveLength(requests.length), 5000);
  return { requests, answers: answers.toSorted() };
}

/** The message without what tracing adds. */
function withoutTrace(body: string): unknown {
  if (!body.startsWith('{')) return body;
  const message = JSON.parse(body) as { params?: { _meta?: Json } };
  const { traceparent, tracestate, baggage, ...meta } = message.params?._meta ?? {};
  expect({ traceparent, tracestate, baggage }).toEqual({
    traceparent: expect.any(String),
    tracestate: 'fake=1',
    baggage: 'from=fake',
  });
  return { ...message, params: { ...message.params, _meta: meta } };
}

/** The same with the `_meta` that a message gets when it had none. */
function withMeta(body: string): unknown {
  const message = JSON.parse(body) as { params?: { _meta?: Json } };
  return { ...message, params: { ...message.params, _meta: { ...message.params?._meta } } };
}

describe.each(PAIRS.filter(({ networkTransport }) => networkTransport === 'tcp'))('$name', (pair) => {
  test('without spans the same bytes go over the wire', async () => {
    const bare = await wireOf(pair, () => unwatched);
    const watched = await wireOf(pair, () => watchTransport(recordOperations({ calls: true })));
    expect(bare.requests.length).toBeGreaterThan(5);
    expect(watched).toEqual(bare);
  });

  test('with spans only `_meta` differs', async () => {
    const bare = await wireOf(pair, () => unwatched);
    const watched = await wireOf(pair, () => watchTransport(recordOperations({ spans: true })));
    expect(watched.requests.map(withoutTrace)).toEqual(bare.requests.map(withMeta));
  });
});

/** Everything that is set on an object itself: what its class has is never touched. */
const shapeOf = (object: object): Record<string, PropertyDescriptor> =>
  Object.getOwnPropertyDescriptors(object);

describe.each(PAIRS)('$name', (pair) => {
  test('stopping leaves the same functions, and the connection works on, untold', async () => {
    const seen: object[] = [];
    const collect =
      (watch: TransportWatch): Watch =>
      (watched) => {
        seen.push(watched);
        return watch(watched);
      };
    const [client, server] = [recordOperations(), recordOperations()];
    const [ofClient, ofServer] = [watchTransport(client), watchTransport(server)];
    const connected = await pair.connect({ client: collect(ofClient), server: collect(ofServer) });
    await connected.call('works');
    await server.one('tools/call');
    ofClient.stop();
    ofServer.stop();
    for (const object of seen) {
      expect(Object.keys(shapeOf(object))).not.toContain('send');
      expect(Object.keys(shapeOf(object))).not.toContain('connect');
      for (const name of ['onmessage', 'onclose'])
        expect(shapeOf(object)[name] ?? {}).not.toHaveProperty('get');
    }
    const told = [client.operations.length, server.operations.length];
    await connected.call('works');
    await connected.close();
    expect([client.operations.length, server.operations.length]).toEqual(told);
    expect([...client.failures, ...server.failures]).toEqual([]);
  });
});

test('without spans even a copy in memory is the same object on the other side', async () => {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const watch = watchTransport(recordOperations());
  const seen: unknown[] = [];
  watch(theirs).onmessage = (message) => void seen.push(message);
  await watch(ours).send(ASK);
  expect(seen[0]).toBe(ASK);
});

test('with spans the program keeps its message as it was', async () => {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const watch = watchTransport(recordOperations({ spans: true }));
  const seen: unknown[] = [];
  watch(theirs).onmessage = (message) => void seen.push(message);
  const message = Object.freeze({
    ...ASK,
    params: Object.freeze({ ...ASK.params, _meta: Object.freeze({ mine: 1 }) }),
  });
  await watch(ours).send(message);
  expect(message.params._meta).toEqual({ mine: 1 });
  expect(seen).toEqual([
    {
      ...message,
      params: { ...message.params, _meta: expect.objectContaining({ mine: 1, tracestate: 'fake=1' }) },
    },
  ]);
});
