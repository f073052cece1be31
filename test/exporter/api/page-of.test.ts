import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageOf, type Order } from '../../../src/exporter/api/page-of.ts';

interface Item {
  readonly at: number;
  readonly name: string;
}

const ORDER: Order<Item> = { timeOf: ({ at }) => at, nameOf: ({ name }) => name };

const items = fc.uniqueArray(
  fc.record({ at: fc.integer({ min: 0, max: 9 }), name: fc.string({ maxLength: 6 }) }),
  {
    selector: ({ at, name }) => `${at} ${name}`,
    maxLength: 200,
  },
);

describe('a list in pages', () => {
  it('tells every item once, the latest first, however long the pages are', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 7 }), (list, limit) => {
        const told: Item[] = [];
        let cursor: string | undefined;
        do {
          const page = pageOf(list, ORDER, { limit, cursor });
          expect(page.total).toBe(list.length);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          told.push(...page.items);
          cursor = page.next ?? undefined;
          if (told.length > list.length) break;
        } while (cursor !== undefined);
        expect(told).toHaveLength(list.length);
        expect(new Set(told)).toEqual(new Set(list));
        expect(told.map(({ at }) => at)).toEqual(list.map(({ at }) => at).toSorted((a, b) => b - a));
      }),
    );
  });

  it('takes no cursor of anybody else', () => {
    for (const cursor of ['', 'x', '%', Buffer.from('-1 a').toString('base64url')])
      expect(() => pageOf([], ORDER, { limit: 1, cursor })).toThrow(RangeError);
  });
});
