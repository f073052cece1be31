import { describe, expect, it } from 'vitest';
import { meaningOf, type Exchange } from '../../src/exchange/index.ts';
import {
  advanceSession,
  bornSession,
  createSessionTable,
  stepOf,
  withStep,
  type Session,
} from '../../src/session/index.ts';
import { anExchange } from '../support/an-exchange.ts';

const ID = 'a1b2c3d4e5f6';
const handshake = anExchange({ rpcMethods: ['initialize'], sessionGiven: ID });
const born = bornSession(ID, handshake);

function after(session: Session | undefined, ...facts: readonly Partial<Exchange>[]): Session {
  let next = session;
  for (const each of facts) {
    const exchange = anExchange({ sessionSent: ID, rpcMethods: ['tools/call'], ...each });
    next = advanceSession(next, exchange, meaningOf(exchange));
  }
  return next as Session;
}

describe('a session', () => {
  it('lives from its handshake, and remembers how it was used', () => {
    const used = after(born, { endedAt: 2000 }, { endedAt: 3000 });
    expect(used).toMatchObject({ phase: 'live', bornAt: 1005, lastSeenAt: 3000, requests: 2, worked: true });
    expect(used.trouble).toBeUndefined();
  });

  it('ends with an accepted DELETE, and not with a refused one', () => {
    expect(after(born, { httpMethod: 'DELETE', rpcMethods: [], status: 204 }).phase).toBe('ended');
    expect(after(born, { httpMethod: 'DELETE', rpcMethods: [], status: 405 }).phase).toBe('live');
  });

  it('is dead with the first answer that says so, and keeps the trail from its birth on', () => {
    const dead = after(born, { status: 404, bodyClass: 'session-dead', startedAt: 5000, endedAt: 5010 });
    expect(dead.phase).toBe('dead');
    expect(dead.trouble).toMatchObject({
      diedAt: 5010,
      toldAt: 5010,
      cause: 'unknown',
      wrongStatusAt: 0,
      reuses: 0,
    });
    expect(dead.trouble?.trail.map((step) => [step.rpcMethod, step.status])).toEqual([
      ['initialize', 200],
      ['tools/call', 404],
    ]);
  });

  it('was never issued when its first word here is a refusal', () => {
    expect(after(undefined, { status: 404 }).trouble?.cause).toBe('never-issued');
  });

  it('was deleted when its client did so before', () => {
    const deleted = after(born, { httpMethod: 'DELETE', rpcMethods: [], status: 204 }, { status: 404 });
    expect(deleted.trouble?.cause).toBe('deleted');
    expect(deleted.phase).toBe('ended');
  });

  it('lives again when another replica accepts it', () => {
    const later = { startedAt: 2000, endedAt: 2005 };
    expect(after(born, { status: 404 }, { status: 200, ...later }).phase).toBe('live');
  });

  it('stays dead when only what was in flight is served', () => {
    expect(after(born, { status: 404 }, { status: 200, endedAt: 2005 }).phase).toBe('dead');
  });

  it('is not troubled by a refusal of somebody else', () => {
    expect(after(born, { status: 403, principal: 'somebody else' }).trouble).toBeUndefined();
  });

  it('forgets a refusal of its own when it is accepted again', () => {
    const refused = after(born, { status: 200 }, { status: 401 });
    expect(refused.trouble?.authRefusedAt).toBeGreaterThan(0);
    expect(after(refused, { status: 200 }).trouble).toBeUndefined();
  });

  it('is not troubled when work is refused in a session that never did any', () => {
    expect(after(born, { status: 401 }).trouble).toBeUndefined();
    expect(after(born, { status: 401, rpcMethods: ['ping'] }).trouble).toBeDefined();
  });

  it('has its good credential refused when a 401 says in its body that the session is gone', () => {
    const refused = after(born, { status: 401, bodyClass: 'session-dead' });
    expect(refused.trouble).toMatchObject({ wrongStatus: 401 });
    expect(refused.trouble?.authRefusedAt).toBe(refused.trouble?.diedAt);
  });
});

describe('a trail', () => {
  it('keeps how it began and how it goes on', () => {
    let trail = withStep([], stepOf(anExchange({ startedAt: 0 })));
    for (let at = 1; at < 50; at++) trail = withStep(trail, stepOf(anExchange({ startedAt: at })));
    expect(trail.map((step) => step.at)).toEqual([0, 1, 2, 3, 4, 5, 46, 47, 48, 49]);
  });
});

describe('the table', () => {
  it('forgets what is idle for long, and says so', () => {
    const table = createSessionTable({ thresholds: { idleAfterMs: 1000 }, forgetAfterMs: 5000 });
    table.apply(handshake);
    expect([...table.cohorts()][0]).toMatchObject({ awake: 1, idle: 0, created: 1 });
    table.advanceTime(3000);
    expect([...table.cohorts()][0]).toMatchObject({ awake: 0, idle: 1 });
    const { forgotten } = table.advanceTime(10_000);
    expect(forgotten.map(({ session, reason }) => [session.ref, reason])).toEqual([[ID, 'idle']]);
    expect([...table.cohorts()][0]).toMatchObject({ awake: 0, idle: 0 });
    expect(table.sizes.sessions).toBe(0);
  });

  it('lets a session with an open stream rest, however long it says nothing', () => {
    const table = createSessionTable({ thresholds: { idleAfterMs: 1000 } });
    table.apply(handshake);
    table.holdStream(ID, 1);
    table.advanceTime(100_000);
    expect([...table.cohorts()][0]).toMatchObject({ awake: 1, idle: 0 });
    table.holdStream(ID, -1);
    table.advanceTime(100_001);
    expect([...table.cohorts()][0]).toMatchObject({ awake: 0, idle: 1 });
  });
});
