/** Durations as Prometheus writes them, in one unit. */

const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

/** The largest unit used is the day: `7d`, not `1w`. */
const LARGEST = 86_400_000;

/** In the largest unit that leaves nothing over. */
export function durationOf(ms: number): string {
  const [unit, length] = UNITS.find(([, each]) => each <= LARGEST && ms % each === 0) ?? ['ms', 1];
  return `${ms / length}${unit}`;
}

/** How many seconds a duration has. Throws a RangeError for what is none of one unit. */
export function secondsOf(duration: string): number {
  const [, count, unit] = /^(\d+)([a-z]+)$/.exec(duration) ?? [];
  const length = UNITS.find(([name]) => name === unit)?.[1];
  if (length === undefined) throw new RangeError(`"${duration}" is not a duration of one unit`);
  return (Number(count) * length) / 1000;
}
