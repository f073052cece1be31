import { isDeepStrictEqual } from 'node:util';
import type { Happening } from './read-recording.ts';

/** Takes records as they stand in a file, and tells them in the order in which they happened, each once. */
export interface InOrder {
  take(happening: Happening): void;
  /** Tells what is still held back. */
  end(): void;
}

/** Who is told. */
export interface InOrderOptions {
  /** When the recording began. */
  readonly startedAt: number;
  readonly tell: (happening: Happening) => void;
  /** The clock of the recorder was set back: what follows happened later all the same. */
  readonly setBack: (to: number) => void;
}

/** How late a record may stand behind one that happened after it, or be repeated. */
export const LATE_MS = 1000;

/** The most that is held back, and the most of one moment that are compared, for clocks that stand still. */
const HELD = 10_000;
const COMPARED = 32;

/** When a record happened: an exchange is told when it is over. */
export function momentOf(happening: Happening): number {
  return happening.type === 'exchange' ? happening.of.endedAt : happening.of.at;
}

/**
 * Makes an {@link InOrder}. A recorder in the watched process needs none: it writes each record once, when it happens,
 * by a clock that never goes back. But a log shipper delivers at least once and in any order, and another program may
 * record by a clock that is set back: then one record stands alone in the past, or all that follow do.
 */
export function createInOrder({ startedAt, tell, setBack }: InOrderOptions): InOrder {
  const held: Happening[] = [];
  /** A record too late to be put in order: the next one shows whether the clock was set back. */
  let astray: Happening | undefined;
  let newest = startedAt;

  function release(until: number): void {
    let due = 0;
    while (due < held.length && momentOf(held[due] as Happening) <= until) due++;
    for (const happening of held.splice(0, due)) tell(happening);
  }

  function hold(happening: Happening): void {
    const at = momentOf(happening);
    let place = held.length;
    while (place > 0 && momentOf(held[place - 1] as Happening) > at) place--;
    if (isRepeat(happening, place)) return;
    held.splice(place, 0, happening);
    newest = Math.max(newest, at);
    release(held.length > HELD ? newest : newest - LATE_MS);
  }

  /** Whether it equals one of those before `place` that happened in the same moment. */
  function isRepeat(happening: Happening, place: number): boolean {
    for (let i = place - 1; i >= Math.max(0, place - COMPARED); i--) {
      const other = held[i] as Happening;
      if (momentOf(other) !== momentOf(happening)) return false;
      if (isDeepStrictEqual(other, happening)) return true;
    }
    return false;
  }

  function settle(late: Happening, next: number): void {
    astray = undefined;
    release(newest);
    if (next >= newest - LATE_MS) return tell(late);
    setBack(momentOf(late));
    newest = 0;
    hold(late);
  }

  return {
    take(happening) {
      if (astray !== undefined) settle(astray, momentOf(happening));
      if (momentOf(happening) < newest - LATE_MS) astray = happening;
      else hold(happening);
    },
    end() {
      if (astray !== undefined) settle(astray, newest);
      release(newest);
    },
  };
}
