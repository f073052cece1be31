/** What values a field of a recording may have. What is not allowed is neither written nor read. */
export interface Kind<Value> {
  /** What is allowed, in words that follow "must be". */
  readonly allowed: string;
  /** The value as JSON text; undefined when it is not allowed. */
  write(value: Value): string | undefined;
  /** The value of what `JSON.parse` gave; undefined when it is not allowed. */
  read(raw: unknown): Value | undefined;
}

/** One of a closed list; a long list is named by `allowed` instead of being told in full. */
export function oneOf<const Value extends string>(
  list: readonly Value[],
  allowed = `one of ${list.join(', ')}`,
): Kind<Value> {
  const texts = new Map<unknown, string>(list.map((value) => [value, JSON.stringify(value)]));
  return {
    allowed,
    write: (value) => texts.get(value),
    read: (raw) => (texts.has(raw) ? (raw as Value) : undefined),
  };
}

/** A list of values of one kind. */
export function listOf<Value>(kind: Kind<Value>): Kind<readonly Value[]> {
  return {
    allowed: `a list, each item ${kind.allowed}`,
    write(values) {
      const texts = values.map((value) => kind.write(value));
      return texts.includes(undefined) ? undefined : `[${texts.join(',')}]`;
    },
    read(raw) {
      if (!Array.isArray(raw)) return undefined;
      const values = raw.map((item) => kind.read(item));
      return values.includes(undefined) ? undefined : (values as Value[]);
    },
  };
}

/** Text that fits a pattern; the pattern must leave out what JSON escapes. */
function textLike(pattern: RegExp, allowed: string): Kind<string> {
  const fits = (value: unknown): value is string => typeof value === 'string' && pattern.test(value);
  return {
    allowed,
    write: (value) => (fits(value) ? `"${value}"` : undefined),
    read: (raw) => (fits(raw) ? raw : undefined),
  };
}

/** A keyed hash in the place of an id or a credential: nothing else can stand there, so no secret can. */
export const REFERENCE = textLike(/^[0-9a-f]{12}$/, 'a reference of 12 hexadecimal digits');

/** Words of an operator. Control characters are kept out: a recording is printed to terminals. */
export const TEXT: Kind<string> = {
  allowed: 'a text of at most 256 characters, without control characters',
  write: (value) => (TEXT.read(value) === undefined ? undefined : JSON.stringify(value)),
  read: (raw) => (typeof raw === 'string' && raw.length <= 256 && !/\p{Cc}/u.test(raw) ? raw : undefined),
};

/** The id of a fault, as the catalogue has it. */
export const FAULT_ID = textLike(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'the id of a fault, in lower case with hyphens');

function numberWithin(greatest: number, whole: boolean, allowed: string): Kind<number> {
  const fits = (value: unknown): value is number =>
    typeof value === 'number' && value >= 0 && value <= greatest && (!whole || Number.isInteger(value));
  return {
    allowed,
    write: (value) => (fits(value) ? String(value) : undefined),
    read: (raw) => (fits(raw) ? raw : undefined),
  };
}

/** A moment. The greatest is that of `Date`. */
export const TIME = numberWithin(8.64e15, false, 'a time in ms since the epoch');

/** An HTTP status. */
export const STATUS = numberWithin(999, true, 'a whole number from 0 to 999');

/** How many. */
export const COUNT = numberWithin(Number.MAX_SAFE_INTEGER, true, 'a whole number from 0');

/** Yes or no. */
export const FLAG: Kind<boolean> = {
  allowed: 'true or false',
  write: (value) => (typeof value === 'boolean' ? String(value) : undefined),
  read: (raw) => (typeof raw === 'boolean' ? raw : undefined),
};
