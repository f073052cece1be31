import { describe, expect, test, vi } from 'vitest';
import { watchTransport } from '../../../src/hooks/transport/index.ts';
import type { FakeTracing, RecordedSpan } from './support/fake-tracing.ts';
import { PAIRS, type Pair, type Sides } from './support/pairs.ts';
import { recordOperations } from './support/recording.ts';

/** Both sides of a pair, each with spans of its own. */
async function traced(pair: Pair, options: Partial<Sides> = {}) {
  const client = recordOperations({ spans: true });
  const server = recordOperations({ spans: true });
  const connected = await pair.connect({
    client: watchTransport(client),
    server: watchTransport(server),
    ...options,
  });
  return { client, server, connected };
}

const OUTSIDE = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: undefined };

function spanOf({ tracing }: { readonly tracing: FakeTracing | undefined }, method: string): RecordedSpan {
  const found = tracing?.spans.filter(({ start }) => start.method === method) ?? [];
  expect(found).toHaveLength(1);
  return found[0] as RecordedSpan;
}

describe.each(PAIRS)('$name', (pair) => {
  test('one trace goes through the message: the span of the one side is the parent of the other', async () => {
    const { client, server, connected } = await traced(pair);
    await client.tracing?.inSpan(OUTSIDE, () => connected.call('works'));
    const [sent, received] = [spanOf(client, 'tools/call'), spanOf(server, 'tools/call')];
    expect(sent).toMatchObject({ parent: 'b'.repeat(16), trace: 'a'.repeat(32) });
    expect(sent.start).toMatchObject({ direction: 'sent', call: { ambient: OUTSIDE, parent: undefined } });
    expect(received).toMatchObject({ parent: sent.id, trace: sent.trace });
    expect(received.start).toMatchObject({
      direction: 'received',
      call: { parent: { traceparent: expect.stringContaining(sent.id), tracestate: 'fake=1' } },
      carrier: { baggage: 'from=fake' },
    });
  });

  test('every span ends once, with its operation', async () => {
    const { client, server, connected } = await traced(pair);
    await connected.call('works');
    await connected.call('fails');
    await connected.close();
    await vi.waitFor(() => {
      for (const { tracing, operations } of [client, server]) {
        expect(tracing?.spans.map(({ ends }) => ends)).toEqual(tracing?.spans.map(() => 1));
        const told = tracing?.spans.map(({ operation }) => operation) ?? [];
        expect(new Set(told)).toEqual(new Set(operations));
        expect(told.map((operation) => operation?.span?.traceparent.slice(36, 52))).toEqual(
          tracing?.spans.map(({ id }) => id),
        );
      }
    });
  });

  test('the handler runs inside its span', async () => {
    const server = recordOperations({ spans: true });
    const seen: (string | undefined)[] = [];
    const connected = await pair.connect({
      client: watchTransport(recordOperations()),
      server: watchTransport(server),
      inside: () => seen.push(server.tracing?.current()),
    });
    await connected.call('works');
    expect(seen).toEqual([spanOf(server, 'tools/call').id]);
  });

  test('what the program put into the message stays, and is the parent', async () => {
    const { client, server, connected } = await traced(pair);
    const meta = { traceparent: OUTSIDE.traceparent, mine: 1 };
    await connected.call('works', { meta });
    expect(meta).toEqual({ traceparent: OUTSIDE.traceparent, mine: 1 });
    const [sent, received] = [spanOf(client, 'tools/call'), spanOf(server, 'tools/call')];
    expect([sent.parent, received.parent]).toEqual(['b'.repeat(16), 'b'.repeat(16)]);
    expect(sent.start.call.parent).toEqual(OUTSIDE);
    expect(received.start.carrier).toMatchObject(meta);
    expect(received.start.carrier).not.toHaveProperty('baggage');
  });

  test('what the program put beside stays too', async () => {
    const { client, server, connected } = await traced(pair);
    await connected.call('works', { meta: { mine: 1, baggage: 'of=program' } });
    const received = spanOf(server, 'tools/call');
    expect(received.parent).toBe(spanOf(client, 'tools/call').id);
    expect(received.start.carrier).toMatchObject({ mine: 1, baggage: 'of=program' });
  });
});

describe.each(PAIRS.filter(({ serverAsks }) => serverAsks))('$name', (pair) => {
  test('what the server asks in a call is a child of the call, and carries its own span to the client', async () => {
    const { client, server, connected } = await traced(pair);
    await connected.call('asks');
    const call = spanOf(server, 'tools/call');
    const asked = spanOf(server, 'sampling/createMessage');
    const answered = spanOf(client, 'sampling/createMessage');
    expect(asked).toMatchObject({ parent: call.id, trace: call.trace, start: { direction: 'sent' } });
    expect(answered).toMatchObject({ parent: asked.id, trace: call.trace, start: { direction: 'received' } });
  });
});

describe.each(PAIRS.filter(({ networkTransport }) => networkTransport === 'tcp'))('$name', (pair) => {
  test('the HTTP request is made inside the span of its operation', async () => {
    const client = recordOperations({ spans: true });
    const made: (readonly [method: string, span: string | undefined])[] = [];
    const connected = await pair.connect({
      client: watchTransport(client),
      server: watchTransport(recordOperations()),
      fetch: (input, init) => {
        if (init?.method === 'POST') {
          const { method } = JSON.parse(init.body as string) as { method: string };
          made.push([method, client.tracing?.current()]);
        }
        return fetch(input, init);
      },
    });
    await connected.call('works');
    expect(made).toContainEqual(['tools/call', spanOf(client, 'tools/call').id]);
    expect(made).toContainEqual([pair.handshake, spanOf(client, pair.handshake).id]);
  });
});
