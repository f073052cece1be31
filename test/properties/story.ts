import type { Exchange, StreamOpened, Vantage } from '../../src/exchange/index.ts';
import type { Case } from '../../src/faults/index.ts';
import { createObserver, type Observer, type ObserverOptions } from '../../src/observer.ts';
import { createStory, SETTLE_MS } from '../../src/recording/story.ts';
import { tell, START, type Script } from '../faults/script.ts';
import { allScripts, blameScripts } from '../faults/scripts/index.ts';

/** One thing the observer is told, and when by its clock. */
export type Happening =
  | { readonly at: number; readonly type: 'exchange'; readonly of: Exchange }
  | { readonly at: number; readonly type: 'stream'; readonly of: StreamOpened }
  | { readonly at: number; readonly type: 'refresh' };

/** A happening that a recording holds. */
export type Recorded = Exclude<Happening, { readonly type: 'refresh' }>;

/** A script as it was told: to be told again in another way. */
export interface Told {
  readonly name: string;
  readonly vantage: Vantage;
  readonly happenings: readonly Happening[];
  /** What it showed. */
  readonly verdicts: readonly string[];
}

/** Every script there is, by fault: the population of the properties. */
export const TOLD: readonly { readonly fault: string; readonly told: readonly Told[] }[] = [
  ...allScripts,
  ...blameScripts.map((scripts) => ({ ...scripts, fault: `only ${scripts.fault}` })),
].map(({ fault, faulty, quiet }) => ({ fault, told: [...faulty, ...quiet].map(takenDown) }));

/** Tells a script once, and takes down what was told. */
function takenDown(script: Script): Told {
  const happenings: Happening[] = [];
  const verdicts = new Set<string>();
  tell(script, {}, undefined, (options) => {
    const observer = createObserver(options);
    listenIn(observer, verdicts);
    const note = (happening: Happening): void => void happenings.push(happening);
    return {
      ...observer,
      exchange(of) {
        note({ at: observer.now(), type: 'exchange', of });
        observer.exchange(of);
      },
      streamOpened(of) {
        note({ at: observer.now(), type: 'stream', of });
        observer.streamOpened(of);
      },
      refresh() {
        note({ at: observer.now(), type: 'refresh' });
        observer.refresh();
      },
    };
  });
  const { name, vantage = 'server' } = script;
  return { name, vantage, happenings, verdicts: [...verdicts].toSorted() };
}

/** Tells happenings in their order to a fresh observer, each at its time. Throws when the observer fails. */
export function retell(
  vantage: Vantage,
  happenings: readonly Happening[],
  options: ObserverOptions = {},
): { readonly verdicts: readonly string[]; readonly observer: Observer } {
  const verdicts = new Set<string>();
  let now = happenings[0]?.at ?? START;
  let failure: unknown;
  const observer = createObserver({
    vantages: [vantage],
    now: () => now,
    memory: () => 0,
    onError: (_stage, error) => (failure ??= error),
    ...options,
  });
  listenIn(observer, verdicts);
  for (const happening of happenings) {
    now = happening.at;
    if (happening.type === 'exchange') observer.exchange(happening.of);
    else if (happening.type === 'stream') observer.streamOpened(happening.of);
    else observer.refresh();
  }
  if (failure !== undefined) throw failure;
  return { verdicts: [...verdicts].toSorted(), observer };
}

/** Tells happenings in their order to a replay, which takes its time from them. */
export function replayed(happenings: readonly Recorded[]): readonly string[] {
  const story = createStory(START, SETTLE_MS);
  for (const happening of happenings) story.tell(happening);
  const cases = story.finish().flatMap((found) => found.cases);
  return [...new Set(cases.map(verdictOf))].toSorted();
}

/** What a recorder would have written: without the refreshes, and in the order of the clock. */
export function recordedOf(happenings: readonly Happening[]): readonly Recorded[] {
  return byTime(
    happenings.filter((happening) => happening.type !== 'refresh'),
    momentOf,
  );
}

/** When it happened by its own account. */
export function momentOf({ type, of }: Recorded): number {
  return type === 'exchange' ? of.endedAt : of.at;
}

/** In order of some time; what has the same keeps its order. */
export function byTime<T>(items: readonly T[], timeOf: (item: T, index: number) => number): T[] {
  return items
    .map((item, index) => ({ item, at: timeOf(item, index) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

function listenIn(observer: Observer, verdicts: Set<string>): void {
  observer.onCase((change, subject) => {
    if (change === 'opened') verdicts.add(verdictOf(subject));
  });
}

/** Fault and subject of a case. */
function verdictOf({ fault, kind, ref }: Case): string {
  return `${fault.id}: ${kind} ${ref}`;
}
