import type { ServerResponse } from 'node:http';
import { describe, it } from 'vitest';
import { probe, reportAsText } from '../../../src/exporter/probe/index.ts';
import { SESSIONS_ALONE, STATELESS, verdictsOf, verdictsWith, type Exceptions } from './support/expected.ts';
import { always, emulated, rpcError, tell, type Emulation } from './support/emulated-server.ts';
import { listening } from './support/listening.ts';

const TEXT_400 = [400, 'Bad Request: No valid session ID provided'] as const;
const NOT_FOUND = [404, rpcError(-32001, 'Session not found')] as const;

const WRONG = ['dead-session-wrong-status'];
const WRONG_BESIDE_404 = ['dead-session-wrong-status', 'status-differs-by-method'];
const DIFFERS = ['status-differs-by-method'];
const ACCEPTED = ['dead-session-accepted'];
const ACCEPTED_BESIDE_404 = ['dead-session-accepted', 'status-differs-by-method'];
const MASKED = ['dead-session-masked-2xx'];
const AS_AUTH = ['dead-session-wrong-status', 'auth-masks-session'];

/** Streams of which a session may have one at a time, which is let go of when its client leaves. */
function oneStream(): (response: ServerResponse) => void {
  let open = 0;
  return (response) => {
    if (open > 0) return tell(response, [400, 'Session registration failed: session already exists']);
    open++;
    response.on('close', () => open--);
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  };
}

/** The same for an id that is unknown and for one that was ended. */
function dead(post: readonly string[], get: readonly string[], del: readonly string[]): Exceptions {
  const given = { post, get, delete: del };
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, faults]) => faults.length > 0)
      .flatMap(([method, faults]) => [
        [`unknown-id-${method}`, faults],
        [`ended-id-${method}`, faults],
      ]),
  );
}

/** What servers really answer for a dead id, and what must be said of it. */
const SERVERS: readonly (readonly [name: string, Emulation, Exceptions])[] = [
  ['one that is sound', {}, {}],
  [
    'the TypeScript SDK, a transport that was made anew by a restart',
    { unknown: always([400, rpcError(-32000, 'Bad Request: Server not initialized')]) },
    dead(WRONG, WRONG, WRONG),
  ],
  ['Python SDK 1.8 to 1.25', { unknown: always(TEXT_400), missing: TEXT_400 }, dead(WRONG, WRONG, WRONG)],
  [
    'Python SDK 1.26 to 1.29',
    { unknown: always([404, rpcError(-32600, 'Session not found', 'server-error')]) },
    {},
  ],
  [
    'Python SDK 2.0',
    {
      unknown: always([404, rpcError(-32600, 'Session not found')]),
      ended: always([404, rpcError(-32600, 'Not Found: Session has been terminated')]),
    },
    {},
  ],
  [
    'rmcp up to 0.16',
    {
      unknown: always([401, 'Unauthorized: Session not found']),
      missing: [401, 'Unauthorized: Session ID is required'],
    },
    { ...dead(AS_AUTH, AS_AUTH, AS_AUTH), 'malformed-id': AS_AUTH, 'missing-id': ['auth-masks-session'] },
  ],
  [
    'rmcp 0.17',
    { unknown: { ...always([404, 'Not Found: Session not found']), DELETE: [202] } },
    dead([], [], DIFFERS),
  ],
  ['the Go SDK', { unknown: always([404, 'session not found']) }, {}],
  [
    'mcp-go as it comes',
    { unknown: always('as-if-live'), malformed: [404, 'Invalid session ID'], get: oneStream() },
    dead(ACCEPTED, ACCEPTED, ACCEPTED),
  ],
  [
    'mcp-go with a session manager',
    { unknown: { POST: [404, 'Invalid session ID'], GET: 'as-if-live', DELETE: 'as-if-live' } },
    dead([], ACCEPTED_BESIDE_404, DIFFERS),
  ],
  [
    'TypeScript SDK 1.12, where a closed transport lets requests hang',
    { ended: { ...always('as-if-live'), POST: 'hang' } },
    { 'ended-id-post': ACCEPTED, 'ended-id-get': ACCEPTED, 'ended-id-delete': ACCEPTED },
  ],
  ['the C# SDK with sessions', { unknown: { ...always(NOT_FOUND), DELETE: [200] } }, dead([], [], DIFFERS)],
  [
    'the C# SDK as it comes, without sessions',
    {
      stateless: [400, rpcError(-32000, 'Bad Request: The Mcp-Session-Id header is not supported')],
      get: (response) => void response.writeHead(405).end(),
    },
    { ...STATELESS, 'keep-alive': 'not-applicable' },
  ],
  [
    'the Java SDK, which quotes the id',
    {
      unknown: {
        ...always([404, rpcError(-32603, 'Session not found: <id>')]),
        GET: [404, '<html><body>HTTP Status 404 – Not Found</body></html>', 'text/html'],
      },
    },
    {},
  ],
  [
    'the Kotlin SDK, where the stream is committed first',
    { unknown: { ...always(NOT_FOUND), GET: [200, ':', 'text/event-stream'] } },
    dead([], ACCEPTED_BESIDE_404, []),
  ],
  [
    'the Swift SDK',
    { unknown: always([404, rpcError(-32600, 'Not Found: Session not found or expired')]) },
    {},
  ],
  ['the Ruby SDK', { unknown: always([404, rpcError(-32600, 'Session not found')]) }, {}],
  [
    'the Ruby SDK when it is full',
    {
      initialize: (sessions) =>
        sessions < 1
          ? undefined
          : [503, rpcError(-32000, 'Service unavailable: maximum concurrent sessions (1) reached')],
    },
    { 'second-client': ['session-cap-exhausted'], 'web-page': 'skipped' },
  ],
  [
    'the PHP SDK',
    {
      get: (response) => void response.writeHead(405).end(),
      unknown: {
        POST: [404, rpcError(-32600, 'Session not found or has expired')],
        GET: [405],
        DELETE: [200],
      },
    },
    {
      ...dead([], [], DIFFERS),
      'keep-alive': 'not-applicable',
      'second-stream': 'not-applicable',
      'stream-reopen': 'not-applicable',
    },
  ],
  ['Quarkus', { unknown: always([404]) }, {}],
  [
    'Cloudflare agents',
    { unknown: always(NOT_FOUND), missing: [400, rpcError(-32000, 'Missing session')] },
    {},
  ],
  ['ToolHive', { unknown: always(NOT_FOUND) }, {}],
  ['Dynamics', { unknown: always([404, rpcError(-32001, "Session with ID '<id>' could not be found")]) }, {}],
  [
    'punkpeye/mcp-proxy',
    { unknown: { ...always([400, 'No active transport']), POST: NOT_FOUND } },
    dead([], WRONG_BESIDE_404, WRONG_BESIDE_404),
  ],
  [
    'supergateway',
    { unknown: always([400, rpcError(-32000, 'Bad Request: No valid session ID provided')]) },
    dead(WRONG, WRONG, WRONG),
  ],
  ['Envoy AI Gateway', { unknown: always([400, 'invalid session ID']) }, dead(WRONG, WRONG, WRONG)],
  [
    'agentgateway',
    { unknown: { ...always([404, 'session not found']), DELETE: [202] } },
    dead([], [], DIFFERS),
  ],
  [
    'Zilla 2.4.0-rc35',
    { unknown: { ...always([400]), POST: [200, rpcError(-32600, 'Session not found', 1)] } },
    { ...dead(MASKED, WRONG_BESIDE_404, WRONG_BESIDE_404), 'malformed-id': MASKED },
  ],
  [
    'keryx',
    {
      unknown: always([
        200,
        `event: message\ndata: ${rpcError(-32000, 'Session not found')}\n\n`,
        'text/event-stream',
      ]),
    },
    { ...dead(MASKED, MASKED, MASKED), 'malformed-id': MASKED },
  ],
  [
    'neotoma',
    { unknown: always([503, rpcError(-32000, 'Session not found')]) },
    { ...dead(WRONG, WRONG, WRONG), 'malformed-id': WRONG },
  ],
  [
    'a hosted vendor, with an error object of its own',
    { unknown: always([404, JSON.stringify({ error: { type: 'mcp_session_terminated' } })]) },
    {},
  ],
];

describe('the probe', () => {
  it.concurrent.for(SERVERS)('judges %s', async ([, emulation, exceptions], context) => {
    const { expect } = context;
    const { listener, live, requests } = emulated(emulation);
    const report = await probe(await listening(context, listener), { holdMs: 50, timeoutMs: 1500 });
    expect(verdictsOf(report)).toEqual(verdictsWith({ ...SESSIONS_ALONE, ...exceptions }));
    expect(report).toMatchObject({
      outcome: Object.values(exceptions).some(Array.isArray) ? 'failed' : 'passed',
      eras: ['sessionful'],
      protocolVersion: '2025-11-25',
      serverKind: emulation.stateless === undefined ? 'stateful' : 'stateless',
    });
    expect(live.size).toBe(0);
    const told = JSON.stringify(report) + reportAsText(report, undefined, true);
    const ids = requests.flatMap(({ headers }) => headers['mcp-session-id'] ?? []);
    for (const id of new Set(ids)) expect(told).not.toContain(id);
  });
});
