import { setImmediate } from 'node:timers';

/** Work put off until the program that is watched has a moment. */
export interface Backlog {
  /** Runs `work` soon, in order. */
  add(work: () => void): void;
}

/** So much may wait: a program that never comes to rest is not left with ever more. */
const LIMIT = 256;

/**
 * Makes a {@link Backlog}. It is worked off at the end of the event loop's turn: what was put off in between is done
 * in one go, while the processor has the code at hand, which costs a fraction of doing it one by one
 * (docs/decisions/0014). What fails is given to `failed`, and the rest is done.
 */
export function createBacklog(failed: (error: unknown) => void): Backlog {
  let waiting: (() => void)[] = [];

  function workOff(): void {
    const works = waiting;
    waiting = [];
    for (const work of works) {
      try {
        work();
      } catch (error) {
        failed(error);
      }
    }
  }

  return {
    add(work) {
      if (waiting.push(work) === 1) setImmediate(workOff);
      else if (waiting.length === LIMIT) workOff();
    },
  };
}
