import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSessionTable, tableThresholds } from '../../src/session/index.ts';
import { likelyExchange, references } from '../support/arbitrary.ts';

const WINDOW = tableThresholds.activeMs.value;
const exchange = likelyExchange(references('s', 6), references('c', 8));

it('counts as active just the clients that asked for something within the window, whatever comes', () => {
  const most = new Set<number>();
  fc.assert(
    fc.property(fc.array(exchange, { maxLength: 80 }), fc.integer({ min: 2, max: 20 }), (traffic, limit) => {
      const table = createSessionTable({ clientLimit: limit });
      const seen = new Set<string>();
      const ordered = traffic.toSorted((a, b) => a.endedAt - b.endedAt);
      for (const each of ordered) {
        seen.add(table.apply(each).client.ref);
        table.advanceTime(each.endedAt);
        const known = [...seen].map((ref) => table.client(ref)).filter((client) => client !== undefined);
        const active = known.filter(({ lastSeenAt }) => lastSeenAt > each.endedAt - WINDOW);
        const counted = [...table.cohorts()].map(({ clients }) => clients);
        expect(counted.every((clients) => clients >= 0)).toBe(true);
        expect(counted.reduce((sum, clients) => sum + clients, 0)).toBe(active.length);
        most.add(known.length - active.length);
      }
    }),
    { numRuns: 200 },
  );
  // Some must have been silent for long, or there was nothing to tell apart.
  expect(Math.max(...most)).toBeGreaterThan(0);
});
