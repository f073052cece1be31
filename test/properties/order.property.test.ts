import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { without } from './exceptions.ts';
import {
  byTime,
  momentOf,
  recordedOf,
  replayed,
  retell,
  TOLD,
  type Happening,
  type Recorded,
} from './story.ts';

const RUNS = { seed: 1, numRuns: 3 };

/** How late a log shipper delivers, in ms. */
const late = fc.infiniteStream(fc.nat(900));

/** Each record once or twice, and each time late. What happened in the same moment has no order, and keeps together. */
function shipped(recorded: readonly Recorded[], delays: Iterator<number>): Recorded[] {
  const next = (): number => delays.next().value as number;
  const lateness = new Map<number, readonly [number, number]>();
  const deliveries = recorded.flatMap((record) => {
    const moment = momentOf(record);
    const delay = lateness.get(moment) ?? [next(), next()];
    lateness.set(moment, delay);
    const again = delay[1] % 2 === 0 ? delay : delay.slice(0, 1);
    return again.map((ms) => ({ record, at: moment + ms }));
  });
  return byTime(deliveries, ({ at }) => at).map(({ record }) => record);
}

/** Answers that are over later than the client has read them, and told in the order of their ends. */
function overlapping(happenings: readonly Happening[], delays: Iterator<number>): Happening[] {
  const stretched = happenings.map((happening) => {
    if (happening.type !== 'exchange') return happening;
    const ms = (delays.next().value as number) / 18;
    return {
      ...happening,
      at: happening.at + ms,
      of: { ...happening.of, endedAt: happening.of.endedAt + ms },
    };
  });
  return byTime(stretched, ({ at }) => at);
}

describe('a recording that was shipped in any order, with every other line twice', () => {
  it.each(TOLD)('shows the same: $fault', ({ told }) => {
    for (const { name, happenings } of told) {
      const recorded = recordedOf(happenings);
      const verdicts = replayed(recorded);
      fc.assert(
        fc.property(late, (delays) => {
          expect({ name, verdicts: replayed(shipped(recorded, delays)) }).toEqual({ name, verdicts });
        }),
        RUNS,
      );
    }
  });
});

describe('exchanges that overlap by up to 50 ms, told as they end', () => {
  it.each(TOLD)('show the same: $fault', ({ told }) => {
    for (const { name, vantage, happenings, verdicts } of told) {
      fc.assert(
        fc.property(late, (delays) => {
          const shown = retell(vantage, overlapping(happenings, delays)).verdicts;
          expect({ name, verdicts: without('overlap', shown) }).toEqual({
            name,
            verdicts: without('overlap', verdicts),
          });
        }),
        RUNS,
      );
    }
  });
});
