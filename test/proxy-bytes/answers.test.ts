import { gzipSync, brotliCompressSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { endToEnd, type EndToEnd } from './support/end-to-end.ts';
import { exchangesIn, valueOf } from './support/http-messages.ts';
import { proxyTo } from './support/proxies.ts';
import { exchangeRaw, rawServer, type RawServer } from './support/raw-peers.ts';

async function serverThatAnswers(answer: string | Buffer): Promise<RawServer> {
  const server = await rawServer(answer);
  onTestFinished(() => server.close());
  return server;
}

const withBody = (head: string, body: Buffer): Buffer => Buffer.concat([Buffer.from(head, 'latin1'), body]);
const lines = (...all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('');

const JSON_BODY = '{"jsonrpc":"2.0",  "id":1,"result":{ }}\n';
const PACKED = gzipSync(JSON_BODY.repeat(50));
const SQUEEZED = brotliCompressSync(JSON_BODY.repeat(50));

/** Answers as servers write them, and some as only strange ones do. */
const ANSWERS: Readonly<Record<string, string | Buffer>> = {
  'JSON with a length': `${lines('HTTP/1.1 200 OK', 'Content-Type: application/json', `Content-Length: ${JSON_BODY.length}`, 'Mcp-Session-Id: s1', '')}${JSON_BODY}`,
  'names of headers in any case, in their order': `${lines('HTTP/1.1 200 OK', 'zULU: 1', 'MCP-SESSION-ID: s1', 'aLPHA: 2', 'content-LENGTH: 2', 'Content-Type: text/plain', '')}ok`,
  'a header that stands twice': `${lines('HTTP/1.1 200 OK', 'Set-Cookie: a=1', 'X-Two: 1', 'set-cookie: b=2', 'X-Two: 2', 'Content-Length: 2', '')}ok`,
  'a date of its own': `${lines('HTTP/1.1 200 OK', 'Date: Thu, 01 Jan 2015 00:00:00 GMT', 'Server: strange/1.0', 'Content-Length: 2', '')}ok`,
  'no date': `${lines('HTTP/1.1 200 OK', 'Content-Length: 2', '')}ok`,
  'a reason phrase of its own': `${lines('HTTP/1.1 404 No Such Session', 'Content-Length: 2', '')}ok`,
  'no reason phrase': `${lines('HTTP/1.1 200 ', 'Content-Length: 2', '')}ok`,
  'a status nobody knows': `${lines('HTTP/1.1 499 Whatever', 'Content-Length: 2', '')}ok`,
  'an empty body with a length': lines('HTTP/1.1 200 OK', 'Content-Length: 0', ''),
  'a value in Latin-1': withBody(
    lines('HTTP/1.1 200 OK', 'X-Name: caf\u00e9', 'Content-Length: 2', ''),
    Buffer.from('ok'),
  ),
  '202 without a body': lines('HTTP/1.1 202 Accepted', 'Content-Length: 0', ''),
  '204': lines('HTTP/1.1 204 No Content', 'X-After: 1', ''),
  '304': lines('HTTP/1.1 304 Not Modified', 'ETag: "x"', 'Content-Length: 1234', ''),
  'a redirect, which is not followed': lines(
    'HTTP/1.1 307 Temporary Redirect',
    'Location: /elsewhere',
    'Content-Length: 0',
    '',
  ),
  gzip: withBody(
    lines('HTTP/1.1 200 OK', 'Content-Encoding: gzip', `Content-Length: ${PACKED.length}`, ''),
    PACKED,
  ),
  brotli: withBody(
    lines('HTTP/1.1 200 OK', 'Content-Encoding: br', `Content-Length: ${SQUEEZED.length}`, ''),
    SQUEEZED,
  ),
  chunks: lines(
    'HTTP/1.1 200 OK',
    'Content-Type: text/event-stream',
    'Transfer-Encoding: chunked',
    '',
    '9',
    'data: 1\n\n',
    '9',
    'data: 2\n\n',
    '0',
    '',
  ),
  'chunks with an empty body': lines('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked', '', '0', ''),
  'chunks with trailers': lines(
    'HTTP/1.1 200 OK',
    'Trailer: X-Sum, x-other',
    'Transfer-Encoding: chunked',
    '',
    '2',
    'ok',
    '0',
    'X-Sum: abc',
    'x-other: 2',
    '',
  ),
  'an announced challenge': lines(
    'HTTP/1.1 401 Unauthorized',
    'WWW-Authenticate: Bearer resource_metadata="https://a.example/x", scope="a b"',
    'Content-Length: 0',
    '',
  ),
};

const REQUEST = lines('POST /mcp HTTP/1.1', 'Host: localhost', 'Content-Length: 2', '') + '{}';

/** Whoever passes an answer on adds the time of its receipt, where the sender had no clock (RFC 9110, 6.6.1). */
function dated(answer: EndToEnd): EndToEnd {
  if (valueOf(answer.headers, 'date') !== undefined) return answer;
  const date = expect.stringMatching(/^Date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/) as string;
  return { ...answer, headers: [...answer.headers, date] };
}

describe('an answer comes as it was sent', () => {
  test.each(Object.entries(ANSWERS))('%s', async (_name, answer) => {
    const server = await serverThatAnswers(answer);
    const sent = exchangesIn(Buffer.from(REQUEST), Buffer.from(answer))[0]?.answer;
    const got = (await exchangeRaw(await proxyTo(server.url), REQUEST)).answer;
    if (sent === undefined || got === undefined) throw new Error('there was no answer');
    expect(endToEnd(got)).toEqual(dated(endToEnd(sent)));
    expect(got.chunks.map(String)).toEqual(sent.chunks.map(String));
  });

  test('and so do hints before it', async () => {
    const hints = lines('HTTP/1.1 103 Early Hints', 'Link: </style.css>; rel=preload', '');
    const ok = `${lines('HTTP/1.1 200 OK', 'Content-Length: 2', '')}ok`;
    const server = await serverThatAnswers(hints + ok);
    const { interim, answer } = await exchangeRaw(await proxyTo(server.url), REQUEST);
    expect(interim.map(({ startLine }) => startLine)).toEqual(['HTTP/1.1 103 Early Hints']);
    expect(valueOf(interim[0]?.headers ?? [], 'link')).toBe('</style.css>; rel=preload');
    expect(answer?.body.toString()).toBe('ok');
  });
});
