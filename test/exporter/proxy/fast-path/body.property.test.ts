import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readerOf, type Progress } from '../../../../src/exporter/proxy/fast-path/body.ts';
import { chunks, ORDINARY_CHUNKS } from './support/bodies.ts';
import { compareAnswers, type Outcome } from './support/compare.ts';
import { bytes, cut, mostlyWhole, piecesOf, sequence } from './support/near-misses.ts';
import { readAnswerByNode } from './support/read-by-node.ts';

const HEAD = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

const bufferOf = (text: string): Buffer => Buffer.from(text, 'latin1');

/** What a reader makes of pieces, up to where it stops. */
function readPieces(framing: number | 'chunked', pieces: readonly Buffer[]) {
  const reader = readerOf(framing);
  const parts: Buffer[] = [];
  const progress: Progress[] = [];
  for (const piece of pieces) {
    progress.push(reader.read(piece, parts));
    if (progress.at(-1) !== 'more') break;
  }
  return { progress, body: Buffer.concat(parts).toString('latin1'), isBetween: reader.isBetweenChunks() };
}

describe('a body in chunks', () => {
  it('is read as node reads it, piece by piece, and ends at the same byte', async () => {
    const outcomes: Partial<Record<Outcome, number>> = {};
    await fc.assert(
      fc.asyncProperty(cut(mostlyWhole(chunks())), async ({ pieces }) => {
        const outcome = await compareAnswers([bufferOf(HEAD), ...pieces]);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }),
      { numRuns: 4000 },
    );
    // Else there was little to compare.
    expect(outcomes.end).toBeGreaterThan(800);
    expect(outcomes.wrong).toBeGreaterThan(400);
    expect(outcomes.more).toBeGreaterThan(20);
  });

  it('is all there with its last byte and no sooner, wherever it is cut', () => {
    fc.assert(
      fc.property(ORDINARY_CHUNKS, fc.array(fc.nat(), { maxLength: 8 }), ({ text, said }, places) => {
        const at = places.map((place) => place % text.length);
        const pieces = piecesOf(text, [...at, text.length - 1]);
        const { progress, body } = readPieces('chunked', pieces);
        expect(progress).toEqual([...pieces.slice(1).map(() => 'more'), 'end']);
        expect(body).toBe(said);
      }),
      { numRuns: 1500 },
    );
  });

  it('can be ended where the reader says so, which is behind each chunk and nowhere else', async () => {
    const places = fc
      .tuple(ORDINARY_CHUNKS, fc.nat(), fc.boolean())
      .map(([{ text, between }, place, isBetween]) => {
        const end = isBetween ? (between[place % between.length] as number) : place % text.length;
        return { begun: text.slice(0, end), isBetween: between.includes(end) };
      });
    await fc.assert(
      fc.asyncProperty(places, async ({ begun, isBetween }) => {
        const read = readPieces('chunked', [bufferOf(begun)]);
        expect(read.isBetween).toBe(isBetween);
        if (!isBetween) return;
        const byNode = await readAnswerByNode([bufferOf(HEAD + begun), bufferOf('0\r\n\r\n')]);
        expect(byNode.at(-1)).toMatchObject({ isWhole: true, failure: undefined, body: read.body });
      }),
      { numRuns: 1000 },
    );
  });

  it('is wrong when what stands beside it is beyond all bounds', () => {
    const trailers = Array.from({ length: 5 }, (_, i) => `X-${i}: ${'a'.repeat(4000)}\r\n`);
    const read = (text: string) => readPieces('chunked', [bufferOf(text)]).progress;
    expect(read(`0\r\n${trailers.slice(1).join('')}\r\n`)).toEqual(['end']);
    expect(read(`0\r\n${trailers.join('')}\r\n`)).toEqual(['wrong']);
    expect(read(`0\r\nX: ${'a'.repeat(4096)}`)).toEqual(['wrong']);
    expect(read(`5;${'a'.repeat(4096)}`)).toEqual(['wrong']);
    expect(read('5'.repeat(4097))).toEqual(['wrong']);
  });

  it('with many trailers has no more of them than node reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 4000 }),
        async (many, long) => {
          const trailers = Array.from({ length: many }, (_, i) => `X-${i}: ${'a'.repeat(long)}\r\n`);
          await compareAnswers([bufferOf(HEAD), bufferOf(`0\r\n${trailers.join('')}\r\n`)]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(['Content-Length', 'Transfer-Encoding', 'Host', 'Connection', 'Keep-Alive', 'Upgrade', 'TE'])(
    'does not end with %s',
    (name) => {
      for (const each of [name, name.toLowerCase(), name.toUpperCase()])
        expect(readPieces('chunked', [bufferOf(`0\r\n${each}: 5\r\n\r\n`)]).progress).toEqual(['wrong']);
    },
  );

  it('is read without ever throwing, whatever comes', () => {
    fc.assert(
      fc.property(cut(fc.oneof(bytes(200), sequence(chunks(), bytes(50)))), ({ pieces }) => {
        expect(() => readPieces('chunked', pieces)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a body of a length', () => {
  it('is all there with just so many bytes, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.array(fc.string({ maxLength: 20 }), { minLength: 1 }), (length, texts) => {
        const pieces = texts.map((text) => Buffer.from(text));
        const { progress, body } = readPieces(length, pieces);
        const read = Buffer.concat(pieces.slice(0, progress.length));
        const expected = read.length > length ? 'beyond' : read.length === length ? 'end' : 'more';
        expect(progress.at(-1)).toBe(expected);
        expect(body).toBe(read.toString('latin1', 0, length));
        expect(progress.slice(0, -1).every((each) => each === 'more')).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('is never between two chunks', () => {
    expect(readPieces(5, [bufferOf('he')]).isBetween).toBe(false);
    expect(readPieces(0, [bufferOf('')]).isBetween).toBe(false);
  });
});
