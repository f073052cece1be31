import { describe, expect, test } from 'vitest';
import { ANONYMOUS, type Exchange } from '../../../src/exchange/index.ts';
import { watchFetch, type FetchOptions } from '../../../src/hooks/fetch/index.ts';
import { record, type Recording } from '../node-http/recording.ts';
import { rpc } from '../node-http/wire.ts';
import { CALL } from './untouched.ts';

const URL_TEXT = 'https://tools.example:8443/mcp';

interface Sent {
  readonly init?: RequestInit;
  readonly url?: string;
  readonly answer?: () => Response;
  readonly options?: FetchOptions;
  readonly recording?: Recording;
}

/** The exchange that is told when a request is sent and its answer read. */
async function told({ init = CALL, url = URL_TEXT, answer, options, recording }: Sent): Promise<Exchange> {
  const heard = recording ?? record();
  const before = heard.exchanges.length;
  const next = (): Promise<Response> => Promise.resolve(answer?.() ?? new Response('{}'));
  const response = await watchFetch(heard, options)(next)(url, init);
  await response.text();
  return (await heard.until(before + 1))[before] as Exchange;
}

function posting(method: string, headers: Record<string, string> = {}, params: unknown = {}): RequestInit {
  return { method: 'POST', headers: { ...CALL.headers, ...headers }, body: rpc(method, params) };
}

const HANDSHAKE = posting(
  'initialize',
  {},
  {
    protocolVersion: '2025-06-18',
    clientInfo: { name: 'claude-code', version: '1' },
  },
);

describe('the request', () => {
  test('its methods, from text, from bytes, and from a batch', async () => {
    const bytes = new TextEncoder().encode(rpc('tools/list'));
    const batch = `[${rpc('ping')},${rpc('tools/call')}]`;
    expect((await told({ init: posting('resources/read') })).rpcMethods).toEqual(['resources/read']);
    expect((await told({ init: { ...CALL, body: bytes } })).rpcMethods).toEqual(['tools/list']);
    expect((await told({ init: { ...CALL, body: batch } })).rpcMethods).toEqual(['ping', 'tools/call']);
  });

  test('no methods from a stream, which the server is to read', async () => {
    const body = new Blob([rpc('tools/list')]).stream();
    const init = { ...CALL, body, duplex: 'half' } as RequestInit;
    expect((await told({ init })).rpcMethods).toEqual([]);
    expect(body.locked).toBe(false);
  });

  test('its method and era, from the headers of revision 2026-07-28', async () => {
    const headers = { 'mcp-method': 'tools/call', 'mcp-protocol-version': '2026-07-28' };
    expect(await told({ init: posting('tools/list', headers) })).toMatchObject({
      rpcMethods: ['tools/call'],
      era: 'sessionless',
      protocolVersion: '2026-07-28',
    });
  });

  test('its session, its revision and what it resumes', async () => {
    const recording = record();
    const headers = new Headers({
      'Mcp-Session-Id': 'one',
      'MCP-Protocol-Version': '2025-11-25',
      'Last-Event-ID': '7',
    });
    expect(await told({ init: { headers }, recording })).toMatchObject({
      vantage: 'client',
      httpMethod: 'GET',
      sessionSent: recording.references.of('one'),
      sessionGiven: undefined,
      sessionOdd: false,
      protocolVersion: '2025-11-25',
      resumes: true,
    });
  });

  test('an id that is none', async () => {
    expect(await told({ init: posting('ping', { 'mcp-session-id': 'undefined' }) })).toMatchObject({
      sessionOdd: true,
    });
  });

  test('as it was when it was sent, whatever becomes of it', async () => {
    const headers = new Headers({ ...CALL.headers, 'mcp-session-id': 'one' });
    const recording = record();
    const exchange = told({ init: { ...CALL, headers }, recording });
    headers.set('mcp-session-id', 'two');
    expect((await exchange).sessionSent).toBe(recording.references.of('one'));
  });
});

describe('the answer', () => {
  test('the session given, and the revision that was settled on', async () => {
    const recording = record();
    const result = { protocolVersion: '2025-03-26', capabilities: {} };
    const answer = () =>
      Response.json({ jsonrpc: '2.0', id: 1, result }, { headers: { 'mcp-session-id': 'given' } });
    expect(await told({ init: HANDSHAKE, answer, recording })).toMatchObject({
      sessionGiven: recording.references.of('given'),
      protocolVersion: '2025-03-26',
      status: 200,
      bodyClass: 'none',
      stream: undefined,
    });
  });

  test('an error, by its first words', async () => {
    const error = '{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}';
    const answer = () => new Response(error, { status: 404, headers: { 'retry-after': '1' } });
    expect(await told({ answer })).toMatchObject({
      status: 404,
      bodyClass: 'session-dead',
      errorUnaddressed: true,
      retryAfter: true,
      challenged: false,
    });
  });

  test('a challenge', async () => {
    const answer = () => new Response('no', { status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(await told({ answer })).toMatchObject({ status: 401, challenged: true });
  });

  test('words beyond the first 4 KiB are not read', async () => {
    const answer = () => new Response(`${' '.repeat(4096)}Session not found`, { status: 404 });
    expect((await told({ answer })).bodyClass).toBe('other');
  });

  test('a stream: when it opened, and what its events carried', async () => {
    const recording = record();
    const events = ': hello\n\nid: 1\nretry: 500\ndata:\n\nid: 2\ndata: {"a":1}\n\n';
    const answer = () =>
      new Response(events, { headers: { 'content-type': 'text/event-stream; charset=x' } });
    const exchange = await told({ init: { headers: { 'mcp-session-id': 'one' } }, answer, recording });
    expect(exchange.stream).toMatchObject({
      kind: 'get',
      carriedData: true,
      retryHint: true,
      eventIds: true,
    });
    expect(exchange.stream?.openedAt).toBeGreaterThanOrEqual(exchange.startedAt);
    expect(exchange.stream?.lastWriteAt).toBeLessThanOrEqual(exchange.endedAt);
    expect(recording.streams).toEqual([
      {
        vantage: 'client',
        target: 'tools.example:8443',
        kind: 'get',
        session: exchange.sessionSent,
        at: exchange.stream?.openedAt,
      },
    ]);
  });

  test('that is read late: told by its head, and once', async () => {
    const recording = record();
    const send = watchFetch(recording)(() => Promise.resolve(new Response('{}', { status: 202 })));
    const late = await send(URL_TEXT, CALL);
    expect(await recording.first()).toMatchObject({ status: 202, ending: 'complete', bodyClass: 'none' });
    expect(await late.text()).toBe('{}');
    await told({ recording });
    expect(recording.exchanges).toHaveLength(2);
  });

  test('that never came', async () => {
    const recording = record();
    const send = watchFetch(recording)(() => Promise.reject(new TypeError('fetch failed')));
    await expect(send(URL_TEXT, CALL)).rejects.toThrow('fetch failed');
    expect(await recording.first()).toMatchObject({ status: 0, ending: 'reset', stream: undefined });
  });
});

describe('who speaks', () => {
  test('is the process, one client at each server', async () => {
    const recording = record();
    const one = await told({ recording });
    const same = await told({
      recording,
      url: `${URL_TEXT}?x`,
      init: posting('ping', { authorization: 'a' }),
    });
    const elsewhere = await told({ recording, url: 'https://other.example/mcp' });
    expect(same.client).toBe(one.client);
    expect(elsewhere.client).not.toBe(one.client);
  });

  test('is whom the program names', async () => {
    const recording = record();
    const named = (client: FetchOptions['client']) => told({ recording, options: { client: client ?? '' } });
    const [anna, ben] = [await named('anna'), await named(() => 'ben')];
    expect(anna.client).not.toBe(ben.client);
    expect((await named(() => 'anna')).client).toBe(anna.client);
  });

  test('has a credential or none', async () => {
    const recording = record();
    expect((await told({ recording })).principal).toBe(ANONYMOUS);
    const { principal } = await told({ recording, init: posting('ping', { authorization: 'Bearer a' }) });
    expect(principal).toBe(recording.references.of('principal Bearer a'));
  });

  test('is of the family that the handshake names, or else the User-Agent', async () => {
    expect((await told({ init: HANDSHAKE })).family).toBe('claude-code');
    expect((await told({ init: posting('ping', { 'user-agent': 'cursor/1' }) })).family).toBe('cursor');
    expect((await told({ init: posting('ping') })).family).toBe('sdk-typescript');
  });
});

describe('what is watched', () => {
  test('is counted under the host, or the name it is given', async () => {
    expect((await told({})).target).toBe('tools.example:8443');
    expect((await told({ options: { target: 'tools' } })).target).toBe('tools');
    expect((await told({ options: { target: ({ pathname }) => pathname } })).target).toBe('/mcp');
  });

  test('is on the paths that are named', async () => {
    const recording = record();
    const options = { paths: ['/rpc'] };
    const send = watchFetch(recording, options)(() => Promise.resolve(new Response('{}')));
    await (await send(URL_TEXT, CALL)).text();
    await told({ recording, options, url: 'https://tools.example/rpc?x=1', init: {} });
    expect(recording.exchanges).toHaveLength(1);
  });
});
