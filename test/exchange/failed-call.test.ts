import { describe, expect, it } from 'vitest';
import { failureOf, isCutOff, type CallFailure, type Exchange } from '../../src/exchange/index.ts';
import { anExchange, SILENT_STREAM as STREAM } from '../support/an-exchange.ts';

const CALL = { rpcMethods: ['tools/call'], sessionSent: 'a00000000001' } as const;

describe('a call is cut off', () => {
  it.each<[string, Partial<Exchange>, boolean]>([
    ['the client went away behind the head', { status: 200, ending: 'aborted' }, true],
    ['the connection broke behind the head', { status: 200, ending: 'reset' }, true],
    ['its stream was silent until then', { status: 200, ending: 'aborted', stream: STREAM }, true],
    [
      'it had data by then',
      { status: 200, ending: 'aborted', stream: { ...STREAM, carriedData: true } },
      false,
    ],
    ['no head was sent: nobody knows whether it began', { status: 0, ending: 'aborted' }, false],
    ['it was answered', { status: 200 }, false],
    ['500', { status: 500, bodyClass: 'other' }, true],
    ['504', { status: 504 }, true],
    ['503 says that it was not begun', { status: 503 }, false],
    ['500 that tells a dead session', { status: 500, bodyClass: 'session-dead' }, false],
    ['404', { status: 404 }, false],
    ['404, and the client hung up', { status: 404, ending: 'aborted' }, false],
  ])('%s: %s', (_what, facts, cut) => {
    expect(isCutOff(anExchange({ ...CALL, ...facts }))).toBe(cut);
  });

  it.each([500, 502, 504])('not to a client that gets %s: a gateway may have said it', (status) => {
    expect(isCutOff(anExchange({ ...CALL, vantage: 'proxy', status }))).toBe(true);
    expect(isCutOff(anExchange({ ...CALL, vantage: 'client', status }))).toBe(false);
  });
});

describe('a call fails for its client', () => {
  it.each<[string, Partial<Exchange>, CallFailure | undefined]>([
    ['it was answered', {}, undefined],
    ['its session is dead', { status: 404, bodyClass: 'session-dead' }, 'session-lost'],
    ['so it is told in a 400', { status: 400, bodyClass: 'session-dead' }, 'session-lost'],
    ['so it is told in a 503', { status: 503, bodyClass: 'session-dead' }, 'session-lost'],
    ['so it is told in a success', { bodyClass: 'session-dead' }, 'session-lost'],
    [
      'it named no session',
      { status: 400, bodyClass: 'session-missing', sessionSent: undefined },
      'session-lost',
    ],
    ['its answer broke off', { ending: 'reset', stream: STREAM }, 'cut-off'],
    ['it may be resumed', { ending: 'reset', stream: { ...STREAM, eventIds: true } }, undefined],
    ['no answer came', { status: 0, ending: 'reset' }, 'unavailable'],
    ['502', { status: 502 }, 'unavailable'],
    ['503', { status: 503, retryAfter: true }, 'unavailable'],
    ['504', { status: 504, bodyClass: 'foreign-page' }, 'unavailable'],
    ['an error of the server', { status: 500, bodyClass: 'other' }, undefined],
    ['an error of the tool', { errorType: 'tool_error' }, undefined],
    ['a refused login', { status: 401, challenged: true }, undefined],
    [
      'the program took it back before an answer',
      { status: 0, ending: 'aborted', errorType: 'cancelled' },
      undefined,
    ],
    ['the program took it back', { ending: 'aborted', errorType: 'cancelled', stream: STREAM }, undefined],
    ['it is no call', { rpcMethods: ['tools/list'], status: 404, bodyClass: 'session-dead' }, undefined],
  ])('%s', (_what, facts, failure) => {
    expect(failureOf(anExchange({ ...CALL, vantage: 'client', ...facts }))).toBe(failure);
  });

  it.each(['server', 'proxy'] as const)('and for nobody else: %s', (vantage) => {
    const dead = { ...CALL, vantage, status: 404, bodyClass: 'session-dead' } as const;
    expect(failureOf(anExchange(dead))).toBeUndefined();
  });
});
