import { describe, expect, it } from 'vitest';
import { createHistory } from '../../src/exporter/history.ts';
import { statusOf } from '../../src/exporter/status.ts';
import type { Status } from '../../src/exporter/status-model.ts';
import { metrics } from '../../src/signals/index.ts';
import { loseSession, refuse, START, watched, type Watched } from './support/watched.ts';

function statusNow({ observer }: Watched): Status {
  observer.refresh();
  return statusOf(observer, createHistory(observer.counts), observer.now());
}

describe('the status', () => {
  it('says that nothing was seen', () => {
    const status = statusNow(watched());
    expect(status).toMatchObject({
      state: 'healthy',
      sentence: 'No MCP traffic seen yet',
      faults: [],
      sessions: [],
    });
    expect(status.totals.exchanges).toBe(0);
  });

  it('says that nothing is broken, with a live session', () => {
    const world = watched();
    world.tell({ rpcMethods: ['initialize'], sessionGiven: 'a00000000001', family: 'zed' });
    const status = statusNow(world);
    expect(status).toMatchObject({ state: 'healthy', sentence: 'Nothing is broken' });
    expect(status.totals).toMatchObject({ exchanges: 1, activeSessions: 1 });
    expect(status.sessions).toMatchObject([
      { ref: 'a00000000001', family: 'zed', phase: 'live', atFault: false, bornAt: START + 10 },
    ]);
  });

  it('tells a fault with its evidence, in order, and marks the answer that breaks the rule', () => {
    const world = watched();
    loseSession(world, 'a00000000001', 400, { family: 'cursor' });
    const status = statusNow(world);
    expect(status).toMatchObject({ state: 'broken', sentence: '1 fault affects 1 session of 1 client' });
    expect(status.faults).toHaveLength(1);
    const [group] = status.faults;
    expect(group).toMatchObject({
      fault: 'dead-session-wrong-status',
      side: 'server',
      target: 'default',
      family: 'cursor',
      cases: 1,
    });
    expect(group?.because).toContain('400');
    expect(group?.runbook).toMatch(/docs\/runbooks\/dead-session-wrong-status\.md$/);
    expect(
      group?.evidence.map(({ rpcMethod, status: answered, breaksRule }) => [rpcMethod, answered, breaksRule]),
    ).toEqual([
      ['initialize', 200, false],
      ['tools/call', 400, true],
    ]);
  });

  it('marks the first wrong answer of a server that also gives right ones', () => {
    const world = watched();
    loseSession(world, 'a00000000001', 404);
    refuse(world, 'a00000000001', 405, { httpMethod: 'GET', rpcMethods: [] });
    for (const status of [500, 400]) refuse(world, 'a00000000001', status);
    const group = statusNow(world).faults.find(({ fault }) => fault === 'dead-session-wrong-status');
    const marked = group?.evidence.filter(({ breaksRule }) => breaksRule);
    expect(marked?.map(({ status }) => status)).toEqual([500]);
  });

  it('puts the sessions at fault first, then the dead, the live and the ended, each latest first', () => {
    const world = watched();
    const begin = (session: string): void =>
      world.tell({ rpcMethods: ['initialize'], sessionGiven: session });
    const end = (session: string): void =>
      world.tell({ httpMethod: 'DELETE', sessionSent: session, status: 200 });
    loseSession(world, 'f00000000001', 400, { client: 'c00000000001' });
    loseSession(world, 'd00000000001', 404, { client: 'c00000000002' });
    for (const session of ['e00000000001', 'a00000000001', 'e00000000002', 'a00000000002']) begin(session);
    for (const session of ['e00000000001', 'e00000000002']) end(session);
    expect(statusNow(world).sessions.map(({ ref }) => ref)).toEqual([
      'f00000000001',
      'd00000000001',
      'a00000000002',
      'a00000000001',
      'e00000000002',
      'e00000000001',
    ]);
  });

  it('marks the request of a client that repeats a dead id, not the 404 that told it', () => {
    const world = watched();
    loseSession(world, 'a00000000001', 404);
    for (const pause of [1500, 1500]) {
      world.wait(pause);
      refuse(world, 'a00000000001', 404);
    }
    const group = statusNow(world).faults.find(({ fault }) => fault === 'client-reuses-dead-session');
    expect(group?.evidence.map(({ status, breaksRule }) => [status, breaksRule])).toEqual([
      [200, false],
      [404, false],
      [404, true],
      [404, false],
    ]);
  });

  it('gathers the cases of one fault, target and family, and counts sessions and clients once', () => {
    const world = watched(['one', 'two']);
    const hit = (session: string, client: string, target: string, family: 'cursor' | 'zed'): void =>
      loseSession(world, session, 400, { client, principal: client, target, family });
    hit('a00000000001', 'c00000000001', 'one', 'cursor');
    hit('a00000000002', 'c00000000001', 'one', 'cursor');
    hit('a00000000003', 'c00000000002', 'one', 'cursor');
    hit('a00000000004', 'c00000000003', 'one', 'zed');
    hit('a00000000005', 'c00000000004', 'two', 'cursor');
    const status = statusNow(world);
    expect(status.sentence).toBe('3 faults affect 5 sessions of 4 clients');
    const cursorAtOne = status.faults.find(({ target, family }) => target === 'one' && family === 'cursor');
    expect(cursorAtOne).toMatchObject({ cases: 3, affectedSessions: 3, affectedClients: 2 });
    expect(new Set(status.faults.map(({ id }) => id)).size).toBe(3);
  });

  it('tells why a session was lost, and the idle limit that shows in the deaths', () => {
    const world = watched();
    const sessions = ['a00000000001', 'a00000000002', 'a00000000003'];
    expect(statusNow(world).idleLimits).toEqual([]);
    for (const session of sessions) {
      world.tell({ rpcMethods: ['initialize'], sessionGiven: session });
      world.tell({ rpcMethods: ['notifications/initialized'], sessionSent: session, status: 202 });
      world.tell({ rpcMethods: ['tools/call'], sessionSent: session });
      world.wait(300_000);
      refuse(world, session, 404, { family: 'zed' });
    }
    world.wait(61_000);
    const status = statusNow(world);
    const [limit] = status.idleLimits;
    expect(status.idleLimits).toHaveLength(1);
    expect(limit).toMatchObject({ vantage: 'server', target: 'default' });
    expect(limit?.limitMs).toBeCloseTo(300_000, -2);
    expect(status.sessions[0]).toMatchObject({ ref: 'a00000000003', cause: 'expired' });
    const group = status.faults.find(({ fault }) => fault === 'premature-eviction');
    expect(group).toMatchObject({ cause: 'expired' });
    expect(group?.because).toMatch(/seems to end sessions that rest for about 300 s/);
    const gauge = world.observer.counts.samples(metrics.sessionIdleLimit);
    expect(gauge.map(({ value }) => Math.round(value))).toEqual([300]);
  });

  it('keeps the product apart from the gateway through which it comes', () => {
    const world = watched();
    loseSession(world, 'a00000000001', 400, { family: 'claude-ai', via: 'mcp-remote' });
    const status = statusNow(world);
    expect(status.faults[0]).toMatchObject({ family: 'claude-ai', via: 'mcp-remote', cause: 'unknown' });
    expect(status.sessions[0]).toMatchObject({ family: 'claude-ai', via: 'mcp-remote' });
    const issued = world.observer.counts.samples(metrics.sessionsVia).filter(({ value }) => value > 0);
    expect(issued.map(({ labels, value }) => [labels['via'], value])).toEqual([['mcp-remote', 1]]);
  });

  it('remembers a fault that has ended', () => {
    const world = watched();
    loseSession(world, 'a00000000001', 400);
    world.wait(3_600_000);
    const status = statusNow(world);
    expect(status.faults).toEqual([]);
    expect(status.endedFaults).toMatchObject([
      { fault: 'dead-session-wrong-status', cases: 1, endedAt: START + 30 + 3_600_000 },
    ]);
  });

  it('stays bounded, and says what it leaves out', () => {
    const world = watched();
    for (let i = 0; i < 3000; i++) {
      const session = `a${String(i).padStart(11, '0')}`;
      loseSession(world, session, 400, { client: `c${session}` });
    }
    const status = statusNow(world);
    expect(status.sessions).toHaveLength(50);
    expect(status.sessions.every(({ atFault }) => atFault)).toBe(true);
    expect(status.sessions[0]?.ref).toBe('a00000002999');
    expect(status.sessionsNotShown).toBe(2950);
    expect(JSON.stringify(status).length).toBeLessThan(100_000);
  });

  it('keeps evidence to ten exchanges, and says that some may be missing', () => {
    const world = watched();
    loseSession(world, 'a00000000001', 400);
    for (let i = 0; i < 30; i++) refuse(world, 'a00000000001', 400);
    const [group] = statusNow(world).faults;
    expect(group?.evidence).toHaveLength(10);
    expect(group?.evidenceAbridged).toBe(true);
    expect(group?.evidence.filter(({ breaksRule }) => breaksRule)).toHaveLength(1);
  });
});
