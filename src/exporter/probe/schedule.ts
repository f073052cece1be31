import type { Probes, ProbeSettings } from './probes.ts';

/** So many probes of the schedule run at a time: one that has a thousand targets shall not slow the program. */
const AT_A_TIME = 4;

/** Long before the program was started, in ms; unlike infinity it can be taken from itself. */
const NEVER = -1e9;

interface Entry {
  readonly target: string;
  readonly module: string;
  readonly everyMs: number;
}

/**
 * Probes by itself every allowed target, by each module that says how often. Answers a function to be called about
 * once a second, which begins what is due, the longest waiting first; `failed` is told of a probe that broke.
 */
export function createSchedule(
  probes: Probes,
  settings: () => ProbeSettings,
  failed: (error: unknown) => void,
): () => void {
  const begun = new Map<string, number>();
  let running = 0;

  async function begin(key: string, { target, module }: Entry): Promise<void> {
    begun.set(key, performance.now());
    running++;
    try {
      await probes.run(target, module);
    } catch (error) {
      failed(error);
    } finally {
      running--;
    }
  }

  return () => {
    const entries = new Map(entriesOf(settings()).map((entry) => [`${entry.module} ${entry.target}`, entry]));
    for (const key of begun.keys()) if (!entries.has(key)) begun.delete(key);
    const now = performance.now();
    const lastOf = (key: string): number => begun.get(key) ?? NEVER;
    const due = [...entries]
      .filter(([key, { everyMs }]) => now - lastOf(key) >= everyMs)
      .toSorted(([one], [other]) => lastOf(one) - lastOf(other));
    for (const [key, entry] of due.slice(0, AT_A_TIME - running)) void begin(key, entry);
  };
}

function entriesOf({ targets, modules }: ProbeSettings): Entry[] {
  return [...modules].flatMap(([module, { everyMs }]) =>
    everyMs === undefined ? [] : targets.map((target) => ({ target, module, everyMs })),
  );
}
