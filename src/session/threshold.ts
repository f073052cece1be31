/** A number that decides, with its unit and the reason for its value. Operators may set another. */
export interface Threshold {
  readonly value: number;
  readonly unit: 'ms' | 'count' | 'ratio' | 'bytes';
  readonly reason: string;
  /** The most that is remembered: a greater value could never be reached. */
  readonly atMost?: number;
}

/** Thresholds by name. */
export type Thresholds = Readonly<Record<string, Threshold>>;

/** The values of thresholds, as those get them who decide by them. */
export type Limits<T extends Thresholds> = { readonly [Name in keyof T]: number };

/** Other values for some thresholds, by name. */
export type Overrides<T extends Thresholds> = { readonly [Name in keyof T]?: number };

/**
 * The value of every threshold: the declared one, unless the operator set another. Throws a RangeError that begins
 * with `path`, the option in which they were set, for a name that is not declared and for what is no number from 0.
 */
export function limitsOf<T extends Thresholds>(
  declared: T,
  overrides: Overrides<T> = {},
  path = 'thresholds',
): Limits<T> {
  const limits: Record<string, number> = {};
  for (const [name, { value }] of Object.entries(declared)) limits[name] = value;
  for (const [name, value] of Object.entries(overrides)) {
    const names = Object.keys(declared).join(', ');
    const { atMost = Number.POSITIVE_INFINITY } = declared[name] ?? {};
    if (!Object.hasOwn(declared, name))
      throw new RangeError(
        `${path}.${name}: ${String(value)} is set, and there is no such threshold; the thresholds are ${names}`,
      );
    if (typeof value !== 'number' || !(value >= 0) || value > atMost) {
      const upTo = Number.isFinite(atMost) ? ` to ${atMost}, for no more are remembered` : '';
      throw new RangeError(
        `${path}.${name}: ${String(value)} is not allowed; it must be a number from 0${upTo}`,
      );
    }
    limits[name] = value;
  }
  return limits as Limits<T>;
}
