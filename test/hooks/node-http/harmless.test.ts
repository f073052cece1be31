import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { watchNodeHttp, type NodeHttpOptions } from '../../../src/hooks/node-http/index.ts';
import { createObserver } from '../../../src/observer.ts';
import {
  BREAKAGES,
  errorsOf,
  fail,
  serveEvents,
  tellingFails,
  testBroken,
  type Breakages,
} from '../breakages.ts';
import { record } from './recording.ts';
import { open, read, requestText, rpc, serve } from './wire.ts';

const CALL = requestText('POST', { connection: 'close', 'mcp-session-id': 'one' }, rpc('tools/call'));

const breakages: Breakages<NodeHttpOptions> = {
  ...BREAKAGES,
  'asking what to ignore': { stage: 'hook', options: { ignore: fail } },
  'telling a connection': tellingFails('connection'),
  'a judge': { stage: 'judge', breakIt: (observer) => Object.assign(observer.cases, { consider: fail }) },
};

describe('a fault inside the observer is counted, and the answer still goes out', () => {
  testBroken(breakages, {}, async (observer, options) => {
    onTestFinished(watchNodeHttp(observer, options));
    const socket = await open(await serveEvents());
    socket.write(CALL);
    expect(await read(socket)).toMatch(/^HTTP\/1\.1 200 OK[^]*data: \{\}/);
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
