import { describe, expect, it } from 'vitest';
import { createSessionTable } from '../../src/session/index.ts';
import { anExchange } from '../support/an-exchange.ts';

const GONE = { sessionSent: 'a00000000000', status: 404, bodyClass: 'session-dead' } as const;

describe('a client that speaks to two servers', () => {
  it('does not make good at one what it lost at the other', () => {
    const table = createSessionTable();
    table.apply(anExchange({ target: 'first', rpcMethods: ['tools/call'], ...GONE }));
    const handshake = { rpcMethods: ['initialize'], sessionGiven: 'b00000000000' } as const;
    expect(table.apply(anExchange({ target: 'second', ...handshake })).settled).toEqual([]);
    expect(table.session(GONE.sessionSent)?.trouble?.recoveredAt).toBe(0);

    const again = table.apply(anExchange({ target: 'first', ...handshake, sessionGiven: 'c00000000000' }));
    expect(again.settled.map(({ session }) => session.ref)).toEqual([GONE.sessionSent]);
  });
});
