import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/faults/index.ts';
import { faultsFound, tell, type Script } from './script.ts';
import { allScripts, blameScripts } from './scripts/index.ts';

describe('the catalogue', () => {
  it('has scripts for every fault, in its own order', () => {
    expect(allScripts.map((scripts) => scripts.fault)).toEqual(catalogue.map((fault) => fault.id));
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
    expect(faultsFound(tell(script))).toEqual([]);
  });
});

describe('after a quarter of an hour of silence', () => {
  const quarter = (script: Script): Script => ({
    name: script.name,
    tell(wire) {
      script.tell(wire);
      wire.pass(960);
    },
  });
  const scripts = allScripts
    .filter(({ fault }) => fault !== 'orphaned-sessions')
    .flatMap(({ faulty }) => faulty);

  it.each(scripts)('it is over: $name', (script) => {
    const observer = tell(quarter(script));
    // What a storm leaves behind lies there still, and is told.
    const open = [...observer.cases.open()].filter((standing) => standing.fault.id !== 'orphaned-sessions');
    expect(open).toEqual([]);
    expect(observer.cases.closed().length).toBeGreaterThan(0);
  });
});

describe.each([...blameScripts])('only $fault', ({ fault, faulty }) => {
  it.each([...faulty])('$name', (script) => {
    expect(faultsFound(tell(script))).toEqual([fault]);
  });
});
