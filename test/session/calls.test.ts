import { describe, expect, it } from 'vitest';
import { meaningOf, type Exchange } from '../../src/exchange/index.ts';
import { callsAfter, type Calls } from '../../src/session/calls.ts';
import { anExchange } from '../support/an-exchange.ts';

const [ONE, TWO] = ['a00000000001', 'a00000000002'];
const CALL = { rpcMethods: ['tools/call'], callDigest: '0d0d0d0d0d0d', sessionSent: ONE } as const;
const CUT = { ...CALL, ending: 'aborted', startedAt: 1000, endedAt: 2000 } as const;
const AGAIN = { ...CALL, sessionSent: TWO, startedAt: 2000, endedAt: 2100 } as const;

function after(...exchanges: readonly Partial<Exchange>[]): Calls | undefined {
  let calls: Calls | undefined;
  for (const facts of exchanges) {
    const exchange = anExchange(facts);
    calls = callsAfter(calls, exchange, meaningOf(exchange));
  }
  return calls;
}

describe('the calls of a client', () => {
  it('are remembered from the first that was cut off', () => {
    expect(after(AGAIN)?.replays ?? []).toEqual([]);
    expect(after({ ...CUT, callDigest: undefined })).toBeUndefined();
    expect(after(CUT)).toMatchObject({ cutOff: [{ step: { at: 1000, sent: ONE } }], replays: [] });
  });

  it('show one that came again, in another session, after the first was over', () => {
    expect(after(CUT, AGAIN)?.replays).toMatchObject([{ first: { sent: ONE }, second: { sent: TWO } }]);
    expect(after(CUT, { ...AGAIN, ...CUT, sessionSent: TWO, startedAt: 2000 })?.replays).toHaveLength(1);
  });

  it.each<[string, Partial<Exchange>]>([
    ['is in the same session', { sessionSent: ONE }],
    ['is in none', { sessionSent: undefined }],
    ['began before the first was over', { startedAt: 1999 }],
    ['is another call', { callDigest: '4e4e4e4e4e4e' }],
    ['was refused', { status: 404, bodyClass: 'session-dead' }],
    ['was refused inside a 200', { bodyClass: 'session-dead' }],
  ])('do not show one that %s', (_what, facts) => {
    expect(after(CUT, { ...AGAIN, ...facts })?.replays).toEqual([]);
  });

  it('are bounded', () => {
    const calls = after(...Array.from({ length: 30 }, () => [CUT, AGAIN]).flat());
    expect(calls?.cutOff).toHaveLength(8);
    expect(calls?.replays).toHaveLength(4);
  });
});
