import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { describe, expect, test, vi } from 'vitest';
import { watchTransport } from '../../../src/hooks/transport/index.ts';
import { HiddenTransport, NOTE } from './support/hidden-transport.ts';
import { recordOperations } from './support/recording.ts';

describe('an object that is watched', () => {
  test('is the same object, of the same class, with its private fields', async () => {
    const transport = new HiddenTransport();
    const watch = watchTransport(recordOperations());
    expect(watch(transport)).toBe(transport);
    expect(watch(transport)).toBe(transport);
    expect(Object.keys(transport)).not.toContain('send');
    const options = { relatedRequestId: 1 };
    await transport.send(NOTE, options);
    expect(transport.sent[0]).toBe(NOTE);
    expect(transport.sent[1]).toBe(options);
    expect(transport.sent).toHaveLength(2);
  });

  test('hands the program the same message and the same extra, wherever its callback was set', () => {
    const seen: unknown[][] = [];
    const transport = new HiddenTransport();
    transport.onmessage = (...args) => void seen.push(['before', ...args]);
    const { onmessage } = transport;
    const watch = watchTransport(recordOperations({ spans: true }));
    watch(transport);
    const extra = {};
    transport.receive(NOTE, extra);
    transport.onmessage = (...args) => void seen.push(['after', ...args]);
    transport.receive(NOTE, extra);
    expect(seen).toEqual([
      ['before', NOTE, extra],
      ['after', NOTE, extra],
    ]);
    expect(seen.every(([, message, given]) => message === NOTE && given === extra)).toBe(true);
    transport.onmessage = onmessage;
    watch.stop();
    expect(transport.onmessage).toBe(onmessage);
    expect(Object.getOwnPropertyDescriptor(transport, 'onmessage')).toMatchObject({ writable: true });
  });

  test('tells a message once that the program hands on to the callback before', async () => {
    const listener = recordOperations();
    const transport = watchTransport(listener)(new HiddenTransport());
    const seen: string[] = [];
    transport.onmessage = () => void seen.push('first');
    const before = transport.onmessage;
    transport.onmessage = (message, extra) => {
      before?.(message, extra);
      seen.push('second');
    };
    transport.receive(NOTE);
    expect(seen).toEqual(['first', 'second']);
    expect(listener.operations).toHaveLength(1);
  });

  test('a callback that the program saves and sets again is the one it was', () => {
    const listener = recordOperations();
    const transport = watchTransport(listener)(new HiddenTransport());
    const handler = vi.fn<(message: unknown) => void>();
    transport.onmessage = handler;
    const saved = transport.onmessage;
    transport.onmessage = undefined;
    transport.receive(NOTE);
    transport.onmessage = saved;
    expect(transport.onmessage).toBe(saved);
    transport.receive(NOTE);
    expect(handler).toHaveBeenCalledOnce();
    expect(listener.operations).toHaveLength(1);
  });

  test('gives back the very `onclose` it was given: the SDK compares it', () => {
    const transport = watchTransport(recordOperations())(new HiddenTransport());
    const guard = (): void => undefined;
    transport.onclose = guard;
    expect(transport.onclose).toBe(guard);
  });

  test('keeps what the class keeps behind an accessor', () => {
    const transport = new StreamableHTTPServerTransport();
    const [onmessage, onclose] = [vi.fn<() => void>(), vi.fn<() => void>()];
    transport.onclose = onclose;
    const watch = watchTransport(recordOperations());
    watch(transport);
    transport.onmessage = onmessage;
    watch.stop();
    expect(transport.onmessage).toBe(onmessage);
    expect(transport.onclose).toBe(onclose);
    expect(Object.keys(transport)).toEqual(Object.keys(new StreamableHTTPServerTransport()));
  });

  test('may be one that nothing can be set on', async () => {
    const listener = recordOperations();
    const transport = Object.freeze(new HiddenTransport());
    expect(watchTransport(listener)(transport)).toBe(transport);
    await transport.send(NOTE);
    expect(transport.sent).toEqual([NOTE]);
    expect(listener.operations).toEqual([]);
    expect(listener.failures).toEqual([expect.any(TypeError)]);
  });

  test('may be wrapped by another after us, who is left alone', async () => {
    const transport = new HiddenTransport();
    const watch = watchTransport(recordOperations());
    watch(transport);
    const send = transport.send.bind(transport);
    const theirs = vi.fn<typeof send>(send);
    transport.send = theirs;
    watch.stop();
    expect(Reflect.get(transport, 'send')).toBe(theirs);
    await transport.send(NOTE);
    expect(transport.sent).toEqual([NOTE]);
  });
});
