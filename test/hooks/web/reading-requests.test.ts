import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { ANONYMOUS, type Exchange } from '../../../src/exchange/index.ts';
import { watchWeb, type WebHandler, type WebOptions } from '../../../src/hooks/web/index.ts';
import { CALL } from '../fetch/untouched.ts';
import { record } from '../node-http/recording.ts';
import { rpc } from '../node-http/wire.ts';
import { contextOf, recordCalls, underWay } from '../wanting-calls.ts';
import { answering, posting, told, URL_TEXT } from './reading.ts';

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
