import type { ServerResponse } from 'node:http';
import { describe, it } from 'vitest';
import { faultById } from '../../../src/faults/index.ts';
import { probe, type ProbeReport } from '../../../src/exporter/probe/index.ts';
import { always, emulated, rpcError, tell, type Emulation } from './support/emulated-server.ts';
import { SESSIONS_ALONE, verdictsOf, verdictsWith, type Exceptions } from './support/expected.ts';
import { listening } from './support/listening.ts';

const CAPACITY = [503, rpcError(-32000, 'Too many open sessions')] as const;
const NOT_FOUND = [404, rpcError(-32001, 'Session not found')] as const;
const NO_STREAM: Exceptions = {
  'keep-alive': 'skipped',
  'second-stream': 'skipped',
  'stream-reopen': 'skipped',
};

/** A session that is not served tells nothing further of itself. */
const NOT_SERVED: Exceptions = {
  'get-stream': 'skipped',
  ...NO_STREAM,
  'unknown-version': 'skipped',
  'second-client': 'skipped',
  delete: 'skipped',
  'ended-id-post': 'skipped',
  'ended-id-get': 'skipped',
  'ended-id-delete': 'skipped',
  'initialize-again': 'skipped',
};

/** What is opened, and then ends after so long. */
const streamFor =
  (ms: number, text = '') =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    if (text !== '') response.write(text);
    setTimeout(() => response.end(), ms);
  };

/** A stream that is taken: its client left it, and the server has not noticed. */
function keptStreams(): (response: ServerResponse) => void {
  let isTaken = false;
  return (response) => {
    if (isTaken) return tell(response, [409, rpcError(-32000, 'Only one SSE stream is allowed per session')]);
    isTaken = true;
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  };
}

const CORS = { 'access-control-allow-origin': '*' };
const EXPOSED = { ...CORS, 'access-control-expose-headers': 'Mcp-Session-Id' };
const ALLOWED = {
  ...CORS,
  'access-control-allow-headers': 'content-type, mcp-session-id, mcp-protocol-version',
};

/** One thing that is wrong, or looks wrong, and what must be said of it. */
const CASES: readonly (readonly [name: string, Emulation, Exceptions])[] = [
  [
    'no place for a second session',
    { initialize: (sessions) => (sessions === 0 ? undefined : CAPACITY) },
    { 'second-client': ['session-cap-exhausted'], 'web-page': 'skipped' },
  ],
  [
    'one place, taken from the first by the second',
    {
      before: () => undefined,
      initialize: (sessions) =>
        sessions === 0 ? undefined : [400, rpcError(-32600, 'Invalid Request: Server already initialized')],
    },
    { 'second-client': ['single-session-server'], 'web-page': 'skipped' },
  ],
  [
    'two replicas, each of which knows its own sessions',
    { before: (_request, connection) => (connection % 2 === 0 ? undefined : NOT_FOUND) },
    { ...NOT_SERVED, affinity: ['lost-affinity'] },
  ],
  [
    'a session that is dead when it is first used',
    { before: () => NOT_FOUND },
    { ...NOT_SERVED, initialized: [], request: [], affinity: ['premature-eviction'] },
  ],
  [
    '404 to GET',
    { get: (response) => tell(response, [404]) },
    { 'get-stream': ['foreign-404-as-dead-session'], ...NO_STREAM },
  ],
  [
    'plain text for a stream',
    { get: (response) => tell(response, [200, 'MCP server is running']) },
    { 'get-stream': ['get-reopen-loop'], ...NO_STREAM },
  ],
  ['a stream that ends at once', { get: streamFor(20) }, { 'get-stream': ['get-reopen-loop'], ...NO_STREAM }],
  [
    'a stream that ends with a hint when to come back',
    { get: streamFor(20, 'id: 1\nretry: 3000\ndata: \n\n') },
    NO_STREAM,
  ],
  ['a stream that is cut while it is silent', { get: streamFor(900) }, { 'keep-alive': ['sse-flap'] }],
  ['a stream that is not let go of', { get: keptStreams() }, { 'stream-reopen': ['sse-conflict'] }],
  [
    'DELETE refused',
    { delete: [500] },
    {
      delete: ['delete-ineffective'],
      'ended-id-post': 'skipped',
      'ended-id-get': 'skipped',
      'ended-id-delete': 'skipped',
      'initialize-again': 'skipped',
    },
  ],
  [
    'DELETE not offered',
    { delete: [405], unknown: { ...always(NOT_FOUND), DELETE: [405] } },
    {
      'ended-id-post': 'not-applicable',
      'ended-id-get': 'not-applicable',
      'ended-id-delete': 'not-applicable',
      'initialize-again': 'not-applicable',
    },
  ],
  [
    'a session for server/discover',
    {
      discover: (response) => {
        response.setHeader('mcp-session-id', 'leaked');
        tell(response, [400, rpcError(-32000, 'Server not initialized')]);
      },
    },
    { discover: ['era-probe-leak'] },
  ],
  ['silence for server/discover', { discover: () => {} }, { discover: ['era-probe-failure'] }],
  ['any version', { acceptsAnyVersion: true }, { 'unknown-version': ['protocol-version-mismatch'] }],
  ['200 for a notification', { initialized: [200] }, { initialized: [] }],
  [
    'an id hidden from web pages',
    { headers: CORS, preflight: ALLOWED },
    { 'web-page': ['session-header-stripped'] },
  ],
  [
    'an id that web pages may not send',
    { headers: EXPOSED, preflight: CORS },
    { 'web-page': ['session-header-stripped'] },
  ],
  ['an id that web pages may use', { headers: EXPOSED, preflight: ALLOWED }, { 'web-page': 'passed' }],
  ['a limit of rate', { missing: [429] }, { 'missing-id': 'skipped' }],
];

describe('the probe', () => {
  it.concurrent.for(CASES)('sees %s', async ([, emulation, exceptions], context) => {
    const { expect } = context;
    const report = await probe(await listening(context, emulated(emulation).listener), {
      holdMs: 1000,
      timeoutMs: 1000,
    });
    expect(verdictsOf(report)).toEqual(verdictsWith({ ...SESSIONS_ALONE, ...exceptions }));
    for (const fault of faultsOf(report)) expect(faultById(fault)?.id).toBe(fault);
  });
});

function faultsOf({ checks }: ProbeReport): string[] {
  return checks.flatMap(({ faults }) => faults);
}
