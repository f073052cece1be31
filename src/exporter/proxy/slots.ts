/**
 * Items that come and go with every request. A Set would do, but for the garbage collector: it leaves its former tables
 * behind, each linked to the next, and once one of them has grown old, so do all that follow, with the requests that
 * they held. Measured: 5 kB a request until the next full collection, and most of the collector's time.
 */
export interface Slots<Item> extends Iterable<Item> {
  readonly size: number;
  /** Answers where the item is. */
  put(item: Item): number;
  clear(at: number): void;
}

/** Makes {@link Slots}. */
export function createSlots<Item>(): Slots<Item> {
  const items: (Item | undefined)[] = [];
  const free: number[] = [];
  return {
    get size() {
      return items.length - free.length;
    },
    put(item) {
      const at = free.pop() ?? items.length;
      items[at] = item;
      return at;
    },
    clear(at) {
      items[at] = undefined;
      free.push(at);
    },
    *[Symbol.iterator]() {
      for (const item of items) if (item !== undefined) yield item;
    },
  };
}
