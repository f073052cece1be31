import { describe, expect, it } from 'vitest';
import {
  classifyError,
  classifySuccess,
  meaningOf,
  type Exchange,
  type Meaning,
} from '../../src/exchange/index.ts';
import { anExchange } from '../support/an-exchange.ts';

/** What a server answered: the method, the status, the beginning of the body, and other facts about it. */
type Answer = readonly [
  server: string,
  httpMethod: Exchange['httpMethod'],
  status: number,
  body: string,
  facts?: Partial<Exchange>,
];

const error = (code: number, message: string, id: string | null = null): string =>
  JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id });

const NOT_FOUND = error(-32001, 'Session not found');
const NO_VALID_ID = 'Bad Request: No valid session ID provided';
const CONTAINER_PAGE =
  '<!doctype html><html lang="en"><head><title>HTTP Status 404 – Not Found</title></head>';

/** To a request that carries the id of a session that is gone. */
const DEAD: readonly Answer[] = [
  ['TypeScript SDK, another id', 'POST', 404, NOT_FOUND],
  ['TypeScript SDK, another id', 'GET', 404, NOT_FOUND],
  ['TypeScript SDK, another id', 'DELETE', 404, NOT_FOUND],
  ['TypeScript SDK after a restart', 'POST', 400, error(-32000, 'Bad Request: Server not initialized')],
  ['TypeScript SDK after a restart', 'GET', 400, error(-32000, 'Bad Request: Server not initialized')],
  ['TypeScript examples to 1.31', 'POST', 400, error(-32000, NO_VALID_ID)],
  ['TypeScript examples to 1.31', 'GET', 400, 'Invalid or missing session ID'],
  ['TypeScript examples to 1.31', 'DELETE', 400, 'Invalid or missing session ID'],
  ['Python SDK 1.8 to 1.25', 'POST', 400, NO_VALID_ID],
  ['Python SDK 1.8 to 1.25', 'GET', 400, NO_VALID_ID],
  ['Python SDK 1.26 to 1.29', 'POST', 404, error(-32600, 'Session not found', 'server-error')],
  ['Python SDK 2', 'DELETE', 404, error(-32600, 'Session not found')],
  ['Python SDK 2, ended', 'POST', 404, error(-32600, 'Not Found: Session has been terminated')],
  ['rmcp to 0.16', 'POST', 401, 'Unauthorized: Session not found'],
  ['rmcp to 0.16', 'GET', 401, 'Unauthorized: Session not found'],
  ['rmcp from 0.17', 'POST', 404, 'Not Found: Session not found'],
  ['Go SDK', 'GET', 404, 'session not found\n'],
  ['mcp-go, an id of another shape', 'POST', 404, 'Invalid session ID\n'],
  ['mcp-go with state, ended', 'POST', 404, 'Session terminated\n'],
  ['C# SDK', 'GET', 404, NOT_FOUND],
  ['Java SDK', 'POST', 404, '{"message":"Session not found: 5d0c6e7a"}'],
  ['Kotlin SDK', 'POST', 404, error(-32000, 'Session not found')],
  ['Ruby SDK', 'POST', 404, error(-32600, 'Session not found')],
  ['PHP SDK', 'POST', 404, error(-32600, 'Session not found or has expired')],
  ['Quarkus', 'POST', 404, ''],
  ['Quarkus', 'DELETE', 404, ''],
  ['Cloudflare agents', 'POST', 404, NOT_FOUND],
  ['punkpeye/mcp-proxy', 'GET', 400, 'No active transport'],
  ['supergateway', 'POST', 400, error(-32000, NO_VALID_ID)],
  ['Envoy AI Gateway after a change of its key', 'POST', 400, 'invalid session ID\n'],
  ['ToolHive', 'GET', 404, NOT_FOUND],
  ['agentgateway', 'POST', 404, 'session not found'],
  ['Dynamics (vscode#301591)', 'POST', 404, error(-32001, "Session with ID '5d0c' could not be found")],
  ['Zilla 2.4.0-rc35, inside a 200', 'POST', 200, error(-32600, 'Session not found')],
  [
    'a hosted server (claude-code#56264)',
    'POST',
    404,
    '{"type":"error","error":{"details":{"error_code":"mcp_session_terminated"}}}',
  ],
];

/** What looks like it, and is something else. */
const LOOK_ALIKES: readonly (readonly [meaning: Meaning, ...answer: Answer])[] = [
  ['other', 'a server without such a path', 'POST', 404, 'Not Found', { sessionSent: undefined }],
  ['other', 'Java SDK, the page of its container', 'GET', 404, CONTAINER_PAGE],
  ['other', 'Express without the route', 'DELETE', 404, '<!DOCTYPE html><pre>Cannot DELETE /mcp</pre>'],
  ['other', 'a router without an upstream (claude-code#94273)', 'POST', 404, '404 page not found\n'],
  ['other', 'no stream, which is legal', 'GET', 405, error(-32000, 'Method not allowed.')],
  ['other', 'no DELETE, which is legal', 'DELETE', 405, ''],
  [
    'session-missing',
    'TypeScript examples',
    'POST',
    400,
    error(-32000, NO_VALID_ID),
    { sessionSent: undefined },
  ],
  [
    'session-missing',
    'rmcp to 0.16',
    'POST',
    401,
    'Unauthorized: Session ID is required',
    { sessionSent: undefined },
  ],
  [
    'session-missing',
    'rmcp from 0.17',
    'POST',
    400,
    'Bad Request: Session ID is required',
    { sessionSent: undefined },
  ],
  [
    'session-missing',
    'TypeScript SDK',
    'POST',
    400,
    error(-32000, 'Bad Request: Mcp-Session-Id header is required'),
    { sessionSent: undefined },
  ],
  [
    'session-missing',
    'TypeScript SDK after a restart',
    'POST',
    400,
    error(-32000, 'Bad Request: Server not initialized'),
    { sessionSent: undefined },
  ],
  [
    'version',
    'TypeScript SDK',
    'POST',
    400,
    error(-32000, 'Bad Request: Unsupported protocol version: 1900-01-01 (supported versions: 2025-11-25)'),
  ],
  ['other', 'a body that is no JSON', 'POST', 400, error(-32700, 'Parse error: Invalid JSON')],
  [
    'other',
    'headers that are not accepted',
    'POST',
    406,
    error(-32000, 'Not Acceptable: Client must accept'),
  ],
  ['auth', 'a token that ran out', 'POST', 401, '{"error":"invalid_token"}', { challenged: true }],
  ['auth', 'Go SDK, the session of another user', 'POST', 403, 'session user mismatch'],
  [
    'version',
    'the first question of a client that speaks both eras',
    'POST',
    400,
    error(-32022, 'Unsupported protocol version'),
    { era: 'sessionless', sessionSent: undefined, rpcMethods: ['server/discover'] },
  ],
  [
    'other',
    'the same, at an older server',
    'POST',
    400,
    error(-32000, 'Bad Request: Server not initialized'),
    { era: 'sessionless', sessionSent: undefined, rpcMethods: ['server/discover'] },
  ],
  [
    'method-missing',
    'a method that a modern server does not know',
    'POST',
    404,
    error(-32601, 'Method not found'),
    { era: 'sessionless', sessionSent: undefined },
  ],
  ['ok', 'mcp-go by default takes any id', 'POST', 200, '{"jsonrpc":"2.0","id":1,"result":{}}'],
  ['ok', 'rmcp from 0.17', 'DELETE', 202, ''],
  ['ok', 'C# SDK', 'DELETE', 200, ''],
  ['ok', 'a server without state', 'POST', 200, 'event: message\ndata: {"id":1,"result":{}}\n\n'],
  ['sse-conflict', 'mcp-go, second GET', 'GET', 400, 'Session registration failed: session already exists\n'],
  [
    'sse-conflict',
    'TypeScript SDK, second GET',
    'GET',
    409,
    error(-32000, 'Conflict: Only one SSE stream is allowed per session'),
  ],
  [
    'already-initialized',
    'TypeScript SDK, second handshake',
    'POST',
    400,
    error(-32600, 'Invalid Request: Server already initialized'),
  ],
  [
    'capacity',
    'Ruby SDK at its cap',
    'POST',
    503,
    error(-32000, 'Too many sessions'),
    { sessionSent: undefined },
  ],
  [
    'other',
    'a server that drains',
    'POST',
    503,
    '{"message":"Server is shutting down"}',
    { retryAfter: true },
  ],
];

function meaning([, httpMethod, status, body, facts]: Answer): Meaning {
  const { class: bodyClass } = status >= 400 ? classifyError(body) : classifySuccess(body);
  const sent = { sessionSent: 'a00000000001', rpcMethods: ['tools/call'] } as const;
  return meaningOf(anExchange({ ...sent, httpMethod, status, bodyClass, ...facts }));
}

describe('a dead id', () => {
  it.each(DEAD.map((answer) => ({ answer })))('$answer.0: $answer.1 $answer.2', ({ answer }) => {
    expect(meaning(answer)).toBe('session-dead');
  });
});

describe('a look-alike', () => {
  it.each(LOOK_ALIKES.map(([means, ...answer]) => ({ means, answer })))(
    '$answer.0: $answer.1 $answer.2 is $means',
    ({ means, answer }) => {
      expect(meaning(answer)).toBe(means);
    },
  );
});
