import { describe, expect, it } from 'vitest';
import { CALLS_COMPARED_MS, type Exchange } from '../../src/exchange/index.ts';
import { createFailedCalls, type FailedCall, type FailedCalls } from '../../src/session/failed-calls.ts';
import { anExchange } from '../support/an-exchange.ts';

const REPEAT_MS = 3000;
const [OLD, NEW] = ['a00000000001', 'a00000000002'];
const ORDER = { rpcMethods: ['tools/call'], callDigest: '0d0d0d0d0d0d', sessionSent: NEW } as const;
const REFUND = { ...ORDER, callDigest: '4e4e4e4e4e4e' } as const;
const REFUSED = { sessionSent: OLD, status: 404, bodyClass: 'session-dead' } as const;
const SHAKE = { rpcMethods: ['initialize'], sessionGiven: NEW } as const;

/** When an exchange began, how long it took, and what it was, ms. */
type Turn = readonly [at: number, took: number, facts: Partial<Exchange>];

function told(turns: readonly Turn[], calls: FailedCalls = createFailedCalls(REPEAT_MS)): FailedCall[] {
  return turns.flatMap(([at, took, facts]) => {
    const times = { startedAt: at, endedAt: at + took };
    return [...calls.note(anExchange({ vantage: 'client', ...facts, ...times }), 'client default c')];
  });
}

/** What became of the calls in the end. */
function repeatedIn(...turns: readonly Turn[]): string[] {
  const calls = createFailedCalls(REPEAT_MS);
  const settled = [...told(turns, calls), ...calls.pass(1_000_000)];
  expect(calls.size).toBe(0);
  return settled.map(({ repeated }) => repeated);
}

describe('a failed call', () => {
  it('was repeated at once in a new session', () => {
    const settled = told([
      [0, 10, { ...ORDER, ...REFUSED }],
      [20, 40, SHAKE],
      [70, 10, ORDER],
    ]);
    expect(settled).toEqual([
      { vantage: 'client', target: 'default', failure: 'session-lost', repeated: 'yes' },
    ]);
  });

  it('was not repeated', () => {
    expect(repeatedIn([0, 10, { ...ORDER, ...REFUSED }])).toEqual(['no']);
    expect(repeatedIn([0, 10, { ...ORDER, ...REFUSED }], [20, 40, SHAKE], [70, 10, REFUND])).toEqual(['no']);
  });

  it('is no repeat after a pause: somebody has read the error', () => {
    const failed: Turn = [0, 10, { ...ORDER, ...REFUSED }];
    expect(repeatedIn(failed, [10 + REPEAT_MS, 10, ORDER])).toEqual(['yes']);
    expect(repeatedIn(failed, [11 + REPEAT_MS, 10, ORDER])).toEqual(['no']);
    // A lazy client begins anew with the next call.
    expect(repeatedIn(failed, [9000, 40, SHAKE], [9050, 10, ORDER])).toEqual(['no']);
  });

  it('may take a slow handshake, and several, each at the heels of the one before', () => {
    const failed: Turn = [0, 10, { ...ORDER, ...REFUSED }];
    expect(repeatedIn(failed, [20, 20_000, SHAKE], [20_030, 10, ORDER])).toEqual(['yes']);
    const refused = { ...SHAKE, sessionGiven: undefined, status: 503 };
    expect(
      repeatedIn(failed, [1000, 10, refused], [3000, 10, refused], [5900, 10, SHAKE], [8000, 10, ORDER]),
    ).toEqual(['yes']);
  });

  it('is one, however often it fails at once again', () => {
    const again = (at: number): Turn => [at, 10, { ...ORDER, ...REFUSED }];
    expect(repeatedIn(again(0), again(1000), again(2000))).toEqual(['no']);
    expect(repeatedIn(again(0), again(1000), [1020, 10, SHAKE], [1040, 10, ORDER])).toEqual(['yes']);
    expect(repeatedIn(again(0), again(9000), again(18_000))).toEqual(['no', 'no', 'no']);
  });

  it('keeps others apart from itself', () => {
    const settled = told([
      [0, 10, { ...ORDER, ...REFUSED }],
      [1, 10, { ...REFUND, status: 0, ending: 'reset' }],
      [20, 40, SHAKE],
      [70, 10, REFUND],
      [70, 10, ORDER],
    ]);
    expect(settled.map(({ failure, repeated }) => [failure, repeated])).toEqual([
      ['unavailable', 'yes'],
      ['session-lost', 'yes'],
    ]);
  });

  it('is unknown where it cannot be compared, or there are too many', () => {
    expect(repeatedIn([0, 10, { ...ORDER, ...REFUSED, callDigest: undefined }])).toEqual(['unknown']);
    const many = Array.from({ length: 20 }, (_, i): Turn => {
      return [i, 10, { ...ORDER, ...REFUSED, callDigest: `0d0d0d0d00${10 + i}` }];
    });
    const settled = repeatedIn(...many);
    expect(settled.filter((repeated) => repeated === 'unknown')).toHaveLength(4);
    expect(settled).toHaveLength(20);
  });

  it('is waited for as long as calls are compared, from its failure on', () => {
    const calls = createFailedCalls(REPEAT_MS);
    told([[0, 10, { ...ORDER, ...REFUSED }]], calls);
    expect(calls.pass(9 + CALLS_COMPARED_MS)).toEqual([]);
    expect(calls.pass(10 + CALLS_COMPARED_MS)).toMatchObject([{ repeated: 'no' }]);
    expect(calls.pass(10 + 2 * CALLS_COMPARED_MS)).toEqual([]);
  });

  it('is forgotten by nobody: a second one has a time of its own', () => {
    const calls = createFailedCalls(REPEAT_MS);
    told(
      [
        [0, 10, { ...ORDER, ...REFUSED }],
        [60_000, 10, { ...REFUND, ...REFUSED }],
      ],
      calls,
    );
    expect(calls.pass(10 + CALLS_COMPARED_MS)).toHaveLength(1);
    expect(calls.size).toBe(1);
    expect(calls.pass(60_010 + CALLS_COMPARED_MS)).toHaveLength(1);
    expect(calls.size).toBe(0);
  });
});
