import { describe, expect, test } from 'vitest';
import { withoutBodies } from '../../../src/hooks/undici/without-bodies.ts';
import { anExchange } from '../../support/an-exchange.ts';

const unread = { vantage: 'client', httpMethod: 'POST', rpcMethods: [] } as const;

describe('an exchange whose bodies were not seen', () => {
  test('was a handshake when it gave a session to one who had none', () => {
    const given = anExchange({ ...unread, sessionSent: undefined, sessionGiven: 'one', status: 200 });
    expect(withoutBodies(given).rpcMethods).toEqual(['initialize']);
    for (const other of [
      { sessionSent: 'one' },
      { sessionGiven: undefined },
      { status: 404 },
      { httpMethod: 'GET' },
    ] as const)
      expect(withoutBodies({ ...given, ...other }).rpcMethods).toEqual([]);
    expect(withoutBodies({ ...given, rpcMethods: ['tools/call'] }).rpcMethods).toEqual(['tools/call']);
  });

  test('carried data, and was never silent, for all that is known', () => {
    const stream = {
      kind: 'get',
      openedAt: 10,
      carriedData: false,
      retryHint: false,
      eventIds: false,
      lastWriteAt: 10,
    } as const;
    expect(withoutBodies(anExchange({ stream, endedAt: 5000 })).stream).toEqual({
      ...stream,
      carriedData: true,
      lastWriteAt: 5000,
    });
    expect(withoutBodies(anExchange({ stream: undefined })).stream).toBeUndefined();
  });
});
