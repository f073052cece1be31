import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { watchFetch, type FetchOptions } from '../../../src/hooks/fetch/index.ts';
import {
  BREAKAGES_OF_CLIENTS,
  clockFailsAfter,
  fail,
  serveEvents,
  testBroken,
  type Breakages,
} from '../breakages.ts';
import { record } from '../node-http/recording.ts';
import { CALL } from './untouched.ts';

const breakages: Breakages<FetchOptions> = {
  ...BREAKAGES_OF_CLIENTS,
  'the clock, once the head is there': clockFailsAfter(2),
};

const served = async (): Promise<string> => `http://127.0.0.1:${await serveEvents()}/mcp`;

const REQUEST = { ...CALL, headers: { ...CALL.headers, 'mcp-session-id': 'one' } };

describe('a fault inside the observer is counted, and the answer still comes', () => {
  testBroken(breakages, { vantages: ['client'] }, async (observer, options) => {
    const response = await watchFetch(observer, options)(fetch)(await served(), REQUEST);
    expect(response.headers.get('mcp-session-id')).toBe('two');
    expect(await response.text()).toBe('data: {}\n\n');
  });

  test('a response that cannot be copied is handed on as it is', async () => {
    class Special extends Response {
      constructor() {
        super('{}');
        if (new.target !== Special || made++ > 0) fail();
      }
    }
    let made = 0;
    const special = new Special();
    const recording = record();
    const response = await watchFetch(recording)(() => Promise.resolve(special))('http://host/mcp', CALL);
    expect(response).toBe(special);
    expect(await response.text()).toBe('{}');
    expect(recording.failures).toHaveLength(1);
  });
});

describe('whatever stands in for fetch', () => {
  test('is called with what the program gave, and as what the program called it', async () => {
    const calls: unknown[] = [];
    function next(this: unknown, ...args: unknown[]): Promise<Response> {
      calls.push(this, ...args);
      return Promise.resolve(new Response(null, { status: 204 }));
    }
    const self = { fetch: watchFetch(record())(next) };
    const init = Object.freeze({ ...CALL, headers: Object.freeze({ ...CALL.headers }) });
    await self.fetch('http://host/mcp', init);
    expect(calls).toHaveLength(3);
    expect(calls[0]).toBe(self);
    expect(calls[2]).toBe(init);
  });

  test('may throw instead of rejecting', () => {
    expect(() => watchFetch(record())(fail)('http://host/mcp', CALL)).toThrow('broken on purpose');
  });

  test('may answer without a stream, as node-fetch does', async () => {
    const recording = record();
    const answer = { status: 200, headers: new Headers(), body: { pipe: () => {} } } as unknown as Response;
    const response = await watchFetch(recording)(() => Promise.resolve(answer))('http://host/mcp', CALL);
    expect(response).toBe(answer);
    expect(await recording.first()).toMatchObject({ status: 200, rpcMethods: ['tools/call'] });
  });

  test('may answer with a stream that ends or breaks though nobody reads', async () => {
    const recording = record();
    const broken = new Error('broken');
    const streams = [
      new ReadableStream({
        start(controller) {
          for (const part of ['one ', '', 'two']) controller.enqueue(Buffer.from(part));
          controller.close();
        },
      }),
      new ReadableStream({ start: (controller) => void setTimeout(() => controller.error(broken), 20) }),
    ];
    const send = watchFetch(recording)(() => Promise.resolve(new Response(streams.shift())));
    const ending = (await send('http://host/mcp', CALL)).body?.getReader();
    for (const part of ['one ', '', 'two'])
      expect(Buffer.from((await ending?.read())?.value ?? 'no').toString()).toBe(part);
    await ending?.closed;
    const breaking = (await send('http://host/mcp', CALL)).body?.getReader();
    const waiting = breaking?.read();
    await expect(breaking?.closed).rejects.toBe(broken);
    await expect(waiting).rejects.toBe(broken);
    await recording.until(2);
    expect(recording.exchanges.map((exchange) => exchange.ending)).toEqual(['complete', 'reset']);
  });

  test('may answer with a stream that is asked for no more than is read', async () => {
    let asked = 0;
    const body = new ReadableStream(
      { pull: (controller) => controller.enqueue(Buffer.from(`part ${asked++}`)) },
      { highWaterMark: 0 },
    );
    const response = await watchFetch(record())(() => Promise.resolve(new Response(body)))(
      'http://host/mcp',
      CALL,
    );
    const reader = response.body?.getReader();
    await delay(5);
    expect(asked).toBe(0);
    await reader?.read();
    await delay(5);
    expect(asked).toBe(1);
    await reader?.cancel();
  });

  test('may itself be watched', async () => {
    const [one, two] = [record(), record()];
    const response = await watchFetch(one)(watchFetch(two)(fetch))(await served(), REQUEST);
    expect(response.url).toMatch(/\/mcp$/);
    expect(await response.text()).toBe('data: {}\n\n');
    const [first, second] = await Promise.all([one.first(), two.first()]);
    expect({ ...first, startedAt: 0, endedAt: 0, stream: 0 }).toEqual({
      ...second,
      startedAt: 0,
      endedAt: 0,
      stream: 0,
    });
  });
});

test('a request that is none of the protocol is left alone', async () => {
  const recording = record();
  const answer = Promise.resolve(new Response('token'));
  const send = watchFetch(recording)(() => answer);
  expect(send('http://host/token', { method: 'POST', body: 'grant_type=x' })).toBe(answer);
  expect(send('no address')).toBe(answer);
  expect(send('http://host/messages?sessionId=1', CALL)).toBe(answer);
  await answer;
  expect(recording.exchanges).toEqual([]);
  expect(recording.failures).toEqual([]);
});
