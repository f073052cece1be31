import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { watchFetch, type FetchOptions } from '../../../src/hooks/fetch/index.ts';
import { createObserver, type Observer } from '../../../src/observer.ts';
import { metrics } from '../../../src/signals/index.ts';
import { record } from '../node-http/recording.ts';
import { serve } from '../node-http/wire.ts';
import { CALL } from './untouched.ts';

function fail(): never {
  throw new Error('broken on purpose');
}

function errorsOf(observer: Observer): Record<string, number> {
  const samples = observer.counts.samples(metrics.observerErrors);
  return Object.fromEntries(samples.map(({ labels, value }) => [labels['stage'] as string, value]));
}

interface Breakage {
  readonly stage: string;
  readonly options?: FetchOptions;
  readonly breakIt?: (observer: Observer) => unknown;
}

/** The parts of the flow, and how each is broken: an observer hands out its own. */
const breakages: Record<string, Breakage> = {
  'naming the target': { stage: 'hook', options: { target: fail } },
  'naming the client': { stage: 'hook', options: { client: fail } },
  'hashing an id': {
    stage: 'hook',
    breakIt: ({ references }) => vi.spyOn(references, 'of').mockImplementation(fail),
  },
  'the clock': { stage: 'hook', breakIt: (observer) => vi.spyOn(observer, 'now').mockImplementation(fail) },
  'the clock, later on': {
    stage: 'hook',
    breakIt: (observer) => vi.spyOn(observer, 'now').mockImplementation(fail).mockReturnValueOnce(1),
  },
  'the clock, once the head is there': {
    stage: 'hook',
    breakIt: (observer) =>
      vi.spyOn(observer, 'now').mockImplementation(fail).mockReturnValueOnce(1).mockReturnValueOnce(2),
  },
  'telling a stream': {
    stage: 'hook',
    breakIt: (observer) => vi.spyOn(observer, 'streamOpened').mockImplementation(fail),
  },
  'telling an exchange': {
    stage: 'hook',
    breakIt: (observer) => vi.spyOn(observer, 'exchange').mockImplementation(fail),
  },
  'the session table': {
    stage: 'session',
    breakIt: (observer) => Object.assign(observer.sessions, { apply: fail, holdStream: fail }),
  },
};

async function serveEvents(): Promise<string> {
  const port = await serve((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': 'two' });
      response.end('data: {}\n\n');
    });
  });
  return `http://127.0.0.1:${port}/mcp`;
}

const REQUEST = { ...CALL, headers: { ...CALL.headers, 'mcp-session-id': 'one' } };

describe('a fault inside the observer is counted, and the answer still comes', () => {
  test.each(Object.entries(breakages))('%s', async (_name, { stage, options = {}, breakIt = () => {} }) => {
    const stages: string[] = [];
    const observer = createObserver({ vantages: ['client'], onError: (where) => void stages.push(where) });
    breakIt(observer);
    const response = await watchFetch(observer, options)(fetch)(await serveEvents(), REQUEST);
    expect(response.headers.get('mcp-session-id')).toBe('two');
    expect(await response.text()).toBe('data: {}\n\n');
    await vi.waitFor(() => expect(stages).not.toEqual([]));
    expect(new Set(stages)).toEqual(new Set([stage]));
    expect(errorsOf(observer)).toEqual({ hook: 0, session: 0, judge: 0, signal: 0, [stage]: stages.length });
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
    const response = await watchFetch(one)(watchFetch(two)(fetch))(await serveEvents(), REQUEST);
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
