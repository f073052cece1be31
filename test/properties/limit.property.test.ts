import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/exchange/index.ts';
import { anExchange } from '../support/an-exchange.ts';
import { without } from './exceptions.ts';
import { retell, TOLD, type Happening } from './story.ts';

const RUNS = { seed: 1, numRuns: 2 };

/** What strangers do at another server that the same observer watches. */
const doing = fc.constantFrom<(name: string) => Partial<Exchange>>(
  (name) => ({ rpcMethods: ['initialize'], sessionGiven: name }),
  (name) => ({ rpcMethods: ['tools/call'], sessionSent: name }),
  (name) => ({ rpcMethods: ['tools/call'], sessionSent: name, status: 404, bodyClass: 'session-dead' }),
);

const crowd = fc.record({
  sessionLimit: fc.integer({ min: 1, max: 8 }),
  clientLimit: fc.integer({ min: 1, max: 4 }),
  /** How many of them speak after each exchange of the story. */
  strangers: fc.nat({ max: 3 }),
  doing: fc.infiniteStream(doing),
});

/** Strangers speak after each exchange, each in a session of its own. */
function amongStrangers(
  { vantage, happenings }: (typeof TOLD)[number]['told'][number],
  strangers: number,
  deeds: Iterator<(name: string) => Partial<Exchange>>,
): Happening[] {
  let count = 0;
  return happenings.flatMap((happening) => {
    if (happening.type !== 'exchange') return [happening];
    const others = Array.from({ length: strangers }, (): Happening => {
      const name = `stranger ${++count}`;
      const deed = deeds.next().value as (name: string) => Partial<Exchange>;
      const { at } = happening;
      const who = { vantage, target: 'elsewhere', client: name, principal: name };
      const of = anExchange({ ...who, startedAt: at, endedAt: at, ...deed(name) });
      return { at, type: 'exchange', of };
    });
    return [happening, ...others];
  });
}

describe('tables at their limits', () => {
  it.each(TOLD)('accuse nobody: $fault', ({ told }) => {
    for (const story of told) {
      fc.assert(
        fc.property(crowd, ({ strangers, doing: deeds, ...table }) => {
          const options = { table, targets: ['default', 'elsewhere', 'other'] };
          const shown = retell(story.vantage, amongStrangers(story, strangers, deeds), options).verdicts;
          const ours = shown.filter((verdict) => !/stranger|elsewhere/.test(verdict));
          const added = ours.filter((verdict) => !story.verdicts.includes(verdict));
          expect({ name: story.name, added: without('limit', added) }).toEqual({
            name: story.name,
            added: [],
          });
        }),
        RUNS,
      );
    }
  });

  it('do leave strangers out: the limit is reached', () => {
    const [story] = TOLD[0]?.told ?? [];
    if (story === undefined) throw new Error('there is no story');
    const { observer } = retell(story.vantage, story.happenings, { table: { sessionLimit: 1 } });
    expect(observer.sessions.sizes.sessions).toBeLessThanOrEqual(1);
  });
});
