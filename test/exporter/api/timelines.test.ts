import { describe, expect, it } from 'vitest';
import { createTimelines } from '../../../src/exporter/api/timelines.ts';
import type { Session } from '../../../src/session/index.ts';
import { anExchange } from '../../support/an-exchange.ts';

const LIMITS = { sessions: 3, troubled: 2, first: 2, last: 2 };
const IN_TROUBLE = { trouble: {} } as Session;

describe('the timelines', () => {
  it('stay within their limits, and give up the ones that rested longest', () => {
    const timelines = createTimelines(LIMITS);
    for (const session of ['a', 'b', 'c', 'a', 'd'])
      timelines.exchange(anExchange({ sessionSent: session }), undefined);
    expect(timelines.size).toBe(3);
    expect(['a', 'b', 'c', 'd'].filter((session) => timelines.of(session) !== undefined)).toEqual([
      'a',
      'c',
      'd',
    ]);
    for (const session of ['x', 'y', 'z', 'a'])
      timelines.exchange(anExchange({ sessionSent: session }), IN_TROUBLE);
    expect(timelines.size).toBe(4);
    expect(['x', 'y', 'z', 'a'].filter((session) => timelines.of(session) !== undefined)).toEqual(['z', 'a']);
    expect(timelines.of('a')?.seen).toBe(3);
  });

  it('keep the first and the last exchanges, and count all', () => {
    const timelines = createTimelines(LIMITS);
    for (let i = 1; i <= 9; i++)
      timelines.exchange(anExchange({ sessionSent: 'a', startedAt: i }), undefined);
    const { exchanges, seen } = timelines.of('a') ?? { exchanges: [], seen: 0 };
    expect(exchanges.map(({ startedAt }) => startedAt)).toEqual([1, 2, 8, 9]);
    expect(seen).toBe(9);
  });

  it('tell what belongs to no session of its client', () => {
    const timelines = createTimelines(LIMITS);
    timelines.exchange(anExchange({ client: 'c', sessionGiven: 'a' }), undefined);
    timelines.exchange(anExchange({ client: 'c', status: 400 }), undefined);
    expect(timelines.of('a')?.seen).toBe(1);
    expect(timelines.of('c')?.exchanges.map(({ status }) => status)).toEqual([400]);
  });
});
