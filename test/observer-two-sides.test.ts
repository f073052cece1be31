import { describe, expect, it } from 'vitest';
import type { Vantage } from '../src/exchange/index.ts';
import { createObserver } from '../src/observer.ts';
import { metrics } from '../src/signals/index.ts';
import { anExchange } from './support/an-exchange.ts';

const START = 1_700_000_000_000;

/** A session is begun, answered 404, and sent again, every second and a half, as seen from each of `vantages`. */
function story(vantages: readonly Vantage[], repeats: number) {
  let now = START;
  const observer = createObserver({ vantages, now: () => now, memory: () => 0 });
  const tell = (facts: Parameters<typeof anExchange>[0]): void => {
    const startedAt = now;
    for (const vantage of vantages) {
      now += 10;
      const client = `client ${vantage}`;
      observer.exchange(anExchange({ vantage, client, startedAt, endedAt: now, ...facts }));
    }
  };
  tell({ rpcMethods: ['initialize'], sessionGiven: 'one' });
  tell({ rpcMethods: ['tools/call'], sessionSent: 'one' });
  for (let i = 0; i <= repeats; i++) {
    tell({ rpcMethods: ['tools/call'], sessionSent: 'one', status: 404, bodyClass: 'session-dead' });
    now += 1500;
  }
  observer.refresh();
  return {
    faults: [...observer.cases.open()].map(({ fault, vantage }) => `${vantage}: ${fault.id}`),
    lost: observer.counts.samples(metrics.sessionsLost).filter(({ value }) => value > 0),
    sessions: observer.sessions.sizes.sessions,
  };
}

describe('a session that passes through a process', () => {
  it.each([1, 2])('is judged on each side as on one alone, when sent %i times after its end', (repeats) => {
    const [server, client] = [story(['server'], repeats), story(['client'], repeats)];
    expect(server.faults).toEqual(repeats === 1 ? [] : ['server: client-reuses-dead-session']);
    const both = story(['client', 'server'], repeats);
    expect(new Set(both.faults)).toEqual(new Set([...client.faults, ...server.faults]));
    expect(both.sessions).toBe(2);
    expect(both.lost.map(({ labels, value }) => [labels['vantage'], value])).toEqual([
      ['client', 1],
      ['server', 1],
    ]);
  });

  it('has streams on each side: the one that listens does not become idle', () => {
    let now = START;
    const observer = createObserver({ vantages: ['client', 'server'], now: () => now, memory: () => 0 });
    for (const vantage of ['client', 'server'] as const) {
      const times = { startedAt: now, endedAt: now };
      observer.exchange(anExchange({ vantage, ...times, rpcMethods: ['initialize'], sessionGiven: 'one' }));
    }
    observer.streamOpened({ vantage: 'server', target: 'default', kind: 'get', session: 'one', at: now });
    now += 660_000;
    observer.refresh();
    const idle = observer.counts.samples(metrics.sessionsIdle).filter(({ value }) => value > 0);
    expect(idle.map(({ labels }) => labels['vantage'])).toEqual(['client']);
  });
});
