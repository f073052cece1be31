import { describe, expect, it } from 'vitest';
import type { SessionDetail, SessionPage } from '../../../src/exporter/api/schemas.ts';
import { TIMELINE_LIMITS } from '../../../src/exporter/api/timelines.ts';
import { loseSession, refuse } from '../support/watched.ts';
import { served, type Served } from '../support/status-server.ts';

function begin(world: Served, session: string, target = 'default'): void {
  world.tell({ rpcMethods: ['initialize'], sessionGiven: session, target, client: `c${session.slice(1)}` });
}

describe('the sessions of the API', () => {
  it('come by when they were seen last, and are filtered', async () => {
    const world = served(['orders', 'search']);
    begin(world, 'a00000000001', 'orders');
    begin(world, 'a00000000002', 'search');
    loseSession(world, 'a00000000003', 400, { target: 'search', family: 'zed', client: 'c00000000003' });
    world.observer.streamOpened({
      vantage: 'server',
      target: 'orders',
      kind: 'get',
      session: 'a00000000001',
      at: world.observer.now(),
    });
    const refs = async (query: string): Promise<string> =>
      (await world.ask<SessionPage>(`/sessions?${query}`)).sessions.map(({ ref }) => ref.slice(-1)).join('');
    expect(await refs('')).toBe('321');
    expect(await refs('limit=2')).toBe('32');
    expect(await refs('phase=live')).toBe('21');
    expect(await refs('phase=dead')).toBe('3');
    expect(await refs('atFault=true')).toBe('3');
    expect(await refs('atFault=false')).toBe('21');
    expect(await refs('listening=true')).toBe('1');
    expect(await refs('target=search')).toBe('32');
    expect(await refs('client=zed')).toBe('3');
    expect(await refs('q=C00000000003')).toBe('3');
    const { next } = await world.ask<SessionPage>('/sessions?limit=2');
    expect(await refs(`limit=2&cursor=${next}`)).toBe('1');
    const [first] = (await world.ask<SessionPage>('/sessions?listening=true')).sessions;
    expect(first?.openStreams).toBe(1);
  });

  it('tell their timeline, and mark what broke a rule', async () => {
    const world = served();
    loseSession(world, 'a00000000001', 400);
    refuse(world, 'a00000000001', 400);
    const { timeline, timelineAbridged, faults } = await world.ask<SessionDetail>('/sessions/a00000000001');
    expect(timeline.map(({ rpcMethod, status, breaksRule }) => [rpcMethod, status, breaksRule])).toEqual([
      ['initialize', 200, false],
      ['tools/call', 200, false],
      ['tools/call', 400, true],
      ['tools/call', 400, false],
    ]);
    expect(timelineAbridged).toBe(false);
    expect(faults.map(({ fault, state }) => [fault, state])).toEqual([['dead-session-wrong-status', 'open']]);
  });

  it('keep how a long timeline began and how it goes on, and say so', async () => {
    const world = served();
    begin(world, 'a00000000001');
    for (let i = 0; i < 100; i++) world.tell({ rpcMethods: ['tools/call'], sessionSent: 'a00000000001' });
    const { timeline, timelineAbridged } = await world.ask<SessionDetail>('/sessions/a00000000001');
    expect(timeline).toHaveLength(TIMELINE_LIMITS.first + TIMELINE_LIMITS.last);
    expect(timeline[0]?.rpcMethod).toBe('initialize');
    expect((timeline.at(-1)?.at ?? 0) - (timeline[0]?.at ?? 0)).toBe(1000);
    expect(timelineAbridged).toBe(true);
  });

  it('keep the timeline of one in trouble while thousands pass by', async () => {
    const world = served();
    loseSession(world, 'a00000000001', 400);
    begin(world, 'a00000000002');
    for (let i = 0; i < 3 * TIMELINE_LIMITS.sessions; i++) begin(world, `b${String(i).padStart(11, '0')}`);
    expect((await world.ask<SessionDetail>('/sessions/a00000000001')).timeline).toHaveLength(3);
    const passed = await world.ask<SessionDetail>('/sessions/a00000000002');
    expect(passed.timeline.map(({ rpcMethod }) => rpcMethod)).toEqual(['initialize']);
    expect(passed.timelineAbridged).toBe(true);
  });
});
