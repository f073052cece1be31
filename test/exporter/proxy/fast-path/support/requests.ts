import fc from 'fast-check';
import { chunks } from './bodies.ts';
import {
  anyOf,
  bytes,
  END,
  field,
  mostly,
  mostlyThis,
  mostlyWhole,
  ORDINARY_NAME,
  ORDINARY_VALUE,
  ordinaryField,
  sequence,
  tellingField,
  textOf,
  type Text,
} from './near-misses.ts';

const PATH = "!$&'()*+,-./09:;=?@AZ_az~%";
const ORDINARY_TARGET = sequence('/', textOf(PATH, { minLength: 0, maxLength: 12 }));
const ODD_TARGET = anyOf(
  [
    '*',
    'http://other/mcp',
    'other:443',
    '//other/mcp',
    '/a b',
    '/a\tb',
    '/#a',
    '/"',
    '/<a>',
    '/a\\b',
    '/{a}',
  ],
  ['/\xe9', '/\0', '/\x7f', '', '?a', '/\r', '/a\nb', '/|', '/^', '/`', '/[a]'],
);
const METHOD = mostly(
  anyOf('GET', 'POST', 'DELETE'),
  fc.constantFrom(
    'get',
    'Post',
    'HEAD',
    'PUT',
    'CONNECT',
    'OPTIONS',
    'TRACE',
    'PRI',
    'M-SEARCH',
    'GE',
    'POST\0',
    '',
  ),
);
const VERSION = mostlyThis(
  'HTTP/1.1',
  [
    'http/1.1',
    'HTTP/1.0',
    'HTTP/0.9',
    'HTTP/1.2',
    'HTTP/2.0',
    'HTTP/1.01',
    'HTTP/11',
    'HTTP /1.1',
    'ICE/1.0',
  ],
  ['RTSP/1.0', 'HTTP/1.1 x', 'HTTP/1,1', ''],
);
const HOST = anyOf('localhost', '127.0.0.1:8080', '[::1]:80', 'a.example');

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n';
/** What stands behind a body: the beginning of the next request, if it is anything. */
const BEHIND = mostlyThis('', '\r\n', '\n', '0\r\n\r\n', 'X', '\0', ' ', SMUGGLED, `0\r\n\r\n${SMUGGLED}`);

interface Framed {
  readonly body: string;
  /** Fields that say how long the body is. */
  readonly framing: string;
}

function framed(body: Text, framing: (length: number) => Text): fc.Arbitrary<Framed> {
  return body.chain((text) => framing(text.length).map((said) => ({ body: text, framing: said })));
}

const ordinaryLength = (length: number): Text => ordinaryField('Content-Length', String(length));
const nothing = fc.constant({ body: '', framing: '' });
const ANY_BODY = fc.oneof(bytes(20), chunks(), sequence('0\r\n\r\n', SMUGGLED));
const ODD_FRAMING = fc.oneof(
  framed(ANY_BODY, tellingField),
  framed(ANY_BODY, (length) => sequence(ordinaryLength(length), tellingField(length))),
  framed(ANY_BODY, (length) => sequence(tellingField(length), ordinaryLength(length))),
  framed(bytes(20), (length) => ordinaryLength(length + 3)),
  framed(chunks(), () => ordinaryField('Transfer-Encoding', 'chunked')),
  framed(chunks(), (length) =>
    sequence(ordinaryField('Transfer-Encoding', 'chunked'), ordinaryLength(length)),
  ),
);

/** With the length of its body where the method has one, and none otherwise. */
function framingOf(method: string): fc.Arbitrary<Framed> {
  const ordinary = method === 'POST' ? framed(bytes(20), ordinaryLength) : nothing;
  return fc.oneof({ weight: 3, arbitrary: ordinary }, { weight: 2, arbitrary: ODD_FRAMING });
}

const FIELDS = fc
  .array(mostly(field(ORDINARY_NAME, ORDINARY_VALUE), tellingField(5)), { maxLength: 4 })
  .map((fields) => fields.join(''));

/** Requests that are ordinary, and more that nearly are. */
export const REQUESTS: Text = mostlyWhole(
  METHOD.chain((method) =>
    framingOf(method).chain(({ framing, body }) =>
      sequence(
        mostlyThis('', '\r\n', '\n', ' ', '\0'),
        method,
        mostlyThis(' ', '  ', '\t', '', '\r\n'),
        mostly(ORDINARY_TARGET, ODD_TARGET),
        mostlyThis(' ', '  ', '\t', '', '\n'),
        VERSION,
        END,
        mostly(ordinaryField('Host', HOST), tellingField(5)),
        FIELDS,
        framing,
        FIELDS,
        END,
        body,
        BEHIND,
      ),
    ),
  ),
);

/** A request with nothing odd about it, in its parts. */
export interface OrdinaryParts {
  readonly method: string;
  readonly target: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly body: string;
}

const OWN_FIELDS = fc.uniqueArray(fc.tuple(ORDINARY_NAME, ORDINARY_VALUE), {
  maxLength: 5,
  selector: ([name]) => name.toLowerCase(),
});

/** The parts of a request with nothing odd about it. */
export const ORDINARY_PARTS: fc.Arbitrary<OrdinaryParts> = fc
  .record({
    method: anyOf('GET', 'POST', 'DELETE'),
    target: ORDINARY_TARGET,
    host: HOST,
    connection: fc.constantFrom(undefined, 'keep-alive', 'Keep-Alive'),
    own: OWN_FIELDS,
    accepts: fc.array(fc.tuple(anyOf('Accept', 'accept'), ORDINARY_VALUE), { maxLength: 2 }),
    body: bytes(300),
  })
  .map(({ method, target, host, connection, own, accepts, body }) => {
    const fields: [string, string][] = [['Host', host], ...own, ...accepts];
    if (connection !== undefined) fields.push(['Connection', connection]);
    if (method === 'POST') fields.push(['Content-Length', String(body.length)]);
    return { method, target, fields, body: method === 'POST' ? body : '' };
  });

/** Its bytes. */
export function printed({ method, target, fields, body }: OrdinaryParts): string {
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
