import fc from 'fast-check';
import {
  BODY_CLASSES,
  CLIENT_FAMILIES,
  ENDINGS,
  ERAS,
  ERROR_TYPES,
  GATEWAYS,
  HTTP_METHODS,
  PROTOCOL_VERSIONS,
  RPC_METHODS,
  STREAM_KINDS,
  TRANSPORTS,
  type Exchange,
} from '../../src/exchange/index.ts';

const STATUSES = [0, 200, 202, 204, 400, 401, 403, 404, 405, 409, 410, 500, 502, 503, 599];

/** Some references, few enough that exchanges meet on the same session. */
export function references(prefix: string, count: number): fc.Arbitrary<string> {
  return fc.integer({ min: 0, max: count - 1 }).map((i) => `${prefix}${i}`);
}

const time = fc.integer({ min: 1_700_000_000_000, max: 1_700_010_000_000 });

/** Any exchange whatever, sensible or not, of some client, about some session. */
export function anyExchange(
  session: fc.Arbitrary<string>,
  client: fc.Arbitrary<string>,
): fc.Arbitrary<Exchange> {
  return fc
    .record({
      httpMethod: fc.constantFrom(...HTTP_METHODS),
      transport: fc.constantFrom(...TRANSPORTS),
      era: fc.constantFrom(...ERAS),
      protocolVersion: fc.constantFrom(...PROTOCOL_VERSIONS),
      rpcMethods: fc.array(fc.constantFrom(...RPC_METHODS), { maxLength: 3 }),
      sessionSent: fc.option(session, { nil: undefined }),
      sessionGiven: fc.option(session, { nil: undefined }),
      sessionOdd: fc.boolean(),
      resumes: fc.boolean(),
      status: fc.constantFrom(...STATUSES),
      ending: fc.constantFrom(...ENDINGS),
      bodyClass: fc.constantFrom(...BODY_CLASSES),
      errorUnaddressed: fc.boolean(),
      challenged: fc.boolean(),
      retryAfter: fc.boolean(),
      fromBrowser: fc.boolean(),
      exposesSession: fc.boolean(),
      client,
      principal: client,
      family: fc.constantFrom(...CLIENT_FAMILIES),
      via: fc.constantFrom(...GATEWAYS),
      callDigest: fc.option(fc.constantFrom('0d0d0d0d0d0d', '4e4e4e4e4e4e'), { nil: undefined }),
      errorType: fc.constantFrom(...ERROR_TYPES),
      stream: fc.option(
        fc.record({
          kind: fc.constantFrom(...STREAM_KINDS),
          openedAt: time,
          carriedData: fc.boolean(),
          retryHint: fc.boolean(),
          eventIds: fc.boolean(),
          lastWriteAt: time,
        }),
        { nil: undefined },
      ),
      startedAt: time,
      took: fc.integer({ min: 0, max: 10_000 }),
    })
    .map(({ took, ...facts }) => ({
      ...facts,
      vantage: 'server' as const,
      target: 'default',
      endedAt: facts.startedAt + took,
    }));
}

/** Exchanges that look like traffic: handshakes, uses, refusals and farewells. */
export function likelyExchange(
  session: fc.Arbitrary<string>,
  client: fc.Arbitrary<string>,
): fc.Arbitrary<Exchange> {
  const shape = fc.constantFrom<Partial<Exchange>>(
    { rpcMethods: ['initialize'], status: 200 },
    { rpcMethods: ['tools/call'], status: 200 },
    { rpcMethods: ['tools/call'], status: 404, bodyClass: 'session-dead', errorUnaddressed: true },
    { rpcMethods: ['tools/call'], status: 400, bodyClass: 'session-dead-ambiguous', errorUnaddressed: true },
    { rpcMethods: ['tools/call'], status: 401, bodyClass: 'other' },
    { httpMethod: 'GET', rpcMethods: [], status: 200 },
    { httpMethod: 'DELETE', rpcMethods: [], status: 204 },
  );
  return fc.tuple(anyExchange(session, client), session, shape).map(([exchange, about, facts]) => {
    const handshake = facts.rpcMethods?.[0] === 'initialize';
    return {
      ...exchange,
      httpMethod: 'POST' as const,
      era: 'sessionful' as const,
      bodyClass: 'none' as const,
      transport: 'streamable-http' as const,
      stream: undefined,
      sessionSent: handshake ? undefined : about,
      sessionGiven: handshake ? about : undefined,
      ...facts,
    };
  });
}
