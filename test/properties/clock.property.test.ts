import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observer } from '../../src/observer.ts';
import { metricList } from '../../src/signals/index.ts';
import { without } from './exceptions.ts';
import { recordedOf, replayed, retell, TOLD, type Happening } from './story.ts';

const RUNS = { seed: 1, numRuns: 2 };
const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** Where in the story the clock jumps, in silence or beside an exchange, and how far: it sleeps, or is set back. */
const jump = fc.record({
  inSilence: fc.boolean(),
  where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  by: fc.oneof(fc.integer({ min: HOUR / 4, max: 12 * HOUR }), fc.integer({ min: -HOUR, max: -2 * SECOND })),
});

interface Jump {
  readonly inSilence: boolean;
  readonly where: number;
  readonly by: number;
}

/** The story by a clock that jumps; the watch wakes up, and looks, before anybody speaks. */
function jumped(happenings: readonly Happening[], { inSilence, where, by }: Jump): Happening[] {
  const places = happenings.filter(({ type }) => (type === 'refresh') === inSilence);
  const moment = places[Math.floor(where * places.length)]?.at ?? 0;
  const first = happenings.findIndex(({ at }) => at >= moment);
  const shown = (at: number): number => (at >= moment ? at + by : at);
  const before = happenings.slice(0, first).filter(({ at }) => at < moment);
  const after = happenings.slice(before.length).map((happening) => shownBy(shown, happening));
  return [...before, { at: moment + by, type: 'refresh' }, ...after];
}

function shownBy(shown: (at: number) => number, happening: Happening): Happening {
  const at = shown(happening.at);
  if (happening.type === 'refresh') return { at, type: 'refresh' };
  if (happening.type === 'stream')
    return { at, type: 'stream', of: { ...happening.of, at: shown(happening.of.at) } };
  const { startedAt, endedAt, stream } = happening.of;
  const facts =
    stream === undefined
      ? undefined
      : { ...stream, openedAt: shown(stream.openedAt), lastWriteAt: shown(stream.lastWriteAt) };
  const of = { ...happening.of, startedAt: shown(startedAt), endedAt: shown(endedAt), stream: facts };
  return { at, type: 'exchange', of };
}

/** A day and more in which nothing happens. */
function withSilence(happenings: readonly Happening[]): Happening[] {
  const end = Math.max(...happenings.map(({ at }) => at));
  const silence = Array.from({ length: 160 }, (_, i) => end + (i + 1) * 600 * SECOND);
  return [...happenings, ...silence.map((at) => ({ at, type: 'refresh' }) as const)];
}

function negativeSums(observer: Observer): string[] {
  return metricList
    .filter((metric) => observer.counts.samples(metric).some(({ sum }) => sum < 0))
    .map(({ name }) => name);
}

/** Verdicts that were not there without the jump. */
function added(shown: readonly string[], verdicts: readonly string[]): string[] {
  return without(
    'clock',
    shown.filter((verdict) => !verdicts.includes(verdict)),
  );
}

describe('a clock that jumps', () => {
  it.each(TOLD)('leaves nothing open, and when it is put forward accuses nobody: $fault', ({ told }) => {
    for (const { name, vantage, happenings, verdicts } of told) {
      fc.assert(
        fc.property(jump, (how) => {
          const shown = retell(vantage, withSilence(jumped(happenings, how)));
          const wrong = {
            // An observer's own clock never goes back.
            added: how.by > 0 ? added(shown.verdicts, verdicts) : [],
            open: [...shown.observer.cases.open()].map(({ fault }) => fault.id),
            negative: negativeSums(shown.observer),
          };
          expect({ name, wrong }).toEqual({ name, wrong: { added: [], open: [], negative: [] } });
        }),
        RUNS,
      );
    }
  });

  it.each(TOLD)('accuses nobody in a recording, put forward or set back: $fault', ({ told }) => {
    for (const { name, happenings } of told) {
      const verdicts = replayed(recordedOf(happenings));
      fc.assert(
        fc.property(jump, (how) => {
          const recorded = jumped(happenings, how).filter((happening) => happening.type !== 'refresh');
          expect({ name, added: added(replayed(recorded), verdicts) }).toEqual({ name, added: [] });
        }),
        RUNS,
      );
    }
  });

  it.each(TOLD)('counts no negative time, set back before the last exchange: $fault', ({ told }) => {
    for (const { name, vantage, happenings } of told) {
      const setBack = jumped(happenings, { inSilence: false, where: 0.9999, by: -HOUR });
      const negative = negativeSums(retell(vantage, setBack).observer);
      expect({ name, negative }).toEqual({ name, negative: [] });
    }
  });
});
