import fc from 'fast-check';

/** Text of which each character stands for a byte. */
export type Text = fc.Arbitrary<string>;

/** Nearly always what is ordinary, and now and then something that is not quite. */
export function mostly<Value>(
  ordinary: fc.Arbitrary<Value>,
  ...odd: readonly fc.Arbitrary<Value>[]
): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 40, arbitrary: ordinary }, { weight: 1, arbitrary: fc.oneof(...odd) });
}

/** One of some texts. */
export function anyOf(...texts: readonly (string | readonly string[])[]): Text {
  return fc.constantFrom(...texts.flat());
}

/** Nearly always `ordinary`. */
export function mostlyThis(ordinary: string, ...odd: readonly (string | readonly string[])[]): Text {
  return mostly(fc.constant(ordinary), anyOf(...odd));
}

/** One text behind the other. */
export function sequence(...parts: readonly (Text | string)[]): Text {
  const texts = parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part));
  return fc.tuple(...texts).map((each) => each.join(''));
}

/** Of the characters of `set`. */
export function textOf(set: string, constraints: { minLength: number; maxLength: number }): Text {
  return fc.string({ unit: fc.constantFrom(...set.split('')), ...constraints });
}

/** Any bytes, and more often than by chance none. */
export function bytes(maxLength: number): Text {
  const some = fc.uint8Array({ maxLength }).map((each) => Buffer.from(each).toString('latin1'));
  return fc.oneof({ weight: 1, arbitrary: fc.constant('') }, { weight: 6, arbitrary: some });
}

const TOKEN = "!#$%&'*+-.^_`|~09AZaz";
const VISIBLE = 'aZ0!"#%&\'()*+,-./:;<=>?@[\\]^_`{|}~\x80\xa0\xe9\xff';

export const END = mostlyThis(
  '\r\n',
  '\n',
  '\r',
  '\r\r\n',
  '\n\r',
  '\0\r\n',
  '\r\n ',
  '\r\n\t',
  '\r \n',
  ' \r\n',
);

/** Visible at both ends, as every program writes a value. */
export const ORDINARY_VALUE = fc.oneof(
  fc.constant(''),
  textOf(VISIBLE, { minLength: 1, maxLength: 8 }),
  sequence(
    textOf(VISIBLE, { minLength: 1, maxLength: 4 }),
    anyOf(' ', '\t', '  '),
    textOf(VISIBLE, { minLength: 1, maxLength: 4 }),
  ),
);

const ODD = ['\0', '\r', '\n', '\x01', '\x0b', '\x0c', '\x7f', '\r\n ', '\r\n\t', '\n ', '\r\n'];
const ODD_VALUE = fc.oneof(
  sequence(ORDINARY_VALUE, fc.constantFrom(...ODD), ORDINARY_VALUE),
  sequence(anyOf(' ', '\t', '\x0b', '\xa0'), ORDINARY_VALUE),
  sequence(ORDINARY_VALUE, anyOf(' ', '\t', ' \t ')),
);

/** A name that means nothing to whoever passes it on. */
export const ORDINARY_NAME = sequence('X-', textOf(TOKEN, { minLength: 1, maxLength: 8 }));
const ODD_NAME = fc.oneof(
  anyOf('', ' X', '\tX', 'X Y', 'X\0', 'X\r', '(X)', 'X,Y', '"X"', '\xdcber', 'X\x7f', '[::1]'),
  anyOf('__proto__', 'constructor', 'toString', 'HTTP2-Settings', ':path'),
);
const GAP = mostlyThis(': ', ':', ':\t', ' : ', '\t:', ':  ', ': \t', ' ', '', '::', ':\r\n ');

/** A field with its end. */
export function field(name: Text, value: Text): Text {
  return sequence(
    mostly(name, ODD_NAME),
    GAP,
    mostly(value, ODD_VALUE),
    mostlyThis('', ' ', '\t', '\0', '\r'),
    END,
  );
}

/** A field as it should be. */
export function ordinaryField(name: Text | string, value: Text | string): Text {
  return sequence(name, anyOf(': ', ':', ':\t'), value, '\r\n');
}

/** Also in other letters, with a blank, or nearly. */
function nearly(name: string): Text {
  return mostly(
    fc.constantFrom(name, name.toLowerCase(), name.toUpperCase()),
    fc.constantFrom(` ${name}`, `${name} `, `${name}\t`, name.replace('-', '_'), `\0${name}`, `${name}\xad`),
  );
}

/** What somebody may take for the length `length`. */
export function lengthsLike(length: number): Text {
  const digits = String(length);
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(digits) },
    {
      weight: 3,
      arbitrary: anyOf(
        [
          `+${digits}`,
          `-${digits}`,
          `0${digits}`,
          `00000000000000000000${digits}`,
          `0x${length.toString(16)}`,
        ],
        [`${digits}, ${digits}`, `${digits},${digits}`, `${digits};`, `${digits} 0`, `${digits}.0`],
        [`${digits}\0`, `${digits}_0`, `${digits}e0`, `"${digits}"`, 'abc', '', '\xb9'],
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom(String(length + 1), String(length - 1), '0', '1') },
    {
      weight: 1,
      arbitrary: anyOf(
        ['999999999999999', '9007199254740993', '18446744073709551615', '18446744073709551616'],
        ['18446744073709551621', '4294967296', '4294967301'],
      ),
    },
  );
}

const CODINGS = fc.oneof(
  anyOf('chunked', 'Chunked', 'CHUNKED'),
  anyOf(
    ['identity', 'gzip', 'gzip, chunked', 'chunked, gzip', 'chunked, chunked', 'chunked,', ', chunked'],
    ['xchunked', 'chunkedx', 'chunked;q=1', '"chunked"', "'chunked'", 'x chunked', 'chunked x'],
    ['\x0bchunked', 'chunked\x0b', 'chunked\0', 'chun\xadked', 'c hunked', '\r\n chunked', ''],
  ),
);

const CONNECTIONS = anyOf(
  ['keep-alive', 'Keep-Alive', 'close', 'Close', 'upgrade', 'keep-alive, close', 'close, keep-alive'],
  [
    'keep-alive, Upgrade',
    'X-Secret',
    'Transfer-Encoding',
    'Content-Length',
    'closed',
    'keep-alive,',
    '',
    'te',
  ],
);

/** Fields by which one program may read the message in another way than the next. */
export function tellingField(length: number): Text {
  return fc.oneof(
    field(nearly('Content-Length'), lengthsLike(length)),
    field(nearly('Transfer-Encoding'), CODINGS),
    field(nearly('Connection'), CONNECTIONS),
    field(nearly('Proxy-Connection'), CONNECTIONS),
    field(nearly('Host'), anyOf('localhost', 'a b', '', 'a,b', 'user@host', 'a/b', 'a:80:90', '\xe9')),
    field(nearly('Expect'), anyOf('100-continue', '200-ok', '')),
    field(nearly('Upgrade'), anyOf('websocket', 'h2c', '')),
    field(nearly('Trailer'), anyOf('X-Sum', 'Content-Length')),
    field(nearly('TE'), anyOf('trailers', 'chunked')),
    field(nearly('Keep-Alive'), anyOf('timeout=5', 'timeout=0', 'max=1')),
    field(anyOf('Accept', 'accept'), ORDINARY_VALUE),
    field(anyOf('Mcp-Session-Id', 'Cookie', 'User-Agent', 'Authorization'), ORDINARY_VALUE),
    field(anyOf('Content-Type', 'Set-Cookie', 'X-Same', 'x-same'), ORDINARY_VALUE),
  );
}

const NASTY = [
  '\0',
  '\t',
  '\n',
  '\v',
  '\r',
  ' ',
  '+',
  ',',
  '-',
  '0',
  ':',
  ';',
  'x',
  '\x7f',
  '\x80',
  '\xa0',
  '\xff',
];

/** Now and then with a byte more, another byte, or a byte less, anywhere. */
export function mostlyWhole(text: Text): Text {
  const spoilt = fc
    .tuple(text, fc.nat(), fc.constantFrom(...NASTY, ''), fc.nat(1))
    .map(([whole, where, byte, without]) => {
      const at = where % (whole.length + 1);
      return whole.slice(0, at) + byte + whole.slice(at + without);
    });
  return fc.oneof({ weight: 6, arbitrary: text }, { weight: 1, arbitrary: spoilt });
}

/** Text with where it is cut. */
export interface Cut {
  readonly text: string;
  readonly pieces: readonly Buffer[];
}

/**
 * Cut anywhere, and often behind its head and before its last byte: whoever takes it for whole too early is caught.
 */
export function cut(text: Text): fc.Arbitrary<Cut> {
  return fc
    .tuple(text, fc.array(fc.nat(), { maxLength: 5 }), fc.boolean())
    .map(([whole, places, atEdges]) => {
      const at = places.map((place) => place % (whole.length + 1));
      if (atEdges) at.push(whole.indexOf('\r\n\r\n') + 4, Math.max(whole.length - 1, 0));
      return { text: whole, pieces: piecesOf(whole, at) };
    });
}

/** The pieces of a text that is cut at these places. */
export function piecesOf(whole: string, places: readonly number[]): Buffer[] {
  const bounds = [0, ...places.toSorted((a, b) => a - b), whole.length];
  return bounds
    .slice(1)
    .map((end, i) => Buffer.from(whole.slice(bounds[i], end), 'latin1'))
    .filter((piece) => piece.length > 0);
}
