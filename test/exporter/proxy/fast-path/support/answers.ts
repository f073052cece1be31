import fc from 'fast-check';
import { chunks, ORDINARY_CHUNKS } from './bodies.ts';
import {
  bytes,
  END,
  field,
  lengthsLike,
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

const STATUS = mostly(
  fc.constantFrom('200', '200', '202', '404', '500', '204', '304', '205', '299', '599'),
  fc.constantFrom(
    '100',
    '101',
    '102',
    '103',
    '199',
    '099',
    '600',
    '999',
    '20',
    '2000',
    '+200',
    '2OO',
    ' 200',
    '',
  ),
);
const ORDINARY_REASON = fc.constantFrom('OK', '', 'Not Found', ' x', 'x ', '\xe9', '200', '\t');
const ODD_REASON = fc.constantFrom('\0', 'O\x7fK', 'O\rK', 'O\nK', 'OK\r', '\r\n ', 'a\x01b');
const VERSION = mostlyThis(
  'HTTP/1.1',
  'http/1.1',
  'HTTP/1.0',
  'HTTP/2.0',
  'HTTP/1.2',
  'HTTP/1.01',
  'ICY',
  'RTSP/1.0',
);

interface Framed {
  readonly framing: string;
  readonly body: string;
}

const length = (body: string): string => `Content-Length: ${body.length}\r\n`;
const CODING = 'Transfer-Encoding: chunked\r\n';
const REST = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

/** Of any status: most of them have bodies. */
const FRAMED: fc.Arbitrary<Framed> = fc.oneof(
  { weight: 8, arbitrary: bytes(20).map((body) => ({ framing: length(body), body })) },
  { weight: 10, arbitrary: chunks().map((body) => ({ framing: CODING, body })) },
  { weight: 2, arbitrary: fc.constantFrom('', length('')).map((framing) => ({ framing, body: '' })) },
  {
    weight: 4,
    arbitrary: fc
      .oneof(bytes(20), chunks(), fc.constant(REST))
      .chain((body) =>
        fc
          .oneof(
            tellingField(body.length),
            sequence(length(body), tellingField(body.length)),
            sequence(tellingField(body.length), length(body)),
            sequence(CODING, tellingField(body.length)),
            sequence(tellingField(body.length), CODING),
            sequence('Content-Length: ', lengthsLike(body.length), '\r\n'),
          )
          .map((framing) => ({ framing, body })),
      ),
  },
);

const FIELDS = fc
  .array(mostly(field(ORDINARY_NAME, ORDINARY_VALUE), tellingField(5)), { maxLength: 3 })
  .map((fields) => fields.join(''));

const BEHIND = mostlyThis('', '\r\n', '\n', 'X', '\0', REST);

/** Answers that are ordinary, and more that nearly are. */
export const ANSWERS: Text = mostlyWhole(
  FRAMED.chain(({ framing, body }) =>
    sequence(
      mostlyThis('', '\r\n', '\n', ' ', 'HTTP/1.1 100 Continue\r\n\r\n'),
      VERSION,
      mostlyThis(' ', '  ', '\t', ''),
      STATUS,
      mostlyThis(' ', '', '  ', '\t', '-'),
      mostly(ORDINARY_REASON, ODD_REASON),
      END,
      FIELDS,
      mostly(fc.constant(''), ordinaryField('Connection', fc.constantFrom('close', 'keep-alive', 'Close'))),
      framing,
      FIELDS,
      END,
      body,
      BEHIND,
    ),
  ),
);

/** An answer with nothing odd about it. */
export interface OrdinaryParts {
  readonly text: string;
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly said: string;
  readonly isLast: boolean;
}

const OWN_FIELDS = fc.array(fc.tuple(ORDINARY_NAME, ORDINARY_VALUE), { maxLength: 4 });

const ORDINARY_BODY = fc.oneof(
  ORDINARY_CHUNKS.map((each) => ({ ...each, framing: ['Transfer-Encoding', 'chunked'] as const })),
  bytes(300).map((said) => ({ text: said, said, framing: ['Content-Length', String(said.length)] as const })),
);

/** An answer with nothing odd about it, and what it says. */
export const ORDINARY_ANSWERS: fc.Arbitrary<OrdinaryParts> = fc
  .record({
    status: fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304),
    reason: textOf('OKok e', { minLength: 0, maxLength: 6 }),
    own: OWN_FIELDS,
    connection: fc.constantFrom('close', 'keep-alive', undefined),
    body: ORDINARY_BODY,
  })
  .map(({ status, reason, own, connection, body }) => {
    const fields: (readonly [string, string])[] = [...own, body.framing];
    if (connection !== undefined) fields.push(['Connection', connection]);
    const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const text = `HTTP/1.1 ${status} ${reason}\r\n${lines}\r\n${body.text}`;
    return { text, status, reason, fields, said: body.said, isLast: connection === 'close' };
  });
