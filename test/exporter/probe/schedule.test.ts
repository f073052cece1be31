import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSchedule, type ProbeModule, type Probes } from '../../../src/exporter/probe/index.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'], now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Asked {
  readonly target: string;
  readonly module: string | undefined;
  readonly end: (error?: Error) => Promise<void>;
}

interface World {
  /** The clock goes on for so many seconds, with a call in each. */
  readonly pass: (seconds: number) => void;
  readonly asked: readonly Asked[];
  readonly failures: readonly unknown[];
  targets: readonly string[];
  modules: ReadonlyMap<string, ProbeModule>;
}

function scheduled(targets: readonly string[], modules: Record<string, ProbeModule>): World {
  const asked: Asked[] = [];
  const failures: unknown[] = [];
  const probes: Probes = {
    run(target, module) {
      const { promise, resolve, reject } = Promise.withResolvers<never>();
      asked.push({
        target,
        module,
        end: async (error) => {
          if (error === undefined) resolve(undefined as never);
          else reject(error);
          await new Promise(setImmediate);
        },
      });
      return promise;
    },
  };
  const world: World = {
    asked,
    failures,
    targets,
    modules: new Map(Object.entries(modules)),
    pass(seconds) {
      for (let i = 0; i < seconds; i++) {
        vi.advanceTimersByTime(1000);
        tick();
      }
    },
  };
  const tick = createSchedule(
    probes,
    () => world,
    (error) => failures.push(error),
  );
  return world;
}

const EVERY_MINUTE = { everyMs: 60_000 };

describe('probes by a schedule', () => {
  it('are made of each target, by each module that says how often', () => {
    const world = scheduled(['a', 'b'], { default: {}, often: EVERY_MINUTE, seldom: { everyMs: 3_600_000 } });
    world.pass(1);
    expect(world.asked.map(({ module, target }) => `${module} ${target}`)).toEqual([
      'often a',
      'often b',
      'seldom a',
      'seldom b',
    ]);
  });

  it('are made again when the time is over, and no sooner', async () => {
    const world = scheduled(['a'], { default: EVERY_MINUTE });
    world.pass(1);
    await world.asked[0]?.end();
    world.pass(59);
    expect(world.asked).toHaveLength(1);
    world.pass(1);
    expect(world.asked).toHaveLength(2);
  });

  it('are four at a time, and who has waited longest is next', async () => {
    const world = scheduled(['a', 'b', 'c', 'd', 'e', 'f'], { default: EVERY_MINUTE });
    world.pass(120);
    expect(world.asked.map(({ target }) => target)).toEqual(['a', 'b', 'c', 'd']);
    await world.asked[2]?.end();
    world.pass(1);
    expect(world.asked.map(({ target }) => target).slice(4)).toEqual(['e']);
  });

  it('go on after one that broke, which is told', async () => {
    const world = scheduled(['a'], { default: EVERY_MINUTE });
    world.pass(1);
    await world.asked[0]?.end(new Error('broken'));
    expect(world.failures).toEqual([new Error('broken')]);
    world.pass(60);
    expect(world.asked).toHaveLength(2);
  });

  it('follow settings that change', async () => {
    const world = scheduled(['a'], { default: EVERY_MINUTE });
    world.pass(1);
    await world.asked[0]?.end();
    world.targets = ['b'];
    world.pass(1);
    expect(world.asked.map(({ target }) => target)).toEqual(['a', 'b']);
    world.modules = new Map([['default', {}]]);
    await world.asked[1]?.end();
    world.pass(600);
    expect(world.asked).toHaveLength(2);
  });
});
