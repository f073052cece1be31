import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/exchange/index.ts';
import { createSessionTable, type Session, type SessionTable } from '../../src/session/index.ts';
import { anyExchange, likelyExchange, references } from '../support/arbitrary.ts';

const session = references('s', 12);
const client = references('c', 5);
const traffic = fc.array(fc.oneof(anyExchange(session, client), likelyExchange(session, client)), {
  maxLength: 120,
});

function activeOf(table: SessionTable): number {
  let active = 0;
  for (const cohort of table.cohorts()) active += cohort.awake + cohort.idle;
  return active;
}

describe('the session table, whatever comes', () => {
  it('never throws, never passes its limits, and never counts below zero', () => {
    fc.assert(
      fc.property(traffic, fc.array(fc.tuple(session, fc.boolean())), (exchanges, holds) => {
        const table = createSessionTable({
          sessionLimit: 8,
          clientLimit: 3,
          thresholds: { idleAfterMs: 1000 },
          forgetAfterMs: 5000,
        });
        exchanges.forEach((exchange, i) => {
          table.apply(exchange);
          const hold = holds[i];
          if (hold !== undefined) table.holdStream(hold[0], hold[1] ? 1 : -1);
          if (i % 7 === 0) table.advanceTime(exchange.endedAt);
          expect(table.sizes.sessions).toBeLessThanOrEqual(8);
          expect(table.sizes.clients).toBeLessThanOrEqual(3);
          for (const cohort of table.cohorts()) {
            expect(cohort.awake).toBeGreaterThanOrEqual(0);
            expect(cohort.idle).toBeGreaterThanOrEqual(0);
          }
          expect(activeOf(table)).toBeLessThanOrEqual(table.sizes.sessions);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('counts as active just the sessions that are live, in whatever home they are', () => {
    fc.assert(
      fc.property(traffic, (exchanges) => {
        const table = createSessionTable();
        for (const exchange of exchanges) table.apply(exchange);
        const live = [...table.sessions()].filter(
          (each) => each.phase === 'live' && (each.bornAt > 0 || each.requests > 1),
        );
        expect(activeOf(table)).toBe(live.length);
      }),
      { numRuns: 200 },
    );
  });

  it('does not mind how the exchanges of different clients and sessions are interleaved', () => {
    const story = (name: string) =>
      fc.array(likelyExchange(references(`${name}-s`, 3), fc.constant(`${name}-c`)), {
        minLength: 1,
        maxLength: 15,
      });
    fc.assert(
      fc.property(story('a'), story('b'), fc.array(fc.boolean(), { maxLength: 30 }), (a, b, turns) => {
        expect(sessionsAfter(interleaved(a, b, turns))).toEqual(sessionsAfter([...a, ...b]));
      }),
      { numRuns: 300 },
    );
  });

  it('gives made-up ids no more than their share of the room', () => {
    const table = createSessionTable({ sessionLimit: 100 });
    const sample = fc.sample(likelyExchange(fc.constant('real'), fc.constant('c')), { numRuns: 1, seed: 1 });
    const base = sample[0] as Exchange;
    const born: Exchange = {
      ...base,
      rpcMethods: ['initialize'],
      status: 200,
      sessionSent: undefined,
      sessionGiven: 'real',
    };
    table.apply({ ...born, bodyClass: 'none', httpMethod: 'POST', endedAt: 1, startedAt: 0 });
    for (let i = 0; i < 10_000; i++) {
      table.apply({
        ...base,
        sessionSent: `made-up ${i}`,
        sessionGiven: undefined,
        status: 404,
        bodyClass: 'session-dead',
      });
    }
    expect(table.session('real')?.phase).toBe('live');
    expect(table.sizes.sessions).toBeLessThanOrEqual(26);
  });
});

function interleaved(a: readonly Exchange[], b: readonly Exchange[], turns: readonly boolean[]): Exchange[] {
  const left = [...a];
  const right = [...b];
  const merged: Exchange[] = [];
  for (const turn of turns) {
    const next = (turn ? left : right).shift();
    if (next !== undefined) merged.push(next);
  }
  return [...merged, ...left, ...right];
}

function sessionsAfter(exchanges: readonly Exchange[]): Session[] {
  const table = createSessionTable();
  for (const exchange of exchanges) table.apply(exchange);
  return [...table.sessions()].map(withoutCause).toSorted((x, y) => (x.ref < y.ref ? -1 : 1));
}

/** Why a session died is told from its neighbours, so that one thing does depend on them. */
function withoutCause(each: Session): Session {
  return each.trouble === undefined ? each : { ...each, trouble: { ...each.trouble, cause: 'unknown' } };
}
