import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ProxySettings } from '../../../../src/exporter/proxy/index.ts';
import { requestText, rpc } from '../../../hooks/node-http/wire.ts';
import type { UpstreamChange } from '../../../../src/exchange/index.ts';
import type { HttpExchange, HttpMessage } from '../../../proxy-bytes/support/http-messages.ts';
import { nobodyAt, proxyFor, upstreamOf } from '../standing.ts';
import {
  answerText,
  CALL,
  countOfNode,
  echo,
  eventChunk,
  inParts,
  LISTEN,
  see,
  silentServer,
  STREAM,
  wireClient,
  wireUpstream,
  type Reply,
  type Seen,
  type WireClient,
  type WireUpstream,
} from './wire.ts';

function post(name: string, fields: Readonly<Record<string, string>> = {}): string {
  return requestText('POST', { 'content-type': 'text/plain', ...fields }, `body of ${name}`, `/${name}`);
}

const ORDINARY: readonly string[] = [
  post('whole'),
  requestText('GET', {}, '', '/get'),
  requestText('DELETE', {}, '', '/delete'),
];

const HALVES = requestText('POST', { 'content-length': '8' }, '', '/halves');
const EXPECTING = requestText('POST', { 'content-length': '4', expect: '100-continue' }, '', '/expecting');

/** Parts of a request, 50 ms apart; and of how many requests. */
type Parts = readonly [string, readonly string[], number];

const UNUSUAL: readonly Parts[] = [
  [
    'chunks',
    [requestText('POST', { 'transfer-encoding': 'chunked' }, '4\r\nfour\r\n0\r\n\r\n', '/chunked')],
    1,
  ],
  ['two at once', [post('one') + post('two')], 2],
  ['a body that comes late', [HALVES, '12345678'], 1],
  ['a body that comes in halves', [`${HALVES}1234`, '5678'], 1],
  ['a head that comes in halves', inParts(post('halves')), 1],
  ['a long body', [requestText('POST', {}, 'x'.repeat(200_000), '/long')], 1],
  ['HEAD', [requestText('HEAD', {}, '', '/head')], 1],
  ['OPTIONS', [requestText('OPTIONS', {}, '', '/options')], 1],
  ['PUT', [requestText('PUT', {}, 'put', '/put')], 1],
];

/** With its answer the connection ends: node does not know whether the client has seen that it may go on. */
const LAST: readonly Parts[] = [
  ['an expectation', [EXPECTING, 'four'], 1],
  ['Connection: close', [post('last', { connection: 'close' })], 1],
  ['HTTP/1.0', [post('old').replace('HTTP/1.1', 'HTTP/1.0')], 1],
];

async function sendParts(client: WireClient, parts: readonly string[], apart: number): Promise<void> {
  for (const [i, part] of parts.entries()) {
    if (i > 0) await delay(apart);
    client.send(part);
  }
}

const saidOf = ({ startLine, body }: HttpMessage): string => `${startLine}|${body.toString('latin1')}`;

/** What the client was answered, what it should have been, and what the upstream was asked. */
function compared(exchanges: readonly HttpExchange[], asked: readonly HttpMessage[]): void {
  const requests = exchanges.map(({ request }) => saidOf(request));
  const http11 = requests.map((said) => said.replace('HTTP/1.0', 'HTTP/1.1'));
  const answers = exchanges.map(({ answer }) => answer?.body.toString('latin1'));
  expect(answers).toEqual(http11.map((said) => (said.startsWith('HEAD ') ? '' : said)));
  // Of those that are sent ahead node passes on several at a time.
  expect(asked.map(saidOf).toSorted()).toEqual(http11.toSorted());
}

describe('a connection on which ordinary requests come', () => {
  it('is never given to node', async () => {
    const upstream = await wireUpstream(echo);
    const { port } = await proxyFor([upstream.url]);
    const client = await wireClient(port);
    const countByNode = countOfNode();
    for (let i = 1; i <= 12; i++) {
      client.send(ORDINARY[i % ORDINARY.length] as string);
      await client.answered(i);
    }
    compared(client.exchanges(), upstream.requests);
    expect(countByNode()).toBe(0);
    expect(upstream.sockets).toHaveLength(1);
  });

  // Where the machine stands still meanwhile, node has it; that is no less right.
  it('is not given to node for a body that comes at once', { retry: 5 }, async () => {
    const upstream = await wireUpstream(echo);
    const { port } = await proxyFor([upstream.url]);
    const client = await wireClient(port);
    const countByNode = countOfNode();
    await sendParts(client, [HALVES, '1234', '5678'], 1);
    await client.answered(1);
    client.send(post('next'));
    compared(await client.answered(2), upstream.requests);
    expect(countByNode()).toBe(0);
  });

  it.each([...UNUSUAL, ...LAST])('and then %s', async (_, parts, count) => {
    const upstream = await wireUpstream(echo);
    const { port } = await proxyFor([upstream.url]);
    const client = await wireClient(port);
    const countByNode = countOfNode();
    for (const [i, ordinary] of ORDINARY.entries()) {
      client.send(ordinary);
      await client.answered(i + 1);
    }
    expect(countByNode()).toBe(0);
    await sendParts(client, parts, 50);
    await client.answered(3 + count);
    compared(client.exchanges(), upstream.requests);
    expect(countByNode()).toBe(count);
  });

  it('and after the first unusual one of all kinds, by turns', async () => {
    const upstream = await wireUpstream(echo);
    const { port } = await proxyFor([upstream.url]);
    const client = await wireClient(port);
    let sent = 0;
    for (const [i, [, parts, count]] of UNUSUAL.entries()) {
      client.send(ORDINARY[i % ORDINARY.length] as string);
      await client.answered(++sent);
      await sendParts(client, parts, 50);
      await client.answered((sent += count));
    }
    await sendParts(client, LAST[0]?.[1] ?? [], 50);
    await client.over;
    compared(client.exchanges(), upstream.requests);
    expect(client.exchanges()).toHaveLength(sent + 1);
  });
});

it('whoever sends more than one request ahead is answered in order, whatever comes back', async () => {
  const upstream = await wireUpstream(async (socket, request) => {
    await delay(50);
    if (request.startLine.includes('odd')) socket.write('HTTP/1.1 103 Early Hints\r\n\r\n');
    echo(socket, request);
  });
  for (const first of ['ordinary', 'odd']) {
    const { port } = await proxyFor([upstream.url]);
    const client = await wireClient(port);
    const asked = upstream.requests.length;
    const long = requestText('POST', {}, 'x'.repeat(300_000), '/long');
    await sendParts(client, [post(first), post('second'), long, post('last')], 10);
    await client.answered(4);
    compared(client.exchanges(), upstream.requests.slice(asked));
  }
});

describe('a request for which there is no connection is told as by node', () => {
  async function bothWays(addresses: readonly URL[], upstream?: WireUpstream): Promise<Seen> {
    const requests = (): readonly HttpMessage[] => upstream?.requests ?? [];
    const settings = { connectTimeout: 150 };
    const whole = await see([CALL], addresses, requests, settings);
    const parted = await see(inParts(CALL), addresses, requests, settings);
    expect(whole).toEqual(parted);
    return whole;
  }

  it('nobody listens', async () => {
    const { answer, exchanges, upstreams } = await bothWays([await nobodyAt(), await nobodyAt()]);
    expect(answer?.startLine).toMatch('HTTP/1.1 503 ');
    expect(answer?.headers).toContain('Retry-After: 5');
    expect(exchanges).toMatchObject([{ status: 503, ending: 'complete' }]);
    expect(upstreams.map(downIn)).toEqual([undefined, 1, 2]);
  });

  it('nobody listens at the first address', async () => {
    const upstream = await wireUpstream(echo);
    const { answer, asked, exchanges, upstreams } = await bothWays(
      [await nobodyAt(), upstream.url],
      upstream,
    );
    expect(answer?.startLine).toMatch('HTTP/1.1 200 ');
    expect(asked).toMatchObject([{ startLine: 'POST /mcp HTTP/1.1', complete: true }]);
    expect(exchanges).toMatchObject([{ status: 200, rpcMethods: ['tools/call'], ending: 'complete' }]);
    expect(upstreams.map(downIn)).toEqual([undefined, 1]);
  });

  it('nobody accepts in time', async () => {
    const { answer, exchanges, upstreams } = await bothWays([await silentServer()]);
    expect(answer?.startLine).toMatch('HTTP/1.1 503 ');
    expect(answer?.headers).toContain('Proxy-Status: mcp-session-exporter; error=connection_timeout');
    expect(exchanges).toMatchObject([{ status: 503, ending: 'complete' }]);
    expect(upstreams).toMatchObject([{}, { error: 'connection_timeout' }]);
  });
});

it('an address that takes connections again is told of', async () => {
  const address = await nobodyAt();
  const { port, upstreams } = await proxyFor([address]);
  const statuses: (string | undefined)[] = [];
  for (const isThere of [false, true]) {
    if (isThere) await upstreamOf((_request, response) => response.end('ok'), Number(address.port));
    const client = await wireClient(port);
    client.send(CALL);
    const [exchange] = await client.answered(1);
    statuses.push(exchange?.answer?.startLine);
  }
  expect(statuses).toEqual(['HTTP/1.1 503 Service Unavailable', 'HTTP/1.1 200 OK']);
  expect(upstreams.map(({ addresses }) => addresses.up)).toEqual([1, 0, 1]);
});

/** How many addresses were down, when one of them failed. */
function downIn(change: unknown): number | undefined {
  const { error, addresses } = change as UpstreamChange;
  return error && addresses.down;
}

describe('a request that is answered is told as by node', () => {
  it.each<readonly [string, string, string]>([
    [
      'a call',
      CALL,
      answerText('{"jsonrpc":"2.0","id":1,"result":{}}', 'Content-Type: application/json\r\n'),
    ],
    ['a stream', LISTEN, `${STREAM}${eventChunk('1')}0\r\n\r\n`],
    ['nothing', requestText('DELETE', { 'mcp-session-id': 'a-session' }), 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['a refusal', CALL, answerText('gone', 'Retry-After: 1\r\n', '404 Not Found')],
  ])('%s', async (_, request, answer) => {
    const upstream = await wireUpstream((socket) => void socket.write(answer));
    const seen = async (parts: readonly string[]): Promise<Seen> =>
      see(parts, [upstream.url], () => upstream.requests);
    const [whole, parted] = [await seen([request]), await seen(inParts(request))];
    expect(whole).toEqual(parted);
    expect(whole.exchanges).toMatchObject([{ ending: 'complete' }]);
  });
});

it('a session stays where it began, whichever way its requests go', async () => {
  const begin = answerText('{}', 'Mcp-Session-Id: a-session\r\n');
  const reply: Reply = (socket, { body }) =>
    socket.write(body.includes('initialize') ? begin : answerText('ok'));
  const upstreams = [await wireUpstream(reply), await wireUpstream(reply)];
  const { port } = await proxyFor(upstreams.map(({ url }) => url));
  const parts = [
    [requestText('POST', {}, rpc('initialize'))],
    [CALL],
    inParts(CALL),
    [LISTEN],
    inParts(LISTEN),
  ];
  for (const sent of parts) {
    const client = await wireClient(port);
    await sendParts(client, sent, 50);
    await client.answered(1);
  }
  expect(upstreams.map(({ requests }) => requests.length)).toEqual([5, 0]);
});

describe('a request that is refused is told as by node', () => {
  it.each<readonly [string, string, number, Partial<ProxySettings>]>([
    [
      'for the name that it asks for',
      requestText('GET', { host: 'evil.example' }),
      421,
      { hostHeader: 'upstream' },
    ],
    ['for its address', LISTEN.replace('/mcp', '/other'), 421, { upstreams: [] }],
    ['for its protocol', requestText('GET', { upgrade: 'websocket', connection: 'upgrade' }), 501, {}],
  ])('%s', async (_, request, status, settings) => {
    const upstream = await wireUpstream(echo);
    const seen = async (parts: readonly string[]): Promise<Seen> =>
      see(parts, [upstream.url], () => upstream.requests, settings);
    const [whole, parted] = [await seen([request]), await seen(inParts(request))];
    expect(whole).toEqual(parted);
    expect(whole.answer?.startLine).toMatch(`HTTP/1.1 ${status} `);
    expect(whole.refusals).toHaveLength(1);
    expect(whole.asked).toHaveLength(0);
  });
});
