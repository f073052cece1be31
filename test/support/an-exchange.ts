import type { Exchange } from '../../src/exchange/index.ts';

/** An ordinary exchange, a POST answered 200, but for the facts given. */
export function anExchange(facts: Partial<Exchange> = {}): Exchange {
  return {
    vantage: 'server',
    target: 'default',
    httpMethod: 'POST',
    transport: 'streamable-http',
    era: 'sessionful',
    protocolVersion: '2025-11-25',
    rpcMethods: [],
    sessionSent: undefined,
    sessionGiven: undefined,
    sessionOdd: false,
    resumes: false,
    status: 200,
    ending: 'complete',
    bodyClass: 'none',
    errorUnaddressed: false,
    challenged: false,
    retryAfter: false,
    fromBrowser: false,
    exposesSession: false,
    client: 'c0ffeec0ffee',
    principal: 'c0ffeec0ffee',
    family: 'other',
    via: 'none',
    callDigest: undefined,
    errorType: '',
    stream: undefined,
    startedAt: 1000,
    endedAt: 1005,
    ...facts,
  };
}

/** The stream of a call that was opened, and nothing came on it. */
export const SILENT_STREAM = {
  kind: 'post',
  openedAt: 1001,
  carriedData: false,
  retryHint: false,
  eventIds: false,
  lastWriteAt: 1001,
} as const;
