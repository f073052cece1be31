import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { watchWeb, type WebHandler } from '../../../src/hooks/web/index.ts';
import { CALL } from '../fetch/untouched.ts';
import { record } from '../node-http/recording.ts';
import { posting, told, URL_TEXT } from './reading.ts';

const STREAM = { 'content-type': 'text/event-stream' };

describe('the answer', () => {
  test('what an initialize settled on, and with whom', async () => {
    const recording = record();
    const params = { protocolVersion: '2025-11-25', clientInfo: { name: 'goose', version: '1' } };
    const handler: WebHandler = async (request) => {
      const { id } = (await request.json()) as { id: number };
      const result = { protocolVersion: '2025-06-18', capabilities: {} };
      return Response.json({ jsonrpc: '2.0', id, result }, { headers: { 'mcp-session-id': 'new' } });
    };
    expect(await told({ init: posting('initialize', {}, params), handler, recording })).toMatchObject({
      rpcMethods: ['initialize'],
      protocolVersion: '2025-06-18',
      family: 'goose',
      sessionGiven: recording.references.of('new'),
    });
  });

  test('the words of an error, its challenge, and how the operation failed', async () => {
    const error = { code: -32001, message: 'Session not found' };
    const dead: WebHandler = async (request) => {
      await request.text();
      return Response.json({ jsonrpc: '2.0', error, id: null }, { status: 404 });
    };
    expect(await told({ handler: dead })).toMatchObject({
      status: 404,
      bodyClass: 'session-dead',
      errorType: '-32001',
    });
    const unauthorized: WebHandler = async (request) => {
      await request.text();
      return new Response('{}', { status: 401, headers: { 'www-authenticate': 'Bearer' } });
    };
    expect(await told({ handler: unauthorized })).toMatchObject({ challenged: true, errorType: '401' });
  });

  test('that of a handler that fails is the one its runtime gives', async () => {
    const recording = record();
    const handler: WebHandler = watchWeb(recording)(async (request) => {
      await request.text();
      throw new Error('broken');
    });
    await expect(handler(new Request(URL_TEXT, CALL))).rejects.toThrow('broken');
    expect(await recording.first()).toMatchObject({ status: 500, ending: 'complete', errorType: '500' });
  });

  test('what a stream carried, and that it was opened', async () => {
    const recording = record();
    const handler: WebHandler = async (request) => {
      await request.text();
      return new Response('retry: 500\nid: 1\ndata: \n\ndata: {"result":{}}\n\n', { headers: STREAM });
    };
    const exchange = await told({
      init: posting('tools/call', { 'mcp-session-id': 'one' }),
      handler,
      recording,
    });
    expect(exchange.stream).toMatchObject({
      kind: 'post',
      carriedData: true,
      retryHint: true,
      eventIds: true,
    });
    expect(recording.streams).toEqual([
      expect.objectContaining({ vantage: 'server', kind: 'post', session: recording.references.of('one') }),
    ]);
  });

  test('that a client left a stream before it was answered, or after', async () => {
    const begun =
      (text: string): WebHandler =>
      async (request) => {
        await request.text();
        const pull = (controller: ReadableStreamDefaultController): void =>
          controller.enqueue(Buffer.from(text));
        return new Response(new ReadableStream({ pull }), { headers: STREAM });
      };
    const reading = async (response: Response): Promise<void> => {
      const reader = response.body?.getReader();
      await reader?.read();
      await reader?.cancel();
    };
    expect(await told({ handler: begun(': on\n\n'), reading })).toMatchObject({
      ending: 'aborted',
      errorType: 'cancelled',
    });
    expect(await told({ handler: begun('data: {"result":{}}\n\n'), reading })).toMatchObject({
      ending: 'aborted',
      errorType: '',
    });
  });

  test('of a text that does not come to its end is told after a while, and its source let go of', async () => {
    let cancelled = false;
    const handler: WebHandler = async (request) => {
      await request.text();
      const start = (controller: ReadableStreamDefaultController): void =>
        controller.enqueue(Buffer.from('{"result"'));
      const cancel = (): void => void (cancelled = true);
      return new Response(new ReadableStream({ start, cancel }), {
        headers: { 'content-type': 'application/json' },
      });
    };
    const exchange = await told({ handler, reading: (response) => response.body?.cancel() && undefined });
    expect(exchange).toMatchObject({ status: 200, bodyClass: 'none' });
    await expect.poll(() => cancelled).toBe(true);
  });

  test('of a long text, no more than the beginning is read ahead of its reader, and then the copy let go of', async () => {
    let pulled = 0;
    let cancelled = false;
    const handler: WebHandler = () => {
      const pull = (controller: ReadableStreamDefaultController): void => {
        pulled++;
        controller.enqueue(new Uint8Array(1024).fill(0x20));
      };
      const cancel = (): void => void (cancelled = true);
      return new Response(new ReadableStream({ pull, cancel }), {
        headers: { 'content-type': 'text/plain' },
      });
    };
    let answer: Response | undefined;
    await told({ handler, reading: (response) => void (answer = response) });
    await delay(50);
    expect(pulled).toBeLessThanOrEqual(8);
    await answer?.body?.cancel();
    expect(cancelled).toBe(true);
  });
});
