import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/exchange/index.ts';
import { createInOrder, LATE_MS, type InOrder } from '../../src/recording/in-order.ts';
import type { Happening } from '../../src/recording/read-recording.ts';
import { createStory, SETTLE_MS } from '../../src/recording/story.ts';
import { anExchange } from '../support/an-exchange.ts';

const START = 1_700_000_000_000;

function at(ms: number, client = 'c0ffeec0ffee'): Happening {
  const endedAt = START + ms;
  return { type: 'exchange', of: anExchange({ client, startedAt: endedAt - 5, endedAt }) };
}

/** What is told, as moments after the start; a clock set back as the word. */
function listening(): { readonly told: (number | string)[]; readonly inOrder: InOrder } {
  const told: (number | string)[] = [];
  const inOrder = createInOrder({
    startedAt: START,
    tell: (happening) => {
      if (happening.type === 'exchange') told.push(happening.of.endedAt - START);
    },
    setBack: (to) => told.push(`set back to ${to - START}`),
  });
  return { told, inOrder };
}

function toldOf(...happenings: readonly Happening[]): (number | string)[] {
  const { told, inOrder } = listening();
  for (const happening of happenings) inOrder.take(happening);
  inOrder.end();
  return told;
}

describe('records', () => {
  it('are told by when they happened, however they stand within a second', () => {
    expect(toldOf(at(900), at(0), at(1000), at(500))).toEqual([0, 500, 900, 1000]);
  });

  it('are told once', () => {
    expect(toldOf(at(0), at(0), at(100), at(0), at(200))).toEqual([0, 100, 200]);
  });

  it('of one moment that differ are all told, in the order in which they stand', () => {
    const { told, inOrder } = listening();
    for (const client of ['a', 'b', 'a', 'c']) inOrder.take(at(0, client));
    inOrder.end();
    expect(told).toEqual([0, 0, 0]);
  });

  it('are held back for no longer than a record may be late', () => {
    const { told, inOrder } = listening();
    inOrder.take(at(0));
    inOrder.take(at(LATE_MS - 1));
    expect(told).toEqual([]);
    inOrder.take(at(LATE_MS));
    expect(told).toEqual([0]);
  });

  it('that stand alone in the past are told where they stand', () => {
    expect(toldOf(at(5000), at(2000), at(5500))).toEqual([5000, 2000, 5500]);
    expect(toldOf(at(5000), at(2000))).toEqual([5000, 2000]);
  });

  it('that all stand in the past were made by a clock that was set back', () => {
    const told = toldOf(at(5000), at(2000), at(2100), at(2050), at(4000));
    expect(told).toEqual([5000, 'set back to 2000', 2000, 2050, 2100, 4000]);
  });

  it('of a clock that stands still are not held without limit', () => {
    const { told, inOrder } = listening();
    for (let i = 0; i < 10_001; i++) inOrder.take(at(0, `client ${i}`));
    expect(told.length).toBe(10_001);
  });
});

describe('a story whose clock is set back', () => {
  const record = (ms: number, facts: Partial<Exchange>): Happening => {
    const endedAt = START + ms;
    return { type: 'exchange', of: anExchange({ startedAt: endedAt - 5, endedAt, ...facts }) };
  };
  const begun = (sessionGiven: string, ms: number): Happening =>
    record(ms, { rpcMethods: ['initialize'], sessionGiven });
  const used = (sessionSent: string, ms: number): Happening =>
    record(ms, { rpcMethods: ['tools/list'], sessionSent });

  function found(...happenings: readonly Happening[]): string[] {
    const story = createStory(START, SETTLE_MS);
    for (const happening of happenings) story.tell(happening);
    return story.finish().map(({ fault }) => fault.id);
  }

  it('compares no time before with a time after', () => {
    const first = [begun('aaaaaaaaaaaa', 100_000), used('aaaaaaaaaaaa', 100_100)];
    // By the right clock half a minute later.
    const another = record(71_000, { rpcMethods: ['ping'], client: 'dddddddddddd' });
    expect(found(...first, begun('bbbbbbbbbbbb', 70_000), another)).toEqual([]);
  });

  it('keeps what was found', () => {
    const twice = [begun('aaaaaaaaaaaa', 1000), begun('bbbbbbbbbbbb', 2000)];
    const later = [used('aaaaaaaaaaaa', 2100), used('aaaaaaaaaaaa', 90_000)];
    expect(found(...twice, ...later, begun('cccccccccccc', 30_000))).toEqual(['double-initialize']);
  });
});
