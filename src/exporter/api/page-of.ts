/** A part of a list that is too long to be told at once. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** How many there are in the whole list. */
  readonly total: number;
  /** Where the next page begins; null on the last. */
  readonly next: string | null;
}

/** What a list is ordered by: the latest first, and of equals by name. */
export interface Order<Item> {
  readonly timeOf: (item: Item) => number;
  readonly nameOf: (item: Item) => string;
}

interface Place {
  readonly time: number;
  readonly name: string;
}

/**
 * The page of at most `limit` items behind `cursor`, which a page before has told. A cursor names a place in the
 * order and not a number of items, so what comes in meanwhile shifts nothing. Throws a RangeError for a cursor that
 * no page has told. The list is gone through once, and never held or sorted as a whole.
 */
export function pageOf<Item>(
  list: Iterable<Item>,
  order: Order<Item>,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Page<Item> {
  const after = cursor === undefined ? undefined : placeIn(cursor);
  const inOrder = (a: Item, b: Item): number =>
    order.timeOf(b) - order.timeOf(a) || compareNames(order.nameOf(a), order.nameOf(b));
  let kept: Item[] = [];
  let total = 0;
  for (const item of list) {
    total++;
    if (after !== undefined && !isBehind(item, after, order)) continue;
    kept.push(item);
    if (kept.length > 20 * limit) kept = kept.toSorted(inOrder).slice(0, limit + 1);
  }
  const items = kept.toSorted(inOrder).slice(0, limit);
  const last = items.at(-1);
  const next = kept.length > limit && last !== undefined ? cursorOf(last, order) : null;
  return { items, total, next };
}

function isBehind<Item>(item: Item, { time, name }: Place, { timeOf, nameOf }: Order<Item>): boolean {
  const at = timeOf(item);
  return at < time || (at === time && compareNames(nameOf(item), name) > 0);
}

function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function cursorOf<Item>(item: Item, { timeOf, nameOf }: Order<Item>): string {
  return Buffer.from(`${timeOf(item)} ${nameOf(item)}`).toString('base64url');
}

function placeIn(cursor: string): Place {
  const [time = '', ...name] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (!/^\d+(\.\d+)?$/.test(time)) throw new RangeError('this cursor was not told by a page before');
  return { time: Number(time), name: name.join(' ') };
}
