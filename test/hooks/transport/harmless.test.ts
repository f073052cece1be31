import { describe, expect, test } from 'vitest';
import { watchTransport } from '../../../src/hooks/transport/index.ts';
import { fakeTracing } from './support/fake-tracing.ts';
import { ASK, HiddenTransport, NOTE } from './support/hidden-transport.ts';
import { recordOperations } from './support/recording.ts';

describe('what the program throws', () => {
  test('comes out of a callback as it went in', () => {
    const listener = recordOperations({ spans: true });
    const transport = watchTransport(listener)(new HiddenTransport());
    const error = new Error('of the program');
    transport.onmessage = () => {
      throw error;
    };
    expect(() => transport.receive(ASK)).toThrow(error);
    expect(() => transport.receive(NOTE)).toThrow(error);
    expect(listener.operations.map(({ errorType }) => errorType)).toEqual(['_OTHER', '_OTHER']);
    expect(listener.failures).toEqual([]);
  });

  test('comes out of `send`, at once or later', async () => {
    const listener = recordOperations({ spans: true });
    const error = new Error('of the transport');
    const later = watchTransport(listener)(
      Object.assign(new HiddenTransport(), { send: () => Promise.reject(error) }),
    );
    await expect(later.send()).rejects.toBe(error);
    const send = later.send as (message: unknown) => Promise<void>;
    await expect(Reflect.apply(send, later, [ASK])).rejects.toBe(error);
    const atOnce = watchTransport(listener)(
      Object.assign(new HiddenTransport(), {
        send: (_message: unknown): Promise<void> => {
          throw error;
        },
      }),
    );
    expect(() => void atOnce.send(ASK)).toThrow(error);
    expect(listener.operations.map(({ errorType }) => errorType)).toEqual(['_OTHER', '_OTHER']);
  });
});

describe('what fails in here', () => {
  test.each(['ambient', 'begin', 'inject', 'run', 'end'] as const)(
    'a tracing whose %s throws',
    async (broken) => {
      const listener = recordOperations();
      const tracing = fakeTracing();
      const fail = (): never => {
        throw new Error(`from ${broken}`);
      };
      const begin: typeof tracing.begin = (start) => Object.assign(tracing.begin(start), { [broken]: fail });
      Object.assign(listener, { tracing: { ...tracing, begin, [broken]: fail } });
      const transport = watchTransport(listener)(new HiddenTransport());
      const seen: unknown[] = [];
      transport.onmessage = (message) => void seen.push(message);
      transport.receive(NOTE);
      await transport.send(NOTE);
      expect(seen).toEqual([NOTE]);
      expect(transport.sent).toHaveLength(1);
      expect(listener.failures).not.toEqual([]);
    },
  );

  test('messages that are none pass', async () => {
    const listener = recordOperations({ spans: true, calls: true });
    const transport = watchTransport(listener)(new HiddenTransport());
    const seen: unknown[] = [];
    transport.onmessage = (message) => void seen.push(message);
    // prettier-ignore
    const strange = [
      undefined, null, 7, 'text', [], [null], {}, { method: 7 }, { id: {}, method: 'tools/call' }, { id: null, result: 1 },
      { id: 9, error: null }, { method: 'tools/call', params: [1] }, { method: 'notifications/cancelled' },
    ];
    for (const message of strange) {
      transport.receive(message);
      await transport.send(message);
    }
    expect(seen).toEqual(strange);
    expect(listener.failures).toEqual([]);
    expect(transport.sent).toHaveLength(strange.length);
  });

  test('what has neither messages nor transports is answered as it is', () => {
    const listener = recordOperations();
    const odd = { connect: 1 };
    expect(watchTransport(listener)(odd as never)).toBe(odd);
    expect(odd).toEqual({ connect: 1 });
    expect(listener.failures).toEqual([expect.any(TypeError)]);
  });
});
