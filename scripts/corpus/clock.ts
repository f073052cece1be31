import { setTimeout as sleep } from 'node:timers/promises';

/** A stretch of time that the recorder's clock took for longer than it was. */
export interface Stretch {
  /** How long it really lasted, and how long the recording says it did, s. */
  readonly real: number;
  readonly recorded: number;
}

/** The clock of one story's recorder: that of the machine, but where a story stretches it. */
export interface StretchableClock {
  readonly now: () => number;
  /** Waits `real` seconds, in which the clock runs evenly through `recorded` seconds. */
  readonly stretch: (recorded: number, real: number) => Promise<void>;
  readonly stretches: readonly Stretch[];
}

/**
 * Makes a {@link StretchableClock}. What happens while it is stretched happens for real, and is recorded at the
 * time the clock shows: a limit of 60 s is played by one of 3 s, and told as 60 s.
 */
export function createStretchableClock(): StretchableClock {
  const stretches: Stretch[] = [];
  let ahead = 0;
  let since = 0;
  let rate = 1;
  const real = (): number => performance.timeOrigin + performance.now();
  const now = (): number => real() + ahead + (rate - 1) * (since === 0 ? 0 : real() - since);
  return {
    now,
    stretches,
    async stretch(recorded, seconds) {
      const begun = now();
      since = real();
      rate = recorded / seconds;
      await sleep(seconds * 1000);
      // Whatever the timer made of it, the recording has the length that was asked for, or what it has become.
      ahead = Math.max(now(), begun + recorded * 1000) - real();
      since = 0;
      rate = 1;
      stretches.push({ real: seconds, recorded });
    },
  };
}
