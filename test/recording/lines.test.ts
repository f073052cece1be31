import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STREAM_KINDS, VANTAGES, type Exchange } from '../../src/exchange/index.ts';
import { FORMAT, RECORDS, type Header } from '../../src/recording/fields.ts';
import { headerLineOf, LINE_LENGTH, lineOf, readLine } from '../../src/recording/lines.ts';
import { anExchange } from '../support/an-exchange.ts';
import { anyExchange } from '../support/arbitrary.ts';

const reference = fc
  .integer({ min: 0, max: 2 ** 48 - 1 })
  .map((value) => value.toString(16).padStart(12, '0'));

/** Clocks count in fractions of a millisecond. */
const time = fc.double({ min: 0, max: 8.64e15, noNaN: true });

const exchange: fc.Arbitrary<Exchange> = fc
  .record({
    facts: anyExchange(reference, reference),
    vantage: fc.constantFrom(...VANTAGES),
    target: fc.string({ unit: 'grapheme', maxLength: 64 }).filter((text) => !/\p{Cc}/u.test(text)),
    startedAt: time,
    endedAt: time,
  })
  .map(({ facts, ...others }) => ({ ...facts, ...others }));

/** What is read back from the line of an exchange. */
function throughALine(value: Exchange): unknown {
  const line = readLine(lineOf('exchange', value));
  expect(line.type).toBe('exchange');
  return line.of;
}

describe('a line', () => {
  it('gives back any exchange as it was', () => {
    fc.assert(
      fc.property(exchange, (value) => {
        expect(throughALine(value)).toEqual(value);
      }),
    );
  });

  it('has every field of an exchange in its table', () => {
    expect(Object.keys(anExchange()).filter((name) => !(name in RECORDS.exchange))).toEqual([]);
  });

  it('is read as it was meant when it is older than gateways, transports and digests of calls', () => {
    const line =
      '{"type":"exchange","rpc":["tools/call"],"sent":"aaaaaaaaaaaa","client":"c0ffeec0ffee","principal":"c0ffeec0ffee","start":1000,"end":1005}';
    expect(readLine(line).of).toMatchObject({
      transport: 'streamable-http',
      via: 'none',
      callDigest: undefined,
      sessionSent: 'aaaaaaaaaaaa',
    });
  });

  it('gives back streams and connections as they were', () => {
    fc.assert(
      fc.property(
        fc.record({
          vantage: fc.constantFrom(...VANTAGES),
          target: fc.constantFrom('default', 'shop-eu/1'),
          kind: fc.constantFrom(...STREAM_KINDS),
          session: fc.option(reference, { nil: undefined }),
          at: time,
        }),
        fc.constantFrom('opened', 'closed'),
        (stream, change) => {
          const { vantage, target, at } = stream;
          const connection = { vantage, target, at, change } as const;
          expect(readLine(lineOf('stream', stream))).toEqual({ type: 'stream', of: stream });
          expect(readLine(lineOf('connection', connection))).toStrictEqual({
            type: 'connection',
            of: connection,
          });
        },
      ),
    );
  });

  it('leaves out what has its default', () => {
    const line = lineOf('exchange', anExchange({ protocolVersion: 'none' }));
    expect(Object.keys(JSON.parse(line) as object)).toEqual(['type', 'client', 'principal', 'start', 'end']);
  });

  it('is one line, whatever the names', () => {
    const line = lineOf('exchange', anExchange({ target: 'a "name" \\ of \u2028 two' }));
    expect(line.match(/\n/g)).toHaveLength(1);
    expect(line.endsWith('\n')).toBe(true);
  });
});

describe('what may not stand in a recording', () => {
  const secret = '7f1c1e0a-4a3c-4a55-9d0c-2f3f2f6a1b2c';

  it.each<[string, Partial<Exchange>]>([
    ['a session id in the place of a reference', { sessionSent: secret }],
    ['a credential in the place of a reference', { principal: `Bearer ${secret}` }],
    ['a body class that is not on the list', { bodyClass: secret as never }],
    ['a method that is not on the list', { rpcMethods: ['ping', secret as never] }],
    ['control characters', { target: `\u001b[31m${secret}` }],
    ['a time that is none', { endedAt: Number.NaN }],
    ['a batch without end', { rpcMethods: Array.from({ length: 10_000 }, () => 'ping' as const) }],
  ])('%s is not written, nor repeated in the error', (_, facts) => {
    const write = (): string => lineOf('exchange', anExchange(facts));
    expect(write).toThrow(RangeError);
    expect(write).toThrow(/must be/);
    expect(write).not.toThrow(secret);
  });
});

describe('a damaged line', () => {
  const good = (): Record<string, unknown> => JSON.parse(lineOf('exchange', anExchange())) as never;

  it.each<[string, string, RegExp]>([
    ['no JSON', '{"type":"exch', /not JSON; a line must be one JSON object/],
    ['a list', '[1]', /not one object/],
    ['nothing known', '{"level":30}', /no known "type"; the types are exchange, stream/],
    ['a type of the prototype', '{"type":"constructor"}', /no known "type"/],
    [
      'a field too many',
      JSON.stringify({ ...good(), colour: 1 }),
      /"colour" is unknown; the fields are vantage/,
    ],
    ['a field too few', JSON.stringify({ ...good(), client: undefined }), /"client" is missing/],
    [
      'a wrong status',
      JSON.stringify({ ...good(), status: 2e9 }),
      /"status" is 2000000000; it must be a whole/,
    ],
    [
      'a wrong method',
      JSON.stringify({ ...good(), method: 'PUT' }),
      /"method" is a text of 3 .* one of POST, GET/,
    ],
    ['a wrong flag', JSON.stringify({ ...good(), resumes: 'yes' }), /"resumes" .* must be true or false/],
    ['a wrong list', JSON.stringify({ ...good(), rpc: 'ping' }), /"rpc" .* must be a list/],
    [
      'null',
      JSON.stringify({ ...good(), stream: null }),
      /"stream" is null; it must be an object of kind, opened/,
    ],
    [
      'half a stream',
      JSON.stringify({ ...good(), stream: { kind: 'get' } }),
      /"opened" and "written" is missing/,
    ],
  ])('with %s is refused, naming what is wrong and what is allowed', (_, text, reason) => {
    expect(() => readLine(text)).toThrow(RangeError);
    expect(() => readLine(text)).toThrow(reason);
  });

  it('never changes an object it does not own', () => {
    expect(() => readLine('{"type":"exchange","__proto__":{"polluted":true}}')).toThrow(RangeError);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('a header', () => {
  const header: Header = {
    format: FORMAT,
    version: 1,
    run: '0123456789ab',
    startedAt: 1,
    at: 2,
    by: 'mcp-session-exporter 1.2.3',
    about: 'a server "in pieces"',
    expect: ['reinit-storm'],
  };

  it('comes back as it was', () => {
    expect(readLine(headerLineOf(header))).toStrictEqual({ type: 'header', of: header });
    const silent = { ...header, expect: undefined };
    expect(readLine(headerLineOf(silent))).toStrictEqual({ type: 'header', of: silent });
  });

  it('expects nothing, which is not the same as saying nothing', () => {
    expect(readLine(headerLineOf({ ...header, expect: [] }))).toMatchObject({ of: { expect: [] } });
  });

  it('of another version is told apart, whatever else it holds', () => {
    expect(readLine(`{"format":"${FORMAT}","version":2,"new":true}`)).toEqual({ type: 'foreign', of: 2 });
  });

  it('of another format is refused', () => {
    const text = headerLineOf(header).replace(FORMAT, 'asciinema');
    expect(() => readLine(text)).toThrow(/"format" .* must be one of mcp-session-recording/);
  });

  it(`of more than ${LINE_LENGTH} characters is not written`, () => {
    const many = Array.from({ length: 10_000 }, () => 'reinit-storm');
    expect(() => headerLineOf({ ...header, expect: many })).toThrow(RangeError);
  });
});
