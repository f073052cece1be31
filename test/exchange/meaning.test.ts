import { describe, expect, it } from 'vitest';
import { meaningOf, opensSession, type Exchange } from '../../src/exchange/index.ts';
import { anExchange } from '../support/an-exchange.ts';

const SENT = { sessionSent: 'a1b2c3d4e5f6' };
const MODERN = { era: 'sessionless', protocolVersion: '2026-07-28' } as const;

const meanings: readonly (readonly [what: string, exchange: Partial<Exchange>, meaning: string])[] = [
  ['404 with an id', { ...SENT, status: 404 }, 'session-dead'],
  ['404 with an id and the words', { ...SENT, status: 404, bodyClass: 'session-dead' }, 'session-dead'],
  ['404 without an id: there is no endpoint here', { status: 404 }, 'other'],
  [
    '404 without an id, in the words for a dead session',
    { status: 404, bodyClass: 'session-dead' },
    'session-missing',
  ],
  ['404 with a web page: a router answers', { ...SENT, status: 404, bodyClass: 'foreign-page' }, 'other'],
  ['404 behind a modern header', { ...SENT, ...MODERN, status: 404 }, 'other'],
  [
    '404 behind a modern header: unknown method',
    { ...MODERN, status: 404, bodyClass: 'method-missing' },
    'method-missing',
  ],
  [
    'modern, in the words for a dead session',
    { ...SENT, ...MODERN, status: 400, bodyClass: 'session-dead-ambiguous' },
    'other',
  ],
  ['400 for a dead id', { ...SENT, status: 400, bodyClass: 'session-dead-ambiguous' }, 'session-dead'],
  [
    '400 for a missing id, in the same words',
    { status: 400, bodyClass: 'session-dead-ambiguous' },
    'session-missing',
  ],
  ['400 for the version', { ...SENT, status: 400, bodyClass: 'version' }, 'version'],
  ['400 for a second handshake', { status: 400, bodyClass: 'already-initialized' }, 'already-initialized'],
  ['409 for a second stream', { ...SENT, status: 409, bodyClass: 'sse-conflict' }, 'sse-conflict'],
  ['503 at the cap', { status: 503, bodyClass: 'capacity' }, 'capacity'],
  ['401', { ...SENT, status: 401 }, 'auth'],
  ['401 that says the session is gone', { ...SENT, status: 401, bodyClass: 'session-dead' }, 'session-dead'],
  ['403', { ...SENT, status: 403, bodyClass: 'other' }, 'auth'],
  ['405', { ...SENT, httpMethod: 'GET', status: 405 }, 'other'],
  ['500', { ...SENT, status: 500 }, 'other'],
  ['200', { ...SENT, status: 200 }, 'ok'],
  ['200 that says the session is gone', { ...SENT, status: 200, bodyClass: 'session-dead' }, 'session-dead'],
  ['200 that says so of no session', { status: 200, bodyClass: 'session-dead' }, 'ok'],
  ['200 with another error', { ...SENT, status: 200, bodyClass: 'other' }, 'ok'],
  ['302', { ...SENT, status: 302 }, 'ok'],
  ['no answer at all', { ...SENT, status: 0 }, 'unanswered'],
];

describe('the meaning of an answer', () => {
  it.each(meanings)('%s', (_what, exchange, meaning) => {
    expect(meaningOf(anExchange(exchange))).toBe(meaning);
  });
});

describe('a session is opened', () => {
  it('by a handshake that succeeded, and by nothing else', () => {
    const handshake = { rpcMethods: ['initialize'], status: 200 } as const;
    expect(opensSession(anExchange(handshake))).toBe(true);
    expect(opensSession(anExchange({ ...handshake, status: 400 }))).toBe(false);
    expect(opensSession(anExchange({ ...handshake, bodyClass: 'other' }))).toBe(false);
    expect(opensSession(anExchange({ rpcMethods: ['tools/list'], status: 200 }))).toBe(false);
  });
});
