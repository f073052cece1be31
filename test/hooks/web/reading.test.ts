import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ANONYMOUS, type Exchange } from '../../../src/exchange/index.ts';
import { watchWeb, type WebHandler, type WebOptions } from '../../../src/hooks/web/index.ts';
import { CALL } from '../fetch/untouched.ts';
import { record, type Recording } from '../node-http/recording.ts';
import { rpc } from '../node-http/wire.ts';
import { contextOf, recordCalls, underWay } from '../wanting-calls.ts';

const URL_TEXT = 'https://tools.example/mcp';
const STREAM = { 'content-type': 'text/event-stream' };

interface Asked {
  readonly init?: RequestInit;
  readonly url?: string;
  readonly handler?: WebHandler;
  readonly options?: WebOptions;
  readonly recording?: Recording;
  /** What is done with the answer. Default: it is read. */
  readonly reading?: (response: Response) => unknown;
}

const answering: WebHandler = async (request) => {
  await request.text();
  return Response.json({ jsonrpc: '2.0', id: 1, result: {} });
};

/** The exchange that is told of one request. */
async function told(asked: Asked = {}): Promise<Exchange> {
  const { init = CALL, url = URL_TEXT, handler = answering, options, recording = record() } = asked;
  const { reading = (response) => response.text() } = asked;
  const before = recording.exchanges.length;
  const handle: WebHandler = watchWeb(recording, options)(handler);
  await reading(await handle(new Request(url, init)));
  return (await recording.until(before + 1))[before] as Exchange;
}

function posting(method: string, headers: Record<string, string> = {}, params: unknown = {}): RequestInit {
  return { method: 'POST', headers: { ...CALL.headers, ...headers }, body: rpc(method, params) };
}

describe('the request', () => {
  const init = posting('resources/read');
  const READS: Record<string, (request: Request) => Promise<unknown>> = {
    text: (request) => request.text(),
    json: (request) => request.json(),
    arrayBuffer: (request) => request.arrayBuffer(),
    body: (request) => new Response(request.body).text(),
    'the body of a copy': (request) => new Response(request.clone().body).text(),
    'a copy, then itself': (request) =>
      request
        .clone()
        .json()
        .then(() => request.text()),
  };

  test.each(Object.entries(READS))('its method, when it is read by %s', async (_name, read) => {
    const handler: WebHandler = async (request) => {
      await read(request);
      return new Response(null, { status: 202 });
    };
    expect((await told({ init, handler })).rpcMethods).toEqual(['resources/read']);
    const batch = { ...CALL, body: `[${rpc('ping')},${rpc('tools/call')}]` };
    expect((await told({ init: batch, handler })).rpcMethods).toEqual(['ping', 'tools/call']);
  });

  test('its method, when it is read twice at once, part by part', async () => {
    const [beginning, end] = ['{"meth', 'od":"tools/call","id":1}'];
    const start = (controller: ReadableStreamDefaultController): void => {
      for (const part of [beginning, end]) controller.enqueue(Buffer.from(part));
      controller.close();
    };
    const body = new ReadableStream({ start });
    const handler: WebHandler = async (request) => {
      const readers = [request.clone(), request].map((copy) => copy.body?.getReader());
      for (const reader of [...readers, ...readers]) await reader?.read();
      return new Response(null, { status: 202 });
    };
    const streamed = { ...CALL, body, duplex: 'half' } as RequestInit;
    expect((await told({ init: streamed, handler })).rpcMethods).toEqual(['tools/call']);
  });

  test('no methods of one that nobody read, but for those in a header', async () => {
    const handler: WebHandler = () => new Response(null, { status: 401 });
    expect((await told({ init, handler })).rpcMethods).toEqual([]);
    const modern = { 'mcp-method': 'tools/call', 'mcp-protocol-version': '2026-07-28' };
    expect(await told({ init: posting('tools/call', modern), handler })).toMatchObject({
      rpcMethods: ['tools/call'],
      era: 'sessionless',
    });
  });

  test('its session, its revision and what it resumes', async () => {
    const recording = record();
    const headers = { 'mcp-session-id': 'one', 'mcp-protocol-version': '2025-11-25', 'last-event-id': '7' };
    expect(await told({ init: posting('ping', headers), recording })).toMatchObject({
      vantage: 'server',
      httpMethod: 'POST',
      sessionSent: recording.references.of('one'),
      sessionGiven: undefined,
      protocolVersion: '2025-11-25',
      resumes: true,
      fromBrowser: false,
    });
  });

  test('who sent it: by credential, or else by address and User-Agent', async () => {
    const recording = record();
    const options: WebOptions = {
      address: (request: Request) => request.headers.get('x-test-address') ?? undefined,
    };
    const of = (headers: Record<string, string>): Promise<Exchange> =>
      told({ init: posting('ping', headers), recording, options });
    const here = await of({ 'x-test-address': '10.0.0.1' });
    expect(here.principal).toBe(ANONYMOUS);
    expect((await of({ 'x-test-address': '10.0.0.1' })).client).toBe(here.client);
    expect((await of({ 'x-test-address': '10.0.0.2' })).client).not.toBe(here.client);
    expect((await of({ 'x-forwarded-for': '10.0.0.1, 10.9.9.9' })).client).toBe(here.client);
    const mine = await of({ 'x-test-address': '10.0.0.1', authorization: 'Bearer mine' });
    expect((await of({ 'x-test-address': '10.0.0.2', authorization: 'Bearer mine' })).client).toBe(
      mine.client,
    );
    expect(mine.principal).not.toBe(ANONYMOUS);
    expect(JSON.stringify(recording.exchanges)).not.toMatch(/10\.0|Bearer/);
  });

  test('that it comes from a page in a browser', async () => {
    const handler: WebHandler = () =>
      new Response('{}', { headers: { 'access-control-expose-headers': 'mcp-session-id' } });
    expect(await told({ init: posting('ping', { origin: 'https://page.example' }), handler })).toMatchObject({
      fromBrowser: true,
      exposesSession: true,
    });
  });

  test('its target, and that it is watched at all, as the options say', async () => {
    const recording = record();
    expect((await told({ recording })).target).toBe('default');
    expect((await told({ recording, options: { target: 'tools' } })).target).toBe('tools');
    const target = (request: Request): string => new URL(request.url).host;
    expect((await told({ recording, options: { target } })).target).toBe('tools.example');
    const url = 'https://tools.example/rpc';
    expect((await told({ recording, url, options: { paths: ['/rpc'] } })).target).toBe('default');
    const ignore: WebHandler = watchWeb(recording, { ignore: () => true })(answering);
    await ignore(new Request(URL_TEXT, CALL));
    const elsewhere: WebHandler = watchWeb(recording, { paths: ['/rpc'] })(answering);
    await elsewhere(new Request(URL_TEXT, CALL));
    await delay(20);
    expect(recording.exchanges).toHaveLength(4);
  });
});

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

test('what a call says of itself is told to whoever wants it, with the span that it came in', async () => {
  const init = posting('tools/call', {}, { name: 'add', _meta: contextOf('a') });
  const run = (): Promise<Exchange> => told({ init, recording: recordCalls() });
  expect((await underWay.run(contextOf('b'), run)).call).toEqual({
    requestId: '1',
    name: 'add',
    resourceUri: undefined,
    parent: contextOf('a'),
    ambient: contextOf('b'),
  });
  expect((await told({ init })).call).toBeUndefined();
});

describe('what fails in the hook', () => {
  const broken = (): never => {
    throw new Error('in the hook');
  };

  test.each<[string, WebOptions]>([
    ['an option that names the target', { target: broken }],
    ['an option that ignores', { ignore: broken }],
    ['an option that tells the address', { address: broken }],
  ])('%s: the request is answered all the same', async (_name, options) => {
    const recording = record();
    const handle: WebHandler = watchWeb(recording, options)(answering);
    const response = await handle(new Request(URL_TEXT, CALL));
    expect(await response.json()).toMatchObject({ result: {} });
    expect(recording.failures).toEqual([{ stage: 'hook', error: new Error('in the hook') }]);
  });

  test('a listener: the request is answered all the same', async () => {
    const recording = record();
    const handle: WebHandler = watchWeb({ ...recording, exchange: broken, streamOpened: broken })(answering);
    expect(await (await handle(new Request(URL_TEXT, CALL))).json()).toMatchObject({ result: {} });
    await expect.poll(() => recording.failures.length).toBe(1);
  });

  test('a clock: the request is answered all the same', async () => {
    const recording = record();
    const handle: WebHandler = watchWeb({ ...recording, now: broken })(answering);
    expect(await (await handle(new Request(URL_TEXT, CALL))).json()).toMatchObject({ result: {} });
    expect(recording.failures.length).toBeGreaterThan(0);
  });
});
