import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyError, classifySuccess } from '../../src/exchange/index.ts';

/** Answers of real servers, as in their source or in the threads that report them (failure modes, sections 2 and 5). */
const errors: readonly (readonly [server: string, body: string, bodyClass: string])[] = [
  [
    'TypeScript SDK',
    '{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}',
    'session-dead',
  ],
  [
    'TypeScript SDK, fresh after a restart',
    '{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: Server not initialized"},"id":null}',
    'session-dead-ambiguous',
  ],
  [
    'TypeScript example, POST',
    '{"jsonrpc":"2.0","error":{"code":-32000,"message":"Bad Request: No valid session ID provided"},"id":null}',
    'session-dead-ambiguous',
  ],
  ['TypeScript example, GET', 'Invalid or missing session ID', 'session-dead-ambiguous'],
  ['Python SDK 1.25', 'Bad Request: No valid session ID provided', 'session-dead-ambiguous'],
  [
    'Python SDK 1.26',
    '{"jsonrpc":"2.0","id":"server-error","error":{"code":-32600,"message":"Session not found"}}',
    'session-dead',
  ],
  ['Python SDK 2', 'Not Found: Session has been terminated', 'session-dead'],
  ['rmcp 0.16', 'Unauthorized: Session not found', 'session-dead'],
  ['rmcp 0.17', 'Not Found: Session not found', 'session-dead'],
  ['Go SDK', 'session not found', 'session-dead'],
  ['mcp-go', 'Invalid session ID', 'session-dead'],
  ['mcp-go, terminated', 'Session terminated', 'session-dead'],
  ['Java SDK', '{"message":"Session not found: 1f2e"}', 'session-dead'],
  ['PHP SDK', '{"error":{"code":-32600,"message":"Session not found or has expired"}}', 'session-dead'],
  ['punkpeye/mcp-proxy, GET', 'No active transport', 'session-dead'],
  ['Envoy AI Gateway', 'invalid session ID', 'session-dead'],
  ['TypeScript example, HTTP+SSE', 'No transport found for sessionId', 'session-dead'],
  ['TypeScript SDK, HTTP+SSE', 'SSE connection not established', 'session-dead'],
  ['supergateway, HTTP+SSE', 'No active SSE connection for session abc', 'session-dead'],
  ['Python SDK, HTTP+SSE', 'Could not find session', 'session-dead'],
  [
    'Dynamics',
    '{"error":{"code":-32001,"message":"Session with ID \'abc\' could not be found"}}',
    'session-dead',
  ],
  [
    'hosted (claude-code#56264)',
    '{"type":"error","error":{"message":"MCP session has been terminated or no longer exists","details":{"error_code":"mcp_session_terminated"}}}',
    'session-dead',
  ],
  [
    'TypeScript SDK, no id',
    '{"error":{"code":-32000,"message":"Bad Request: Mcp-Session-Id header is required"}}',
    'session-missing',
  ],
  ['mcp-go, no id', 'Missing session ID', 'session-missing'],
  [
    'TypeScript SDK, second handshake',
    '{"error":{"code":-32600,"message":"Invalid Request: Server already initialized"}}',
    'already-initialized',
  ],
  [
    'TypeScript SDK, second GET',
    '{"error":{"message":"Conflict: Only one SSE stream is allowed per session"}}',
    'sse-conflict',
  ],
  ['mcp-go, second GET', 'Session registration failed: session already exists', 'sse-conflict'],
  [
    'TypeScript SDK, version',
    '{"error":{"code":-32000,"message":"Bad Request: Unsupported protocol version: 1900-01-01"}}',
    'version',
  ],
  [
    'v2, version',
    '{"error":{"code":-32022,"message":"Unsupported","data":{"supported":["2026-07-28"]}}}',
    'version',
  ],
  ['Python SDK 1.30, cap', 'Too many open sessions', 'capacity'],
  ['modern, unknown method', '{"error":{"code":-32601,"message":"Method not found"}}', 'method-missing'],
  ['broken JSON', '{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}', 'parse'],
  ['Express without the route', '<!DOCTYPE html>\n<html><body><pre>Cannot POST /mcp</pre>', 'foreign-page'],
  ['a tool', '{"error":"rate limited"}', 'other'],
  ['nothing', '', 'none'],
];

describe('the body of an error answer', () => {
  it.each(errors)('%s: %s', (_server, body, bodyClass) => {
    expect(classifyError(body).class).toBe(bodyClass);
  });

  it('never throws, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6000 }), (body) => void classifyError(body)),
    );
  });

  it('takes a hostile body in its stride: 4 KiB of near misses in a few milliseconds', () => {
    const before = performance.now();
    for (const seed of ['session ', 'session id ', 'unknown mcp-', '"code": -', 'cannot ']) {
      classifyError(seed.repeat(4096 / seed.length));
    }
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe('the body of a success', () => {
  const error = '"error":{"code":-32600,"message":"Session not found"}';
  it('tells a JSON-RPC error about the session', () => {
    expect(classifySuccess(`{"jsonrpc":"2.0",${error},"id":null}`)).toEqual({
      class: 'session-dead',
      unaddressed: true,
      code: -32600,
    });
    expect(classifySuccess(`{"jsonrpc":"2.0","id":7,${error}}`)).toEqual({
      class: 'session-dead',
      unaddressed: false,
      code: -32600,
    });
    expect(classifySuccess(`{"jsonrpc":"2.0","id":"server-error",${error}}`).unaddressed).toBe(true);
  });

  it('finds it in an event stream, behind a priming event', () => {
    const stream = `id: 0\nretry: 500\ndata: \n\nevent: message\ndata: {"jsonrpc":"2.0",${error},"id":null}\n\n`;
    expect(classifySuccess(stream)).toMatchObject({ class: 'session-dead', unaddressed: true });
  });

  it.each([
    ['a result', '{"jsonrpc":"2.0","id":1,"result":{"tools":[]}}'],
    [
      'a tool error',
      '{"jsonrpc":"2.0","id":1,"result":{"isError":true,"content":[{"text":"\\"error\\": session not found"}]}}',
    ],
    ['an error deep inside', '{"jsonrpc":"2.0","id":1,"result":{"error":{"message":"Session not found"}}}'],
    ['plain text', 'the word "error" and session not found'],
  ])('keeps silent about %s', (_name, body) => {
    expect(classifySuccess(body).class).toBe('none');
  });
});
