/** What fails in the observer costs the watched program nothing: every part of the flow is broken in its turn, under every hook. */
import { expect, test, vi } from 'vitest';
import { createObserver, type Observer, type ObserverOptions } from '../../src/observer.ts';
import { metrics } from '../../src/signals/index.ts';
import { serve } from './node-http/wire.ts';

/** Stands where something is broken. */
export function fail(): never {
  throw new Error('broken on purpose');
}

/** One part of the flow that fails: the stage at which that is counted, and how it is broken. */
export interface Breakage<Options = object> {
  readonly stage: string;
  /** The options of the hook with which it fails. */
  readonly options?: Options;
  /** Breaks the observer, which hands out its own parts. */
  readonly breakIt?: (observer: Observer) => unknown;
}

/** Breakages by what fails. */
export type Breakages<Options = object> = Readonly<Record<string, Breakage<Options>>>;

/** The clock of an observer fails after it has told the time so often. */
export function clockFailsAfter(times: number): Breakage<never> {
  return {
    stage: 'hook',
    breakIt(observer) {
      const now = vi.spyOn(observer, 'now').mockImplementation(fail);
      for (let i = 1; i <= times; i++) now.mockReturnValueOnce(i);
    },
  };
}

/** Telling one kind of event fails. */
export function tellingFails(what: 'connection' | 'streamOpened' | 'exchange'): Breakage<never> {
  return { stage: 'hook', breakIt: (observer) => vi.spyOn(observer, what).mockImplementation(fail) };
}

/** What any hook must outlive. */
export const BREAKAGES = {
  'naming the target': { stage: 'hook', options: { target: fail } },
  'hashing an id': {
    stage: 'hook',
    breakIt: ({ references }) => vi.spyOn(references, 'of').mockImplementation(fail),
  },
  'the clock': clockFailsAfter(0),
  'telling a stream': tellingFails('streamOpened'),
  'telling an exchange': tellingFails('exchange'),
  'the session table': {
    stage: 'session',
    breakIt: (observer) => Object.assign(observer.sessions, { apply: fail, holdStream: fail }),
  },
} satisfies Breakages;

/** What any hook in a client must outlive. */
export const BREAKAGES_OF_CLIENTS = {
  ...BREAKAGES,
  'naming the client': { stage: 'hook', options: { client: fail } },
  'the clock, later on': clockFailsAfter(1),
} satisfies Breakages;

/** Starts a server that answers a call with a short stream and the session `two`; answers its port. */
export function serveEvents(): Promise<number> {
  return serve((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': 'two' });
      response.end('data: {}\n\n');
    });
  });
}

/** How many errors an observer has counted, by stage. */
export function errorsOf(observer: Observer): Record<string, number> {
  const samples = observer.counts.samples(metrics.observerErrors);
  return Object.fromEntries(samples.map(({ labels, value }) => [labels['stage'] as string, value]));
}

/**
 * Plays each breakage: `call` sends one call to a server as of {@link serveEvents}, watched by a broken observer, and
 * expects the whole answer.
 */
export function testBroken<Options>(
  breakages: Breakages<Options>,
  observing: ObserverOptions,
  call: (observer: Observer, options: Options | undefined) => Promise<void>,
): void {
  test.each(Object.entries(breakages))('%s', async (_name, { stage, options, breakIt = () => {} }) => {
    const stages: string[] = [];
    const observer = createObserver({ ...observing, onError: (where) => void stages.push(where) });
    breakIt(observer);
    const uncaught: unknown[] = [];
    const onUncaught = (error: unknown): void => void uncaught.push(error);
    process.on('uncaughtException', onUncaught);
    try {
      await call(observer, options);
      await vi.waitFor(() => expect(stages).not.toEqual([]), 10_000);
    } finally {
      process.off('uncaughtException', onUncaught);
    }
    expect(new Set(stages)).toEqual(new Set([stage]));
    expect(errorsOf(observer)).toEqual({ hook: 0, session: 0, judge: 0, signal: 0, [stage]: stages.length });
    expect(uncaught).toEqual([]);
  });
}
