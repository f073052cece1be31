import fc from 'fast-check';
import {
  anyOf,
  bytes,
  END,
  field,
  mostly,
  mostlyThis,
  ORDINARY_NAME,
  ORDINARY_VALUE,
  ordinaryField,
  sequence,
  textOf,
  type Text,
} from './near-misses.ts';

const ODD_TRAILER = field(
  fc.constantFrom(
    'Content-Length',
    'Transfer-Encoding',
    'Host',
    'Connection',
    'Keep-Alive',
    'Close',
    'Trailer',
  ),
  anyOf('5', 'chunked', 'close', 'localhost', 'X-Sum'),
);

function hexOf(length: number): Text {
  const hex = length.toString(16);
  return fc.constantFrom(hex, hex.toUpperCase(), hex.padStart(8, '0'), hex.padStart(3, '0'));
}

function oddHexOf(length: number): Text {
  const hex = length.toString(16);
  return anyOf(
    [
      `+${hex}`,
      `-${hex}`,
      `0x${hex}`,
      `0000000${hex}`,
      `00000000${hex}`,
      `0000000000000000${hex}`,
      ` ${hex}`,
    ],
    [`${hex} `, `${hex}\t`, `${hex}\0`, `${hex}g`, `${hex}h`, `${hex}_`, `${hex}.0`, ''],
    [`1${hex.padStart(8, '0')}`, `1${hex.padStart(16, '0')}`, 'ffffffff', 'ffffffffffffffff', '7fffffff'],
    [(length + 1).toString(16), Math.max(length - 1, 0).toString(16), String(length)],
  );
}

const WORD = textOf("!#$%&'*+-.^_`|~09AZaz", { minLength: 1, maxLength: 4 });
const QUOTED = sequence('"', textOf('az09 \t!#()/:;<=>?@[]{}\xe9', { minLength: 0, maxLength: 5 }), '"');
const ODD_EXTENSION = fc.oneof(
  sequence(';', WORD),
  sequence(';', WORD, '=', WORD),
  sequence(';', WORD, '=', QUOTED),
  sequence(anyOf(';', '; ', ' ;', '\t;', ' ; '), WORD, anyOf('', ' ', ' = ', '= ', '='), WORD),
  anyOf(
    [
      ';',
      ';;',
      ';=',
      ';a=',
      ';a="',
      ';a="b',
      ';a=b"',
      ';a="b"c',
      ';a=b=c',
      ';"a"',
      ';a,b',
      ';a="\\""',
      ';a="\\',
    ],
    [';a\0', ';a\xe9', ';a="\xe9"', ';a=\n', ';a\r', ';\n0', ';a="\n"', ';a="\x7f"', ';a="\x01"', ';a(b)'],
  ),
);

function ordinaryChunk(data: string): Text {
  return sequence(hexOf(data.length), '\r\n', data, '\r\n');
}

/** One chunk, which is not the last. */
function chunk(data: string): Text {
  const size = mostly(hexOf(data.length), oddHexOf(data.length));
  return sequence(size, mostly(fc.constant(''), ODD_EXTENSION), END, data, END);
}

const DATA = fc
  .oneof(bytes(20), anyOf('\r\n', '0\r\n\r\n', '\n', 'a'.repeat(300)))
  .filter((text) => text.length > 0);

/** A body in chunks, more often in order than not. */
export function chunks(): Text {
  return sequence(
    fc.array(DATA.chain(chunk), { maxLength: 4 }).map((each) => each.join('')),
    mostlyThis('0', '00', '000000000', '-0', '+0', '0x0', '', ' 0', '0 ', '10', '0\0', 'O'),
    mostly(fc.constant(''), ODD_EXTENSION),
    END,
    fc.array(mostly(field(ORDINARY_NAME, ORDINARY_VALUE), ODD_TRAILER), { maxLength: 1 }).map(String),
    mostly(END, fc.constant('')),
  );
}

/** A body in chunks with nothing odd about it. */
export interface OrdinaryChunks {
  readonly text: string;
  /** What it says. */
  readonly said: string;
  /** Where another chunk may follow, or the end. */
  readonly between: readonly number[];
}

const TRAILERS = fc
  .array(ordinaryField(ORDINARY_NAME, ORDINARY_VALUE), { maxLength: 2 })
  .map((each) => each.join(''));

/** Bodies in chunks with nothing odd about them. */
export const ORDINARY_CHUNKS: fc.Arbitrary<OrdinaryChunks> = fc.array(DATA, { maxLength: 5 }).chain((parts) =>
  fc.tuple(fc.tuple(...parts.map(ordinaryChunk)), TRAILERS).map(([each, trailers]) => {
    const between = each.map((_, i) => each.slice(0, i + 1).join('').length);
    return { text: `${each.join('')}0\r\n${trailers}\r\n`, said: parts.join(''), between: [0, ...between] };
  }),
);
