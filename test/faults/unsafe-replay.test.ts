import { describe, expect, it } from 'vitest';
import { CALLS_COMPARED_MS, createCallDigests, type Exchange } from '../../src/exchange/index.ts';
import { createObserver, type Observer } from '../../src/observer.ts';
import { anExchange } from '../support/an-exchange.ts';
import { faultsFound } from './script.ts';

const BODY = '{"method":"tools/call","params":{"name":"order","arguments":{"sku":"a-1"}}}';
const [FIRST, NEXT] = ['a00000000001', 'a00000000002'];

/** A call is cut off, and comes again in a new session so much later; digests are made as hooks make them. */
function repeatedAfter(ms: number, windowMs: number): Observer {
  let now = 1000;
  const observer = createObserver({
    now: () => now,
    thresholds: { 'unsafe-replay': { windowMs } },
    onError: (_stage, error) => expect.fail(String(error)),
  });
  const digests = createCallDigests(observer.references);
  const exchange = (facts: Partial<Exchange>): void => {
    const whole = anExchange({ startedAt: now, endedAt: now, ...facts });
    observer.exchange({ ...whole, callDigest: digests.of(whole, BODY) });
  };
  const call = { rpcMethods: ['tools/call'] } as const;
  exchange({ rpcMethods: ['initialize'], sessionGiven: FIRST });
  exchange({ ...call, sessionSent: FIRST, ending: 'reset' });
  now += ms;
  exchange({ rpcMethods: ['initialize'], sessionGiven: NEXT });
  exchange({ ...call, sessionSent: NEXT });
  return observer;
}

describe('a greater window', () => {
  it('finds later repeats, for as long as calls are compared', () => {
    expect(faultsFound(repeatedAfter(90_000, 60_000))).toEqual([]);
    expect(faultsFound(repeatedAfter(90_000, 100_000))).toEqual(['unsafe-replay']);
    expect(faultsFound(repeatedAfter(CALLS_COMPARED_MS, CALLS_COMPARED_MS))).toEqual(['unsafe-replay']);
  });

  it('than that is refused: it would change nothing', () => {
    expect(() => repeatedAfter(0, CALLS_COMPARED_MS + 1)).toThrow(RangeError);
  });
});
