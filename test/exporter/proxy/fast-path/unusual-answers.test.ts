import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { proxyFor } from '../standing.ts';
import { answerText, CALL, inParts, see, wireClient, wireUpstream, type Reply, type Seen } from './wire.ts';

/** Writes each part some time after the one before. */
const slowly =
  (parts: readonly string[], apart: number, then: (socket: Socket) => void = () => {}): Reply =>
  async (socket) => {
    for (const part of parts) {
      socket.write(part, 'latin1');
      await delay(apart);
    }
    then(socket);
  };

const CHUNKS = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n';
const OK = answerText('ok');

/** What an upstream may answer, and what the client gets of it: a status, or 200 and a body without end. */
const ODD: readonly (readonly [string, Reply, 200 | 502 | 'broken'])[] = [
  ['100 before the answer', slowly([`HTTP/1.1 100 Continue\r\n\r\n${OK}`], 0), 200],
  ['103 before the answer', slowly(['HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', OK], 20), 200],
  ['a body to the end', slowly(['HTTP/1.1 200 OK\r\n\r\n', 'one', 'two'], 20, (s) => s.end()), 200],
  ['an answer of HTTP/1.0', slowly(['HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok'], 20), 200],
  ['trailers', slowly([`${CHUNKS}\r\n2\r\nok\r\n0\r\nX-Digest: 1\r\n\r\n`], 0), 200],
  ['trailers, later', slowly([`${CHUNKS}\r\n`, '2\r\nok\r\n', '0\r\nX-Digest: 1\r\n\r\n'], 20), 200],
  ['extensions', slowly([`${CHUNKS}\r\n2;a=1;b="c"\r\nok\r\n0;d\r\n\r\n`], 0), 200],
  ['extensions, later', slowly([`${CHUNKS}\r\n`, '2;a=1;b="c"\r\nok\r\n0;d\r\n\r\n'], 20), 200],
  ['a head byte by byte', slowly('HTTP/1.1 200 OK\r\nX: y\r\nContent-Length: 2\r\n\r\nok'.split(''), 2), 200],
  ['a head in halves', slowly(['HTTP/1.1 200 OK\r\nX: y\r\nConte', 'nt-Length: 2\r\n\r\nok'], 20), 200],
  ['a length twice', slowly(['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok'], 0), 502],
  ['two lengths', slowly(['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!'], 0), 502],
  ['more than its length', slowly([`${OK}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`], 0), 200],
  ['more than its chunks', slowly([`${CHUNKS}\r\n2\r\nok\r\n0\r\n\r\nevil`], 0), 200],
  ['both framings', slowly([`${CHUNKS}Content-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n`], 0), 502],
  ['chunks that are none', slowly([`${CHUNKS}\r\nzz\r\nok\r\n0\r\n\r\n`], 0), 'broken'],
  ['chunks that are none, later', slowly([`${CHUNKS}\r\n`, 'zz\r\nok\r\n0\r\n\r\n'], 20), 'broken'],
  [
    'another protocol',
    slowly(['HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'], 0),
    502,
  ],
  ['no HTTP', slowly(['SSH-2.0-OpenSSH\r\n'], 0), 502],
  ['silence and an end', slowly([''], 50, (s) => s.end()), 502],
  ['silence and a reset', slowly([''], 50, (s) => s.resetAndDestroy()), 502],
  ['half a head and an end', slowly(['HTTP/1.1 200 OK\r\nConte'], 20, (s) => s.end()), 502],
  ['half a head and a reset', slowly(['HTTP/1.1 200 OK\r\nConte'], 20, (s) => s.resetAndDestroy()), 502],
  ['half a body and an end', slowly([OK.slice(0, -1)], 20, (s) => s.end()), 'broken'],
  ['half a body and a reset', slowly([OK.slice(0, -1)], 20, (s) => s.resetAndDestroy()), 'broken'],
  ['half the chunks and an end', slowly([`${CHUNKS}\r\n2\r\nok\r\n`], 20, (s) => s.end()), 'broken'],
  ['a head too long', slowly([`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`], 0), 502],
  ['a status that is none', slowly(['HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n'], 0), 502],
  ['a folded field', slowly(['HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok'], 0), 502],
];

describe('an unusual answer to an ordinary request', () => {
  it.each(ODD)('%s is what it is by node', async (_, reply, outcome) => {
    const upstream = await wireUpstream(reply);
    const seen = async (parts: readonly string[]): Promise<Seen> =>
      see(parts, [upstream.url], () => upstream.requests);
    const [whole, parted] = [await seen([CALL]), await seen(inParts(CALL))];
    expect(whole).toEqual(parted);
    expect(whole.asked).toHaveLength(1);
    expect(whole.answer?.startLine).toMatch(`HTTP/1.1 ${outcome === 502 ? 502 : 200} `);
    expect(whole.answer?.complete).toBe(outcome !== 'broken');
    if (outcome === 502) expect(whole.answer?.headers.join()).toContain('Proxy-Status: mcp-session-exporter');
  });
});

it.each([
  [
    'a length',
    [answerText('four').slice(0, -2), 'urHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'],
    'four',
  ],
  ['chunks', [`${CHUNKS}\r\n`, '2\r\nok\r\n0\r\n\r\nevil'], 'ok'],
])('an answer that turns out to be longer than %s comes without the rest', async (_, parts, body) => {
  const upstream = await wireUpstream(slowly(parts, 20));
  const { port, recording } = await proxyFor([upstream.url]);
  const client = await wireClient(port);
  client.send(CALL);
  const [exchange] = await client.answered(1);
  expect(exchange?.answer?.body.toString()).toBe(body);
  await vi.waitFor(() => expect(recording.exchanges).toMatchObject([{ ending: 'complete' }]));
  // Else it would be taken for the answer to the next request.
  expect(client.received().toString()).not.toContain('evil');
  await vi.waitFor(async () => expect(await upstream.open()).toBe(0));
});
