import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/exchange/index.ts';
import { createObserver } from '../../src/observer.ts';
import { createSessionTable, tableThresholds, type Recovery } from '../../src/session/index.ts';
import { metrics, type Metric } from '../../src/signals/index.ts';
import { DEAD_400, DEAD_404, MISSING_400, tell, type Wire } from '../faults/script.ts';
import { anyExchange, likelyExchange, references } from '../support/arbitrary.ts';

const WINDOW = tableThresholds.recoveryMs.value / 1000;
const DAY = 86_400;

/** What became of the sessions that a story loses, and how long each recovery took, in seconds. */
function outcomesOf(story: (wire: Wire) => void): { outcomes: Record<string, number>; took: number } {
  const { counts } = tell({ name: 'a loss', tell: story });
  const outcomes: Record<string, number> = {};
  for (const { labels, value } of counts.samples(metrics.recoveries))
    if (value > 0) outcomes[labels['outcome'] ?? ''] = value;
  const took = counts.samples(metrics.recoverySeconds).reduce((sum, sample) => sum + sample.sum, 0);
  return { outcomes, took };
}

/** A client that works in a session, and is told at its next call that it is gone. */
function lose(wire: Wire, answer = DEAD_404, name = 'somebody') {
  const client = wire.client(name, 'cursor');
  const session = client.initialize();
  client.post('tools/call', session);
  client.post('tools/call', session, answer);
  return { client, session };
}

describe('a lost session', () => {
  it('is made good by a new one, and the client is timed from the loss', () => {
    const { outcomes, took } = outcomesOf((wire) => {
      const { client } = lose(wire);
      wire.pass(2);
      client.initialize({ took: 500 });
    });
    expect(outcomes).toEqual({ reinitialized: 1 });
    expect(took).toBeCloseTo(2.5);
  });

  it('does not count against a client that is silent for a day', () => {
    expect(outcomesOf((wire) => void lose(wire)).outcomes).toEqual({});
    const { outcomes } = outcomesOf((wire) => {
      lose(wire);
      wire.pass(DAY + 1);
    });
    expect(outcomes).toEqual({ 'not-seen-again': 1 });
  });

  it('is timed from the next request when its client is lazy', () => {
    const { outcomes, took } = outcomesOf((wire) => {
      const { client, session } = lose(wire);
      wire.pass(3600);
      client.post('tools/call', session, { ...DEAD_404, took: 10 });
      client.initialize({ took: 90 });
    });
    expect(outcomes).toEqual({ reinitialized: 1 });
    expect(took).toBeCloseTo(0.1);
  });

  it.each([
    ['reused-dead-id', DEAD_404],
    ['untold', DEAD_400],
  ] as const)('is %s when the client goes on with it beyond the window', (outcome, answer) => {
    const story = (before: number) => (wire: Wire) => {
      const { client, session } = lose(wire, answer);
      wire.pass(1);
      client.post('tools/call', session, answer);
      wire.pass(before - 1.01);
      client.initialize({ took: 1 });
    };
    expect(outcomesOf(story(WINDOW)).outcomes).toEqual({ reinitialized: 1 });
    expect(outcomesOf(story(WINDOW + 1)).outcomes).toEqual({ [outcome]: 1 });
  });

  it('has one outcome, though a person reconnects an hour later', () => {
    const { outcomes } = outcomesOf((wire) => {
      const { client, session } = lose(wire);
      client.post('tools/call', session, DEAD_404);
      wire.pass(3600);
      client.initialize();
      wire.pass(DAY + 1);
    });
    expect(outcomes).toEqual({ 'reused-dead-id': 1 });
  });

  it('is headerless when the client goes on without an id', () => {
    const { outcomes } = outcomesOf((wire) => {
      const { client } = lose(wire);
      client.post('tools/list', undefined, MISSING_400);
      wire.pass(WINDOW + 1);
    });
    expect(outcomes).toEqual({ headerless: 1 });
  });

  it('waits for a client that is refused as long as it takes, and times all of it', () => {
    const trying = (wire: Wire) => {
      const { client } = lose(wire);
      for (let i = 0; i < 10; i++) {
        client.handshake({ status: 503 });
        wire.pass(10);
      }
      return client;
    };
    const { outcomes, took } = outcomesOf((wire) => void trying(wire).initialize());
    expect(outcomes).toEqual({ reinitialized: 1 });
    expect(took).toBeGreaterThanOrEqual(100);
    const never = outcomesOf((wire) => {
      trying(wire);
      wire.pass(DAY + 1);
    });
    expect(never.outcomes).toEqual({ refused: 1 });
  });

  it('is settled when another replica serves it after all', () => {
    const { outcomes } = outcomesOf((wire) => {
      const { client, session } = lose(wire);
      client.post('tools/call', session);
    });
    expect(outcomes).toEqual({ 'served-again': 1 });
  });

  it('takes a DELETE, a listening stream or what was under way for no sign of life', () => {
    const { outcomes } = outcomesOf((wire) => {
      const { client, session } = lose(wire);
      client.get(session, DEAD_404);
      client.delete(session, DEAD_404);
      client.post('tools/call', session, { ...DEAD_404, startedAt: wire.now - 100 });
      wire.pass(WINDOW + 1);
    });
    expect(outcomes).toEqual({});
  });

  it('needs a handshake of its own: one makes good one loss, of one client', () => {
    const { outcomes } = outcomesOf((wire) => {
      lose(wire, DEAD_404, 'somebody else');
      const client = wire.client('somebody', 'cursor');
      const sessions = [client.initialize(), client.initialize()];
      for (const session of sessions) client.post('tools/call', session);
      for (const session of sessions) client.post('tools/call', session, DEAD_404);
      client.initialize();
      for (const session of sessions) client.post('tools/call', session, DEAD_404);
      wire.pass(WINDOW + 1);
    });
    expect(outcomes).toEqual({ reinitialized: 1, 'reused-dead-id': 1 });
  });

  it('is proved by the handshake that follows a masking 401, and made good by it', () => {
    const { outcomes, took } = outcomesOf((wire) => {
      const { client } = lose(wire, { status: 401, bodyClass: 'other' });
      wire.pass(4);
      client.initialize({ took: 0 });
    });
    expect(outcomes).toEqual({ reinitialized: 1 });
    expect(took).toBeCloseTo(4);
  });
});

const session = references('s', 12);
const client = references('c', 4);
const traffic = fc.array(fc.oneof(anyExchange(session, client), likelyExchange(session, client)), {
  maxLength: 150,
});

function total(observer: ReturnType<typeof createObserver>, metric: Metric): number {
  return observer.counts.samples(metric).reduce((sum, { value }) => sum + value, 0);
}

/** As they would come in: told in the order in which they end. */
function inOrder(exchanges: readonly Exchange[]): Exchange[] {
  return exchanges.toSorted((a, b) => a.endedAt - b.endedAt);
}

describe.each([
  ['in order', inOrder],
  ['in any order', (exchanges: readonly Exchange[]) => exchanges],
] as const)('whatever comes, %s', (_, arranged) => {
  it.each([100_000, 8])('no loss has two outcomes, and in the end each has one (room for %i)', (limit) => {
    const met = new Set<string>();
    fc.assert(
      fc.property(traffic, fc.integer({ min: 1, max: 20 }), (exchanges, every) => {
        let now = 0;
        const table = { sessionLimit: limit, clientLimit: 3 };
        const observer = createObserver({ now: () => now, table });
        arranged(exchanges).forEach((exchange, i) => {
          now = exchange.endedAt;
          observer.exchange(exchange);
          if (i % every === 0) observer.refresh();
          expect(total(observer, metrics.recoveries)).toBeLessThanOrEqual(
            total(observer, metrics.sessionsLost),
          );
        });
        // All arbitrary times lie within hours of each other.
        now = Math.max(0, ...exchanges.map(({ endedAt }) => endedAt)) + 2 * DAY * 1000;
        observer.refresh();
        expect(observer.sessions.sizes.sessions).toBe(0);
        expect(total(observer, metrics.recoveries)).toBe(total(observer, metrics.sessionsLost));
        for (const { labels, value } of observer.counts.samples(metrics.recoveries))
          if (value > 0) met.add(labels['outcome'] ?? '');
      }),
      { numRuns: 150 },
    );
    // The property would hold of traffic without losses, too.
    expect(met.size).toBeGreaterThan(1);
  });
});

describe('a recovery', () => {
  it('is told with the vantage, target and family of the session that was lost, and whose it was', () => {
    const told: Recovery[] = [];
    tell(
      { name: 'a loss and a recovery', tell: (wire) => void lose(wire).client.initialize({ took: 7 }) },
      {},
      undefined,
      (options) => {
        const observer = createObserver(options);
        const table = createSessionTable();
        const exchange = (each: Exchange): void => {
          told.push(...table.apply(each).recoveries);
          observer.exchange(each);
        };
        return { ...observer, exchange };
      },
    );
    expect(told).toEqual([
      {
        vantage: 'server',
        target: 'default',
        family: 'cursor',
        client: expect.stringMatching(/^server default [0-9a-f]{12}$/),
        outcome: 'reinitialized',
        tookMs: 7,
      },
    ]);
  });
});
