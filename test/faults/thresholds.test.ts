import { describe, expect, it } from 'vitest';
import { catalogue, isJudged, type Fault, type Threshold, type Thresholds } from '../../src/faults/index.ts';
import type { Observer, ObserverOptions } from '../../src/observer.ts';
import { tableThresholds } from '../../src/session/index.ts';
import { tell, type FaultScripts, type Script } from './script.ts';
import { allScripts } from './scripts/index.ts';
import { numberScripts, type NumberScripts } from './scripts/numbers.ts';

/** How far a threshold is moved to turn a verdict: one of what is counted, a twentieth of the rest. */
const STEP = 0.05;

const SIDES = ['below', 'above'] as const;

/** A story that lies beside a threshold, and what it comes to. */
interface Probe {
  /** The fault or the metric that shows it. */
  readonly of: string;
  readonly threshold: string;
  readonly side: (typeof SIDES)[number];
  readonly name: string;
  readonly script: Script;
  readonly outcomeOf: (observer: Observer) => string;
}

function probesOf(scripts: readonly Script[], shown: Pick<Probe, 'of' | 'outcomeOf'>): Probe[] {
  return scripts.flatMap((script) =>
    SIDES.flatMap((side) =>
      [script[side] ?? []]
        .flat()
        .map((threshold) => ({ ...shown, threshold, side, name: script.name, script })),
    ),
  );
}

/** A fault was never told, is still told at the end, or no more. */
function faultProbes({ fault, faulty, quiet, edges = [] }: FaultScripts): Probe[] {
  const outcomeOf = ({ cases }: Observer): string => {
    if ([...cases.open()].some((standing) => standing.fault.id === fault)) return 'open';
    return cases.closed().some((ended) => ended.fault.id === fault) ? 'over' : 'never';
  };
  return probesOf([...faulty, ...quiet, ...edges, ...faulty.flatMap(closing)], { of: fault, outcomeOf });
}

function numberProbes({ metric, edges }: NumberScripts): Probe[] {
  const outcomeOf = ({ counts }: Observer): string =>
    JSON.stringify(counts.samples(metric).filter(({ value }) => value > 0));
  return probesOf(edges, { of: metric.name, outcomeOf });
}

/** A story looked at just before its case closes for want of a repeat, and just after. */
function closing(script: Script): Script[] {
  const { closesAfter, vantage } = script;
  if (closesAfter === undefined) return [];
  const later = (seconds: number): Script => ({
    name: `${script.name}, ${seconds} s later`,
    ...(vantage === undefined ? {} : { vantage }),
    tell(wire) {
      script.tell(wire);
      wire.pass(seconds);
    },
  });
  return [
    { ...later(closesAfter - 10), below: 'quietMs' },
    { ...later(closesAfter + 10), above: 'quietMs' },
  ];
}

/** The thresholds by which a fault is decided: its own, and those of the table on which it rests. */
function thresholdsOf({ thresholds, restsOn = [] }: Fault): string[] {
  return [...Object.keys(thresholds), ...restsOn.map((name) => `table.${name}`)];
}

function declarationOf(of: string, threshold: string): Threshold {
  const [name, table] = threshold.split('.').toReversed() as [string, string?];
  const fault = catalogue.find(({ id }) => id === of);
  const ofTable: Thresholds = tableThresholds;
  const declared = table === undefined ? fault?.thresholds[name] : ofTable[name];
  if (declared === undefined || (fault !== undefined && !thresholdsOf(fault).includes(threshold)))
    throw new RangeError(`${of} is not decided by ${threshold}`);
  return declared;
}

/** The options that move a threshold a little past the story. */
function moved({ of, threshold, side }: Probe): ObserverOptions {
  const { value, unit } = declarationOf(of, threshold);
  const step = unit === 'count' ? 1 : STEP * value;
  const next = side === 'above' ? value + step : value - step;
  return threshold.startsWith('table.')
    ? { table: { thresholds: { [threshold.slice('table.'.length)]: next } } }
    : { thresholds: { [of]: { [threshold]: next } } };
}

const probes = [...allScripts.flatMap(faultProbes), ...numberScripts.flatMap(numberProbes)];

const wanted = [
  // Those of a rule are proved on series, by promtool.
  ...catalogue.filter(isJudged).map((fault) => [fault.id, thresholdsOf(fault)] as const),
  ...numberScripts.map(({ metric, threshold }) => [metric.name, [`table.${threshold}`]] as const),
];

describe('every threshold', () => {
  it.each(wanted)('of %s has a script just below and one just above', (of, thresholds) => {
    const probed = probes
      .filter((probe) => probe.of === of)
      .map(({ side, threshold }) => `${side} ${threshold}`);
    const missing = thresholds
      .flatMap((name) => SIDES.map((side) => `${side} ${name}`))
      .filter((probe) => !probed.includes(probe));
    expect(missing).toEqual([]);
  });

  it('of the session table decides a fault that says so, or a number', () => {
    const faults = catalogue.flatMap(({ restsOn = [] }) => restsOn);
    const decided = [...faults, ...numberScripts.map(({ threshold }) => threshold)];
    expect(new Set(decided)).toEqual(new Set(Object.keys(tableThresholds)));
  });
});

/** What the stories come to with the declared thresholds, by threshold and side. */
const told = new Map<string, Set<string>>();

describe('moved past the story, it turns the verdict', () => {
  it.each(probes)('$of: just $side $threshold: $name', (probe) => {
    const { of, threshold, side, script, outcomeOf } = probe;
    const outcome = outcomeOf(tell(script));
    const key = `${of} ${threshold} ${side}`;
    told.set(key, (told.get(key) ?? new Set()).add(outcome));
    expect(outcomeOf(tell(script, moved(probe)))).not.toBe(outcome);
  });

  it('what lies below is judged otherwise than what lies above', () => {
    const alike = probes
      .map(({ of, threshold }) => `${of} ${threshold}`)
      .filter((key) => {
        const above = told.get(`${key} above`) ?? new Set();
        return [...(told.get(`${key} below`) ?? [])].some((outcome) => above.has(outcome));
      });
    expect(alike).toEqual([]);
  });
});
