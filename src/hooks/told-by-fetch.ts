import { AsyncLocalStorage } from 'node:async_hooks';
import type { References } from '../exchange/index.ts';

/** A request that `hooks/fetch` tells, and those around it. */
interface Mark {
  /** Whom it tells: a listener in front of another, such as a recorder, hashes with the same references. */
  readonly references: References;
  readonly watch: { readonly ended: boolean };
  readonly outer: Mark | undefined;
}

const marks = new AsyncLocalStorage<Mark>();

/** How many hooks in the whole process are there to be told. As long as there are none, a mark costs nothing. */
let readers = 0;

/** A hook that sees what `fetch` sends begins, or ends, to ask {@link isToldByFetch}. */
export function countReaders(by: 1 | -1): void {
  readers += by;
}

/** Runs `send`, and marks what it sends as told by `hooks/fetch` for as long as `watch` has not ended. */
export function tellingByFetch<Result>(
  references: References,
  watch: { readonly ended: boolean },
  send: () => Result,
): Result {
  if (readers === 0) return send();
  const outer = marks.getStore();
  return marks.run({ references, watch, outer: outer?.watch.ended === false ? outer : undefined }, send);
}

/**
 * Whether the request that is made where this is called is told by `hooks/fetch` to whoever uses `references`. A
 * connection remembers the request that it was opened for, and may make another much later: hence the question
 * whether the marked one has ended.
 */
export function isToldByFetch(references: References): boolean {
  for (let mark = marks.getStore(); mark !== undefined; mark = mark.outer)
    if (mark.references === references && !mark.watch.ended) return true;
  return false;
}
