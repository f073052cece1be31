import { describe, expect, it, onTestFinished } from 'vitest';
import { createProxy } from '../../src/exporter/proxy/index.ts';
import { createObserver } from '../../src/observer.ts';
import { exchangeBytes, statusesIn } from './support/raw.ts';
import { GOOD, startRawUpstream, type RawUpstream } from './support/raw-upstream.ts';

interface Attacked {
  /** What the client got. */
  readonly answer: string;
  /** What the server behind the proxy got. */
  readonly heard: string;
}

interface Standing {
  readonly port: number;
  readonly upstream: RawUpstream;
}

async function proxied(answer: string = GOOD): Promise<Standing> {
  const upstream = await startRawUpstream(answer);
  const settings = { upstreams: [{ name: 'behind', addresses: [new URL(upstream.url)] }], port: 0 };
  const proxy = createProxy(createObserver({ vantages: ['proxy'], targets: ['behind'] }), settings);
  const url = await proxy.listen();
  onTestFinished(async () => {
    await proxy.close();
    await upstream.close();
  });
  return { port: Number(new URL(url).port), upstream };
}

/** Sends bytes to a proxy, then some that would be a request if the server behind read them as one. */
async function attack(lines: readonly string[], body = ''): Promise<Attacked> {
  const { port, upstream } = await proxied();
  const answer = await exchangeBytes(port, `${lines.join('\r\n')}\r\n\r\n${body}${SMUGGLED}`);
  return { answer, heard: upstream.heard() };
}

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n';
const POST = 'POST /mcp HTTP/1.1';
const HOST = 'Host: 127.0.0.1';
const HELLO = '5\r\nhello\r\n0\r\n\r\n';

/** Heads that two readers may understand in two ways: all are refused, and nothing goes on. */
const REFUSED: Readonly<Record<string, readonly [lines: readonly string[], body?: string]>> = {
  'a length beside chunks': [[POST, HOST, 'Content-Length: 6', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
  'chunks beside a length': [[POST, HOST, 'Transfer-Encoding: chunked', 'Content-Length: 6'], '0\r\n\r\n'],
  'two lengths': [[POST, HOST, 'Content-Length: 5', 'Content-Length: 6'], 'hello'],
  'the same length twice': [[POST, HOST, 'Content-Length: 5', 'Content-Length: 5'], 'hello'],
  'a list of lengths': [[POST, HOST, 'Content-Length: 5, 5'], 'hello'],
  'a length with a sign': [[POST, HOST, 'Content-Length: +5'], 'hello'],
  'a negative length': [[POST, HOST, 'Content-Length: -5'], 'hello'],
  'a hexadecimal length': [[POST, HOST, 'Content-Length: 0x5'], 'hello'],
  'a length that no number holds': [[POST, HOST, `Content-Length: ${'9'.repeat(30)}`], 'hello'],
  'an empty length': [[POST, HOST, 'Content-Length:'], ''],
  'a coding that is not known': [[POST, HOST, 'Transfer-Encoding: xchunked'], HELLO],
  'a coding after chunks': [[POST, HOST, 'Transfer-Encoding: chunked, identity'], HELLO],
  'a coding before chunks': [[POST, HOST, 'Transfer-Encoding: gzip, chunked'], HELLO],
  'two codings in two fields': [
    [POST, HOST, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
    HELLO,
  ],
  'a coding in quotes': [[POST, HOST, 'Transfer-Encoding: "chunked"'], HELLO],
  'a vertical tab after the coding': [[POST, HOST, 'Transfer-Encoding: chunked\v'], HELLO],
  'a blank before the colon': [[POST, HOST, 'Transfer-Encoding : chunked'], HELLO],
  'a blank before the colon of the length': [[POST, HOST, 'Content-Length : 5'], 'hello'],
  'a tab in the name of a field': [[POST, HOST, 'Transfer\tEncoding: chunked'], HELLO],
  'a field on two lines': [[POST, HOST, 'Transfer-Encoding:', ' chunked'], HELLO],
  'chunks in HTTP/1.0': [['POST /mcp HTTP/1.0', HOST, 'Transfer-Encoding: chunked'], HELLO],
  'a bare line feed between fields': [[POST, `${HOST}\nTransfer-Encoding: chunked`], HELLO],
  'a bare line feed in a value': [[POST, HOST, 'X: a\nContent-Length: 5'], 'hello'],
  'a bare carriage return in a value': [[POST, HOST, 'X: a\rContent-Length: 5'], 'hello'],
  'a null in a value': [[POST, HOST, 'X: a\0b', 'Content-Length: 5'], 'hello'],
  'a field without a name': [[POST, HOST, ': value', 'Content-Length: 5'], 'hello'],
  'a line that is no field': [[POST, HOST, 'novalue', 'Content-Length: 5'], 'hello'],
  'no host': [[POST, 'Content-Length: 5'], 'hello'],
  'two hosts': [[POST, HOST, 'Host: elsewhere', 'Content-Length: 5'], 'hello'],
  'a target with a host of its own': [['GET http://elsewhere/mcp HTTP/1.1', HOST]],
  'a target that is a host': [['GET elsewhere:80 HTTP/1.1', HOST]],
  'a blank in the target': [['GET /mcp /other HTTP/1.1', HOST]],
  'a version of its own': [['GET /mcp HTTP/1.9', HOST]],
  'the preface of HTTP/2': [['PRI * HTTP/2.0', '', 'SM']],
  'a tunnel': [['CONNECT elsewhere:443 HTTP/1.1', HOST]],
  'a websocket': [['GET /mcp HTTP/1.1', HOST, 'Connection: Upgrade', 'Upgrade: websocket']],
  'a head of 20 KiB': [[POST, HOST, `X: ${'a'.repeat(20_000)}`, 'Content-Length: 5'], 'hello'],
  'a head of many fields': [[POST, HOST, ...Array.from({ length: 5000 }, (_, i) => `X-${i}: 1`)], ''],
};

describe('a request that two readers may understand in two ways', () => {
  it.each(Object.entries(REFUSED))('is refused: %s', async (_name, [lines, body]) => {
    const { answer, heard } = await attack(lines, body);
    const [status, ...others] = statusesIn(answer);
    expect(others, answer).toEqual([]);
    // Of a tunnel there is no answer: the connection is closed.
    if (!lines[0]?.startsWith('CONNECT')) expect([400, 421, 431, 501], answer).toContain(status);
    expect(heard).toBe('');
  });
});

/** Bodies that break off into something else: their heads may have gone on, but never an end of theirs. */
const BROKEN: Readonly<Record<string, string>> = {
  'a size that is no number': `zz\r\nhello\r\n0\r\n\r\n`,
  'a size with a sign': `-5\r\nhello\r\n0\r\n\r\n`,
  'a size with 0x': `0x5\r\nhello\r\n0\r\n\r\n`,
  'a size that no number holds': `ffffffffffffffff1\r\nhello\r\n0\r\n\r\n`,
  'a size too small for its chunk': `3\r\nhello\r\n0\r\n\r\n`,
  'a chunk that ends with a bare line feed': `5\r\nhello\n0\r\n\r\n`,
  'a size that ends with a bare line feed': `5\nhello\r\n0\r\n\r\n`,
  'an extension that ends with a bare line feed': `5;a=b\nhello\r\n0\r\n\r\n`,
  'a carriage return in an extension': `5;a=\rb\r\nhello\r\n0\r\n\r\n`,
  'extensions of 20 KiB': `5;a=${'b'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`,
  'a length in a trailer': `5\r\nhello\r\n0\r\nContent-Length: 100\r\n\r\n`,
  'a trailer that is no field': `5\r\nhello\r\n0\r\nGET / HTTP/1.1\r\n\r\n`,
};

describe('a chunked body that is broken', () => {
  it.each(Object.entries(BROKEN))('is not brought to an end: %s', async (_name, body) => {
    const { answer, heard } = await attack([POST, HOST, 'Transfer-Encoding: chunked'], body);
    expect(heard).not.toContain('0\r\n\r\n');
    expect(heard).not.toContain('smuggled');
    expect(statusesIn(answer).filter((status) => status === 200).length, answer).toBeLessThanOrEqual(1);
  });
});

describe('what is well-formed', () => {
  /** Sends one whole request, and answers what came of it on both sides. */
  async function pass(lines: readonly string[], body = ''): Promise<Attacked> {
    const { port, upstream } = await proxied();
    const request = `${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`;
    const answer = await exchangeBytes(port, request);
    return { answer, heard: upstream.heard() };
  }

  it('passes with the length that it came with', async () => {
    const { answer, heard } = await pass([POST, HOST, 'Content-Length: 5'], 'hello');
    expect(statusesIn(answer)).toEqual([200]);
    expect(heard).toMatch(/^POST \/mcp HTTP\/1\.1\r\n/);
    expect(heard).toMatch(/\r\n\r\nhello$/);
    expect(heard.match(/^Content-Length: 5\r$/gim)).toHaveLength(1);
  });

  it('loses the extensions of its chunks, and what a trailer may not say', async () => {
    const body = '5;name=value\r\nhello\r\n0\r\nHost: elsewhere\r\nX-Sum: 1\r\n\r\n';
    const lines = [POST, HOST, 'Transfer-Encoding: chunked', 'Trailer: X-Sum'];
    const { answer, heard } = await pass(lines, body);
    expect(statusesIn(answer)).toEqual([200]);
    expect(heard).toContain('5\r\nhello\r\n');
    expect(heard).not.toContain('name=value');
    expect(heard).not.toContain('elsewhere');
  });

  it('keeps its length though Connection names it', async () => {
    const request = [POST, HOST, 'Content-Length: 5', 'Connection: close, Content-Length, Host'];
    const { port, upstream } = await proxied();
    await exchangeBytes(port, `${request.join('\r\n')}\r\n\r\nhello`);
    expect(upstream.heard()).toMatch(/^Content-Length: 5\r$/im);
    expect(upstream.heard()).toMatch(/^Host: /im);
  });

  it('is not upgraded to something that is not watched', async () => {
    const { heard } = await pass([
      'GET /mcp HTTP/1.1',
      HOST,
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
    ]);
    expect(heard).not.toMatch(/^Upgrade:/im);
  });

  it('is answered in its turn when several come at once', async () => {
    const { port, upstream } = await proxied();
    const one = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\n${HOST}\r\n${more}\r\n`;
    const answer = await exchangeBytes(port, one('/mcp') + one('/mcp/two', 'Connection: close\r\n'));
    expect(statusesIn(answer)).toEqual([200, 200]);
    expect(upstream.heard().match(/^GET /gm)).toHaveLength(2);
  });
});

/** Answers of a server that is hostile, or broken. */
const ANSWERS: Readonly<Record<string, string>> = {
  'a length beside chunks':
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
  'a bare line feed': 'HTTP/1.1 200 OK\r\nX: a\nContent-Length: 5\r\n\r\nhello',
  'a null in a value': 'HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 5\r\n\r\nhello',
  'a status that is no number': 'HTTP/1.1 abc OK\r\nContent-Length: 5\r\n\r\nhello',
  'no HTTP at all': 'SSH-2.0-OpenSSH_9.2\r\n\r\n',
  'a head of 80 KiB': `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(80_000)}\r\nContent-Length: 5\r\n\r\nhello`,
};

describe('an answer that two readers may understand in two ways', () => {
  it.each(Object.entries(ANSWERS))('is not passed on: %s', async (_name, raw) => {
    const { port } = await proxied(raw);
    const answer = await exchangeBytes(port, `GET /mcp HTTP/1.1\r\n${HOST}\r\nConnection: close\r\n\r\n`);
    expect(statusesIn(answer), answer).toEqual([502]);
    expect(answer).not.toContain('hello');
  });
});
