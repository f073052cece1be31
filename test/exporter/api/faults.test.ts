import { describe, expect, it } from 'vitest';
import type { FaultDetail, FaultPage } from '../../../src/exporter/api/schemas.ts';
import { loseSession, refuse } from '../support/watched.ts';
import { served, type Served } from '../support/status-server.ts';

function loseMany(world: Served, count: number): void {
  for (let i = 0; i < count; i++) {
    const session = `a${String(i).padStart(11, '0')}`;
    loseSession(world, session, 400, { client: `c${session.slice(1)}` });
  }
}

describe('the faults of the API', () => {
  it('come the newest first, page by page, each once', async () => {
    const world = served();
    loseMany(world, 120);
    const refs: string[] = [];
    let next: string | null = '';
    let pages = 0;
    while (next !== null) {
      const page: FaultPage = await world.ask(`/faults?limit=50${next === '' ? '' : `&cursor=${next}`}`);
      expect(page.total).toBe(120);
      refs.push(...page.faults.map(({ ref }) => ref));
      ({ next } = page);
      pages++;
    }
    expect(pages).toBe(3);
    expect(refs).toEqual(Array.from({ length: 120 }, (_, i) => `a${String(119 - i).padStart(11, '0')}`));
  });

  it('go on where the page before ended, whatever came in meanwhile', async () => {
    const world = served();
    loseMany(world, 20);
    const first = await world.ask<FaultPage>('/faults?limit=10');
    loseSession(world, 'b00000000001', 400, { client: 'c0000000000b' });
    const second = await world.ask<FaultPage>(`/faults?limit=10&cursor=${first.next}`);
    expect(second.faults.map(({ ref }) => ref)).toEqual(
      Array.from({ length: 10 }, (_, i) => `a${String(9 - i).padStart(11, '0')}`),
    );
  });

  it('are filtered by fault, side, target, client and text', async () => {
    const world = served(['orders', 'search']);
    loseSession(world, 'a00000000001', 400, { target: 'orders', family: 'cursor' });
    loseSession(world, 'a00000000002', 404, { target: 'search', family: 'zed', client: 'c00000000002' });
    for (let i = 0; i < 2; i++) {
      world.wait(1500);
      refuse(world, 'a00000000002', 404, { target: 'search', family: 'zed', client: 'c00000000002' });
    }
    const refs = async (query: string): Promise<string[]> =>
      (await world.ask<FaultPage>(`/faults?${query}`)).faults.map(({ ref }) => ref);
    const [server, client] = ['a00000000001', 'a00000000002'];
    expect(await refs('')).toEqual([client, server]);
    expect(await refs('side=server')).toEqual([server]);
    expect(await refs('side=client')).toEqual([client]);
    expect(await refs('side=infrastructure')).toEqual([]);
    expect(await refs('fault=dead-session-wrong-status')).toEqual([server]);
    expect(await refs('target=search')).toEqual([client]);
    expect(await refs('client=cursor')).toEqual([server]);
    expect(await refs('vantage=client')).toEqual([]);
    expect(await refs('q=REPEATS')).toEqual([client]);
    expect(await refs('q=00000000001')).toEqual([server]);
    expect(await refs('side=server&client=zed')).toEqual([]);
    const { choices } = await world.ask<FaultPage>('/faults?side=server');
    expect(choices.targets).toEqual(['orders', 'search']);
    expect(choices.clients).toEqual(['cursor', 'zed']);
  });

  it('have an address that lasts while they do, and after', async () => {
    const world = served();
    loseSession(world, 'a00000000001', 400);
    const [open] = (await world.ask<FaultPage>('/faults')).faults;
    refuse(world, 'a00000000001', 400);
    const again = await world.ask<FaultDetail>(`/faults/${open?.id}`);
    expect(again).toMatchObject({ state: 'open', ref: 'a00000000001' });
    expect(again.lastSeenAt).toBeGreaterThan(open?.lastSeenAt ?? Infinity);
    world.wait(3_600_000);
    expect((await world.ask<FaultPage>('/faults')).faults).toEqual([]);
    const ended = await world.ask<FaultDetail>(`/faults/${open?.id}`);
    expect(ended).toMatchObject({ id: open?.id, state: 'ended' });
    expect((await world.ask<FaultPage>('/faults?state=ended')).total).toBe(1);
  });

  it('tell evidence, rule, remedy and runbook, as the start page does', async () => {
    const world = served();
    loseSession(world, 'a00000000001', 400, { via: 'mcp-remote' });
    const [open] = (await world.ask<FaultPage>('/faults')).faults;
    const detail = await world.ask<FaultDetail>(`/faults/${open?.id}`);
    const status = await world.ask<{ faults: FaultDetail[] }>('/status');
    for (const key of ['evidence', 'rule', 'remedy', 'runbook', 'because', 'via', 'cause'] as const)
      expect(detail[key], key).toEqual(status.faults[0]?.[key]);
    expect(detail.sessions).toEqual(['a00000000001']);
  });
});
