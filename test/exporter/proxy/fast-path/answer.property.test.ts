import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../../src/exporter/proxy/fast-path/answer.ts';
import { ANSWERS, ORDINARY_ANSWERS } from './support/answers.ts';
import { compareAnswers, type Outcome } from './support/compare.ts';
import { bytes, cut, piecesOf } from './support/near-misses.ts';
import { readAnswerByFastPath } from './support/read-by-fast-path.ts';
import { readAnswerByNode } from './support/read-by-node.ts';

const bufferOf = (text: string): Buffer => Buffer.from(text, 'latin1');

/** By which an answer is known at all: what comes in smaller pieces than this is left to node. */
const FIRST = 'HTTP/1.1 200'.length;

describe('what the fast path takes for an ordinary answer', () => {
  it('node reads in the same way, piece by piece, and ends at the same byte', async () => {
    const outcomes: Record<Outcome, number> = {
      'left to node': 0,
      'head under way': 0,
      more: 0,
      end: 0,
      beyond: 0,
      wrong: 0,
    };
    await fc.assert(
      fc.asyncProperty(cut(ANSWERS), async ({ pieces }) => {
        outcomes[await compareAnswers(pieces)]++;
      }),
      { numRuns: 5000 },
    );
    // Else there was little to compare.
    expect(outcomes.end).toBeGreaterThan(500);
    expect(outcomes.wrong).toBeGreaterThan(50);
    expect(outcomes['left to node']).toBeGreaterThan(500);
  });

  it('is any answer with nothing odd about it, wherever it is cut', () => {
    fc.assert(
      fc.property(ORDINARY_ANSWERS, fc.array(fc.nat(), { maxLength: 6 }), (answer, places) => {
        const { text, status, reason, fields, said, isLast } = answer;
        const at = places.map((place) => FIRST + (place % (text.length - FIRST)));
        expect(readAnswerByFastPath(piecesOf(text, at)).at(-1)).toMatchObject({
          head: { status, reason, headers: fields.flat(), isLast },
          body: said,
          progress: 'end',
        });
      }),
      { numRuns: 1500 },
    );
  });

  it('is none with a head beyond 16 KiB, whether it is there or still to come', async () => {
    for (const length of [16_383, 16_384, 16_385, 20_000, 100_000]) {
      const [before, behind] = ['HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Long: ', '\r\n\r\n'];
      const text = before + 'a'.repeat(length - before.length - behind.length) + behind;
      const answer = readAnswer(bufferOf(text));
      if (length > 16_384) expect(answer).toBeUndefined();
      else expect(answer).toMatchObject({ length });
      expect(readAnswer(bufferOf(text.slice(0, -1)))).toBe(length > 16_384 ? undefined : 'incomplete');
      const [byNode] = await readAnswerByNode([bufferOf(text)]);
      if (answer !== undefined) expect(byNode).toMatchObject({ isWhole: true, failure: undefined });
    }
  });

  it('is found without ever throwing, whatever comes', () => {
    const anything = fc.oneof(bytes(100), ANSWERS, fc.tuple(ANSWERS, bytes(100)).map(String));
    fc.assert(
      fc.property(cut(anything), ({ pieces }) => {
        expect(() => readAnswerByFastPath(pieces)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});

const CHUNKS = '5\r\nhello\r\n0\r\n\r\n';

describe('left to node is an answer', () => {
  it.each([
    ['that is an interim one', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
    [
      'of another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n',
    ],
    ['that offers another protocol', 'HTTP/1.1 200 OK\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\nhello'],
    ['that ends with its connection', 'HTTP/1.1 200 OK\r\n\r\nhello'],
    ['with a length beside chunks', `HTTP/1.1 200 OK\r\nContent-Length: 5\r\n${coded('chunked')}${CHUNKS}`],
    ['with two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello'],
    ['with two codings', `HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n${coded('chunked')}${CHUNKS}`],
    ['with a coding beside chunks', `HTTP/1.1 200 OK\r\n${coded('gzip, chunked')}${CHUNKS}`],
    ['with a coding behind a control', `HTTP/1.1 200 OK\r\n${coded('\x0bchunked')}${CHUNKS}`],
    ['with a status of four digits', 'HTTP/1.1 2000 OK\r\nContent-Length: 5\r\n\r\nhello'],
    ['with nothing behind its status', 'HTTP/1.1 200OK\r\nContent-Length: 5\r\n\r\nhello'],
    [
      'whose connection is kept and closed',
      'HTTP/1.1 200 OK\r\nConnection: keep-alive, close\r\nContent-Length: 5\r\n\r\nhello',
    ],
    [
      'whose connection is nearly closed',
      'HTTP/1.1 200 OK\r\nConnection: closed\r\nContent-Length: 5\r\n\r\nhello',
    ],
    ['without content, and with chunks', `HTTP/1.1 204 No Content\r\n${coded('chunked')}`],
    ['not modified, and with chunks', `HTTP/1.1 304 Not Modified\r\n${coded('chunked')}`],
    ['not modified, and with no length', 'HTTP/1.1 304 Not Modified\r\nContent-Length: five\r\n\r\n'],
    ['of a proxy of old', 'HTTP/1.1 200 OK\r\nProxy-Connection: close\r\nContent-Length: 5\r\n\r\nhello'],
    ['with a bare line feed', 'HTTP/1.1 200 OK\nContent-Length: 5\r\n\r\nhello'],
    ['with a folded line', 'HTTP/1.1 200 OK\r\nX-Long: a\r\n b\r\nContent-Length: 5\r\n\r\nhello'],
  ])('%s', (_, text) => {
    expect(readAnswer(bufferOf(text))).toBeUndefined();
  });
});

function coded(coding: string): string {
  return `Transfer-Encoding: ${coding}\r\n\r\n`;
}
