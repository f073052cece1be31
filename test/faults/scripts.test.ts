import { describe, expect, it } from 'vitest';
import { catalogue, isJudged } from '../../src/faults/index.ts';
import { faultsFound, tell, type Script } from './script.ts';
import { allScripts, blameScripts } from './scripts/index.ts';

describe('the catalogue', () => {
  it('has scripts for every fault that is judged, in its own order', () => {
    expect(allScripts.map((scripts) => scripts.fault)).toEqual(
      catalogue.filter(isJudged).map((fault) => fault.id),
    );
  });

  it('has for every fault a faulty script and two look-alikes', () => {
    for (const { fault, faulty, quiet } of allScripts) {
      expect(faulty.length, fault).toBeGreaterThan(0);
      expect(quiet.length, fault).toBeGreaterThanOrEqual(2);
    }
  });
});

describe.each([...allScripts])('$fault', ({ fault, faulty, quiet }) => {
  it.each([...faulty])('is told: $name', (script) => {
    expect(new Set(faultsFound(tell(script)))).toEqual(new Set([fault, ...(script.also ?? [])]));
  });

  it.each([...quiet])('stays silent: $name', (script) => {
    expect(script.also ?? []).not.toContain(fault);
    expect(new Set(faultsFound(tell(script)))).toEqual(new Set(script.also ?? []));
  });
});

describe('after a quarter of an hour of silence', () => {
  const quarter = (script: Script): Script => ({
    ...script,
    tell(wire) {
      script.tell(wire);
      wire.pass(960);
    },
  });
  // What was left behind lies there still, and is told.
  const lasting = new Set(['orphaned-sessions', 'delete-not-supported']);
  const scripts = allScripts.filter(({ fault }) => !lasting.has(fault)).flatMap(({ faulty }) => faulty);

  it.each(scripts)('it is over: $name', (script) => {
    const observer = tell(quarter(script));
    const open = [...observer.cases.open()].filter((standing) => !lasting.has(standing.fault.id));
    expect(open).toEqual([]);
    expect(observer.cases.closed().length).toBeGreaterThan(0);
  });
});

describe.each([...blameScripts])('only $fault', ({ fault, faulty }) => {
  it.each([...faulty])('$name', (script) => {
    expect(faultsFound(tell(script))).toEqual([fault]);
  });
});
