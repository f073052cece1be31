import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRequest, type OrdinaryRequest } from '../../../../src/exporter/proxy/fast-path/request.ts';
import { bytes } from './support/near-misses.ts';
import { createNodeServer, type NodeRequest } from './support/read-by-node.ts';
import { ORDINARY_PARTS, printed, REQUESTS } from './support/requests.ts';

const socket = new Socket();

function read(text: string): OrdinaryRequest | 'incomplete' | undefined {
  return readRequest(Buffer.from(text, 'latin1'), socket);
}

/** In the words of node. */
function inFull({ method, url, httpVersion, rawHeaders, headers, body }: OrdinaryRequest): NodeRequest {
  const whole = { body: body?.toString('latin1') ?? '', trailers: [], isWhole: true };
  return { method, url, httpVersion, rawHeaders, headers: { ...headers }, ...whole };
}

/** Comes behind: node reads it just as it is if nothing was left over before it, and nothing amiss. */
const NEXT = 'GET /next HTTP/1.1\r\nHost: next\r\n\r\n';

describe('what the fast path takes for an ordinary request', () => {
  it('node reads in the same way, to its last byte, and goes on behind it', async () => {
    const readByNode = createNodeServer();
    const next = inFull(read(NEXT) as OrdinaryRequest);
    const counted = { ordinary: 0, incomplete: 0, 'left to node': 0 };
    const requests = fc.oneof({ weight: 9, arbitrary: REQUESTS }, ORDINARY_PARTS.map(printed));
    await fc.assert(
      fc.asyncProperty(requests, async (text) => {
        const request = read(text);
        if (request === undefined) return void counted['left to node']++;
        if (request === 'incomplete') {
          counted.incomplete++;
          const byNode = await readByNode(text);
          // Node has its head, and waits for its body as well.
          expect(byNode.refusal).toBeUndefined();
          expect(byNode.requests.map(({ isWhole }) => isWhole)).toEqual([false]);
          return;
        }
        counted.ordinary++;
        const expected = { requests: [inFull(request), next], refusal: undefined };
        expect(await readByNode(text + NEXT)).toEqual(expected);
      }),
      { numRuns: 8000 },
    );
    // Else there was little to compare.
    expect(counted.ordinary).toBeGreaterThan(800);
    expect(counted['left to node']).toBeGreaterThan(800);
    expect(counted.incomplete).toBeGreaterThan(20);
  });

  it('is any with nothing odd about it', () => {
    fc.assert(
      fc.property(ORDINARY_PARTS, (parts) => {
        const { method, target: url, fields, body } = parts;
        expect(inFull(read(printed(parts)) as OrdinaryRequest)).toMatchObject({
          method,
          url,
          rawHeaders: fields.flat(),
          body,
        });
      }),
      { numRuns: 1500 },
    );
  });

  it('is all there with its last byte: no sooner, and with no byte behind it', () => {
    fc.assert(
      fc.property(ORDINARY_PARTS, fc.nat(), bytes(10), (parts, place, behind) => {
        const text = printed(parts);
        const begun = text.slice(0, place % text.length);
        expect(read(begun)).toBe(begun.includes('\r\n\r\n') ? 'incomplete' : undefined);
        if (behind !== '') expect(read(text + behind)).toBeUndefined();
        expect(read(text + text)).toBeUndefined();
      }),
      { numRuns: 1500 },
    );
  });

  it('is none with a head beyond 16 KiB', async () => {
    const readByNode = createNodeServer();
    for (const length of [16_383, 16_384, 16_385, 20_000, 100_000]) {
      const [before, behind] = ['GET / HTTP/1.1\r\nHost: a\r\nX-Long: ', '\r\n\r\n'];
      const text = before + 'a'.repeat(length - before.length - behind.length) + behind;
      const request = read(text);
      expect(typeof request).toBe(length <= 16_384 ? 'object' : 'undefined');
      if (request !== undefined) expect((await readByNode(text)).requests).toHaveLength(1);
    }
  });

  it('is found without ever throwing, whatever comes', () => {
    const anything = fc.oneof(
      bytes(200),
      fc.tuple(REQUESTS, bytes(100)).map((texts) => texts.join('')),
    );
    fc.assert(
      fc.property(anything, (text) => {
        expect(() => read(text)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});

const CHUNKS = '5\r\nhello\r\n0\r\n\r\n';

function post(fields: readonly string[], body: string): string {
  return `POST /mcp HTTP/1.1\r\nHost: a\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n${body}`;
}

const length = (said: string): string => post([`Content-Length: ${said}`], 'hello');
const coding = (said: string): string => post(['Content-Length: 15', said], CHUNKS);

describe('left to node is a request', () => {
  it.each([
    ['with a length, then chunks', post(['Content-Length: 15', 'Transfer-Encoding: chunked'], CHUNKS)],
    ['with chunks, then a length', post(['Transfer-Encoding: chunked', 'Content-Length: 15'], CHUNKS)],
    ['in chunks', post(['Transfer-Encoding: chunked'], CHUNKS)],
    ['with a coding that looks like chunked', coding('Transfer-Encoding: xchunked')],
    ['with chunked behind a tab', coding('Transfer-Encoding:\tchunked')],
    ['with chunked behind a control', coding('Transfer-Encoding: \x0bchunked')],
    ['with chunked in quotes', coding('Transfer-Encoding: "chunked"')],
    ['with chunked in a folded line', coding('Transfer-Encoding:\r\n chunked')],
    ['with chunked and another coding', coding('Transfer-Encoding: chunked, identity')],
    ['with a coding of no name', coding('Transfer-Encoding:')],
    ['with a blank before the colon', coding('Transfer-Encoding : chunked')],
    ['with a blank before the name', coding(' Transfer-Encoding: chunked')],
    ['with a coding hidden behind CR', coding('X: a\rTransfer-Encoding: chunked')],
    ['with a coding hidden behind LF', coding('X: a\nTransfer-Encoding: chunked')],
    ['with two codings', coding('Transfer-Encoding: identity\r\nTransfer-Encoding: chunked')],
    ['with two lengths', post(['Content-Length: 5', 'Content-Length: 5'], 'hello')],
    ['with two lengths that differ', post(['Content-Length: 5', 'content-length: 0'], 'hello')],
    ['with lengths in a list', length('5, 5')],
    ['with a sign', length('+5')],
    ['with a minus', length('-5')],
    ['with a leading zero', length('05')],
    ['with a length in hexadecimal', length('0x5')],
    ['with a length in another notation', length('5e0')],
    ['with a length beyond what a number holds', length('18446744073709551621')],
    ['with an empty length', post(['Content-Length: '], '')],
    ['that posts without a length', post([], '')],
    ['that gets with a length', 'GET /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello'],
    ['that gets with a body of nothing', 'GET /mcp HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'],
    ['that waits for leave', post(['Content-Length: 5', 'Expect: 100-continue'], 'hello')],
    ['that asks for another protocol', post(['Content-Length: 5', 'Upgrade: h2c'], 'hello')],
    ['that will close its connection', post(['Content-Length: 5', 'Connection: close'], 'hello')],
    ['that will close it for a proxy', post(['Content-Length: 5', 'Proxy-Connection: close'], 'hello')],
    ['that lists fields', post(['Content-Length: 5', 'Connection: Mcp-Session-Id'], 'hello')],
    ['that announces trailers', post(['Content-Length: 5', 'Trailer: X-Sum'], 'hello')],
    ['with a field twice', post(['Content-Length: 5', 'X-Same: a', 'x-same: b'], 'hello')],
    ['with a field that every object has', post(['Content-Length: 5', '__proto__: a'], 'hello')],
    ['with two Host', post(['Content-Length: 5', 'Host: b'], 'hello')],
    ['without Host', 'GET / HTTP/1.1\r\n\r\n'],
    ['with a list of hosts', 'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n'],
    ['of HTTP/1.0', 'GET / HTTP/1.0\r\nHost: a\r\n\r\n'],
    ['of a protocol in small letters', 'GET / http/1.1\r\nHost: a\r\n\r\n'],
    ['with a whole address', 'GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['with a fragment', 'GET /#a HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['with a tab in its first line', 'GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['with an empty line before it', '\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['whose lines end with LF', 'GET / HTTP/1.1\nHost: a\n\n'],
    ['whose first line ends with LF', 'GET / HTTP/1.1\nHost: a\r\n\r\n'],
    ['whose head ends with LF', 'GET / HTTP/1.1\r\nHost: a\r\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['with NUL', 'GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n'],
    ['behind another', NEXT + NEXT],
  ])('%s', (_, text) => {
    expect(read(text)).toBeUndefined();
  });
});
