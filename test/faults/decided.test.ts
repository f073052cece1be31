import { describe, expect, it } from 'vitest';
import { catalogue, isJudged, type RuledFault } from '../../src/faults/index.ts';
import { conditionOfRule } from '../../src/ops/fault-rules.ts';
import { metricList } from '../../src/signals/index.ts';
import { allScripts } from './scripts/index.ts';
import { allStories } from './stories/index.ts';

const ruled = catalogue.filter((fault): fault is RuledFault => fault.decidedBy === 'rule');

describe('every fault', () => {
  it.each(catalogue)('$id is decided by a judge or by a rule', (fault) => {
    if (isJudged(fault)) expect(Object.keys(fault.judges)).not.toEqual([]);
    else expect(metricList.some(({ name }) => conditionOfRule(fault).promql.includes(name))).toBe(true);
  });

  it.each(catalogue)('$id has stories that prove it, and two look-alikes', ({ id }) => {
    const proofs = [...allScripts, ...allStories].filter(({ fault }) => fault === id);
    expect(proofs).toHaveLength(1);
    expect(proofs.flatMap(({ faulty }) => [...faulty]).length).toBeGreaterThan(0);
    expect(proofs.flatMap(({ quiet }) => [...quiet]).length).toBeGreaterThanOrEqual(2);
  });

  it('that a rule decides has its stories in the order of the catalogue', () => {
    expect(allStories.map(({ fault }) => fault)).toEqual(ruled.map(({ id }) => id));
  });

  it('without a condition is refused', () => {
    const [known] = ruled;
    expect(() => conditionOfRule({ ...(known as RuledFault), id: 'of-the-gaps' })).toThrow(RangeError);
  });
});

describe('the thresholds of a rule', () => {
  it.each(ruled)('of $id: each parts a story in which it fires from one in which it does not', (fault) => {
    const stories = allStories.find((candidate) => candidate.fault === fault.id);
    const marked = (of: readonly { below?: unknown; above?: unknown }[] = []): Set<string> =>
      new Set(of.flatMap(({ below, above }) => [below ?? [], above ?? []].flat()).map(String));
    const names = new Set(Object.keys(fault.thresholds));
    expect(marked(stories?.faulty)).toEqual(names);
    expect(marked(stories?.quiet)).toEqual(names);
  });
});
