import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { watchNodeHttp, type NodeHttpOptions } from '../../../src/hooks/node-http/index.ts';
import { createObserver, type Observer } from '../../../src/observer.ts';
import { metrics } from '../../../src/signals/index.ts';
import { record } from './recording.ts';
import { open, read, requestText, rpc, serve } from './wire.ts';

const CALL = requestText('POST', { connection: 'close', 'mcp-session-id': 'one' }, rpc('tools/call'));

function fail(): never {
  throw new Error('broken on purpose');
}

function errorsOf(observer: Observer): Record<string, number> {
  const samples = observer.counts.samples(metrics.observerErrors);
  return Object.fromEntries(samples.map(({ labels, value }) => [labels['stage'] as string, value]));
}

/** The parts of the flow, and how each is broken: an observer hands out its own. */
const breakages: Record<
  string,
  { stage: string; options?: NodeHttpOptions; breakIt: (observer: Observer) => void }
> = {
  'naming the target': { stage: 'hook', options: { target: fail }, breakIt: () => {} },
  'asking what to ignore': { stage: 'hook', options: { ignore: fail }, breakIt: () => {} },
  'hashing an id': {
    stage: 'hook',
    breakIt: (observer) => vi.spyOn(observer.references, 'of').mockImplementation(fail),
  },
  'the clock': { stage: 'hook', breakIt: (observer) => vi.spyOn(observer, 'now').mockImplementation(fail) },
  'telling a connection': {
    stage: 'hook',
    breakIt: (observer) => vi.spyOn(observer, 'connection').mockImplementation(fail),
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
  'a judge': { stage: 'judge', breakIt: (observer) => Object.assign(observer.cases, { consider: fail }) },
};

describe('a fault inside the observer is counted, and the answer still goes out', () => {
  test.each(Object.entries(breakages))('%s', async (_name, { stage, options = {}, breakIt }) => {
    const told: string[] = [];
    const observer = createObserver({ onError: (where) => void told.push(where) });
    breakIt(observer);
    onTestFinished(watchNodeHttp(observer, options));
    const socket = await open(
      await serve((request, response) => {
        request.resume().on('end', () => {
          response.writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': 'two' });
          response.end('data: {}\n\n');
        });
      }),
    );
    socket.write(CALL);
    expect(await read(socket)).toMatch(/^HTTP\/1\.1 200 OK[^]*data: \{\}/);
    await vi.waitFor(() => expect(told).not.toEqual([]));
    expect(new Set(told)).toEqual(new Set([stage]));
    const counted = errorsOf(observer);
    expect(counted).toEqual({ hook: 0, session: 0, judge: 0, signal: 0, [stage]: told.length });
  });

  test('a listener of cases', async () => {
    const observer = createObserver();
    observer.onCase(fail);
    onTestFinished(watchNodeHttp(observer));
    const port = await serve((request, response) => {
      request
        .resume()
        .on('end', () => response.writeHead(400).end('Bad Request: No valid session ID provided'));
    });
    for (let i = 0; i < 3; i++) {
      const socket = await open(port);
      socket.write(CALL);
      expect(await read(socket)).toMatch(/^HTTP\/1\.1 400/);
    }
    await vi.waitFor(() => expect(errorsOf(observer)['signal']).toBeGreaterThan(0));
  });

  test('an `onError` that throws itself', async () => {
    const observer = createObserver({ onError: fail });
    onTestFinished(watchNodeHttp(observer, { target: fail }));
    const socket = await open(await serve((_request, response) => response.end('fine')));
    socket.write(CALL);
    expect(await read(socket)).toMatch(/fine$/);
    expect(errorsOf(observer)['hook']).toBe(1);
  });
});

describe('two observers in one process', () => {
  test('see the same, and outlive each other', async () => {
    const [one, two] = [record(), record()];
    const stopOne = watchNodeHttp(one);
    const stopTwo = watchNodeHttp(two);
    onTestFinished(stopTwo);
    const port = await serve((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(404, { 'content-type': 'application/json', 'mcp-session-id': 'given' });
        response.end('{"error":{"message":"Session not found"}}');
      });
    });
    async function call(): Promise<string> {
      const socket = await open(port);
      socket.write(CALL);
      return read(socket);
    }

    const answer = await call();
    const told = await Promise.all([one.first(), two.first()]);
    for (const exchange of told) {
      expect(exchange).toMatchObject({ status: 404, rpcMethods: ['tools/call'], bodyClass: 'session-dead' });
      expect(exchange.sessionGiven).toBe(one.references.of('given'));
    }
    stopOne();
    expect((await call()).replace(/Date: .*/, '')).toBe(answer.replace(/Date: .*/, ''));
    await two.until(2);
    expect(one.exchanges).toHaveLength(1);
    expect([...one.failures, ...two.failures]).toEqual([]);
  });

  test('one that fails does not blind the other', async () => {
    const [broken, sound] = [record(), record()];
    onTestFinished(watchNodeHttp({ ...broken, exchange: fail, now: fail }));
    onTestFinished(watchNodeHttp(sound));
    const socket = await open(await serve((_request, response) => response.end('fine')));
    socket.write(CALL);
    expect(await read(socket)).toMatch(/fine$/);
    expect(await sound.first()).toMatchObject({ status: 200 });
    expect(broken.failures.length).toBeGreaterThan(0);
  });
});
