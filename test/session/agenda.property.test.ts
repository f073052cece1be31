import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAgenda } from '../../src/session/index.ts';

const command = fc.oneof(
  fc.record({ add: fc.integer({ min: 0, max: 9 }), at: fc.integer({ min: 0, max: 100 }) }),
  fc.record({ due: fc.integer({ min: 0, max: 100 }) }),
);

describe('the agenda', () => {
  it('behaves as a plain map from subject to its earliest time', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
        const agenda = createAgenda<number>(6);
        const model = new Map<number, number>();
        for (const each of commands) {
          if ('due' in each) {
            const expected = [...model].filter(([, at]) => at <= each.due).map(([subject]) => subject);
            for (const subject of expected) model.delete(subject);
            expect(new Set(agenda.due(each.due))).toEqual(new Set(expected));
          } else {
            const standing = model.get(each.add);
            const fits = standing !== undefined || model.size < 6;
            if (fits) model.set(each.add, Math.min(standing ?? each.at, each.at));
            expect(agenda.add(each.add, each.at)).toBe(fits);
          }
          expect(agenda.size).toBe(model.size);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('hands out what is due in order of time', () => {
    const agenda = createAgenda<string>(10);
    agenda.add('late', 30);
    agenda.add('early', 10);
    agenda.add('middle', 20);
    agenda.add('late', 5);
    expect(agenda.due(20)).toEqual(['late', 'early', 'middle']);
    expect(agenda.due(100)).toEqual([]);
  });
});
