import { describe, expect, it } from 'vitest';
import { createHistory, SAMPLES_KEPT } from '../../src/exporter/history.ts';
import { loseSession, watched } from './support/watched.ts';

describe('the history', () => {
  it('tells gauges as they are and counters as rates', () => {
    const world = watched();
    const history = createHistory(world.observer.counts);
    history.sample(world.observer.now());
    loseSession(world, 'a00000000001', 404);
    world.tell({ rpcMethods: ['initialize'], sessionGiven: 'a00000000002' });
    world.wait(5000 - 40);
    history.sample(world.observer.now());
    world.wait(5000);
    history.sample(world.observer.now());
    const { at, ...columns } = history.columns();
    expect(at.map((time) => time - (at[0] ?? 0))).toEqual([0, 5000, 10_000]);
    expect(columns).toEqual({
      activeSessions: [0, 1, 1],
      openStreams: [0, 0, 0],
      lostSessions: [0, 1 / 5, 0],
      recoveredSessions: [0, 1 / 5, 0],
      clientErrors: [0, 1 / 5, 0],
      handshakes: [0, 2 / 5, 0],
    });
  });

  it('takes no sample before its time', () => {
    const history = createHistory(watched().observer.counts);
    for (const at of [0, 1000, 4000, 4999, 6000]) history.sample(at);
    expect(history.columns().at).toEqual([0, 4999]);
  });

  it('keeps a quarter of an hour, and the rate of the oldest sample it keeps', () => {
    const world = watched();
    const history = createHistory(world.observer.counts);
    for (let i = 0; i < 400; i++) {
      world.tell({ status: 400 });
      history.sample(i * 5000);
    }
    const { at, clientErrors } = history.columns();
    expect(at).toHaveLength(SAMPLES_KEPT);
    expect(at[0]).toBe(220 * 5000);
    expect(new Set(clientErrors)).toEqual(new Set([1 / 5]));
  });
});
