import { describe, expect, it } from 'vitest';
import { createObserver } from '../../src/observer.ts';
import { createSessionTable, limitsOf, tableThresholds } from '../../src/session/index.ts';

describe('thresholds', () => {
  it('have their declared values unless another is set', () => {
    const limits = limitsOf(tableThresholds, { ghostMs: 5 });
    for (const [name, { value }] of Object.entries(tableThresholds))
      expect(limits[name as keyof typeof limits], name).toBe(name === 'ghostMs' ? 5 : value);
  });

  it.each([
    [{ table: { thresholds: { gostMs: 5000 } } }, 'table.thresholds.gostMs: 5000 is set, ', 'ghostMs'],
    [{ table: { thresholds: { ghostMs: -1 } } }, 'table.thresholds.ghostMs: -1 is not allowed', 'from 0'],
    [{ table: { thresholds: { ghostMs: Number.NaN } } }, 'table.thresholds.ghostMs: NaN is not', 'from 0'],
    [{ table: { thresholds: { ghostMs: '5' } } }, 'table.thresholds.ghostMs: 5 is not allowed', 'a number'],
    [{ table: { thresholds: { toString: 5 } } }, 'table.thresholds.toString: 5 is set, ', 'ghostMs'],
    [{ thresholds: { 'lost-affinity': { times: 3 } } }, 'thresholds.lost-affinity.times: 3 is set', 'count,'],
    [{ thresholds: { 'lost-affinity': { count: -3 } } }, 'thresholds.lost-affinity.count: -3 is', 'from 0'],
    [{ thresholds: { 'sse-flap': { streams: 41 } } }, 'thresholds.sse-flap.streams: 41 is not', 'to 40'],
    [{ thresholds: { 'lost-afinity': {} } }, 'thresholds: there is no fault "lost-afinity"', 'lost-affinity'],
  ])('are refused by name and value, with what is allowed: %j', (options, begins, allowed) => {
    const make = () => createObserver(options as never);
    expect(make).toThrow(RangeError);
    expect(make).toThrow(begins);
    expect(make).toThrow(allowed);
  });

  it('belong to one table, and not to the next', () => {
    createSessionTable({ thresholds: { ghostMs: 5 } });
    expect(createSessionTable().target('server', 'default').limits.ghostMs).toBe(
      tableThresholds.ghostMs.value,
    );
  });
});
