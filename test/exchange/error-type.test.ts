import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classifyError,
  classifySuccess,
  errorTypeOfAnswer,
  errorTypeOfBreak,
  type BrokenAnswer,
  type RpcMethod,
} from '../../src/exchange/index.ts';

function answered(method: RpcMethod, status: number, body: string): string {
  const facts = status >= 400 ? classifyError(body) : classifySuccess(body);
  return errorTypeOfAnswer(method, status, facts, body);
}

const sse = (...messages: readonly object[]): string =>
  `retry: 500\nid: 0\ndata: \n\n${messages.map((message) => `event: message\ndata: ${JSON.stringify(message)}\n\n`).join('')}`;

const PROGRESS = { jsonrpc: '2.0', method: 'notifications/progress', params: { error: { code: -32603 } } };
const failed = (code: unknown): object => ({ jsonrpc: '2.0', id: 1, error: { code, message: 'no' } });
const result = (value: object): object => ({ jsonrpc: '2.0', id: 1, result: value });

describe('the error type of an answer', () => {
  it('is none for a success', () => {
    expect(answered('tools/call', 200, JSON.stringify(result({ content: [], isError: false })))).toBe('');
    expect(answered('tools/list', 200, sse(result({ tools: [] })))).toBe('');
    expect(answered('notifications/initialized', 202, '')).toBe('');
  });

  it('is the code of the JSON-RPC error, whatever the status around it', () => {
    for (const status of [200, 400, 404, 500]) {
      expect(answered('tools/call', status, JSON.stringify(failed(-32602)))).toBe('-32602');
      expect(answered('ping', status, `{ "error" : { "message" : "", "code" : -32601 }, "id" : null }`)).toBe(
        '-32601',
      );
    }
  });

  it('is found in an event stream, behind what the server sent before it', () => {
    expect(answered('tools/call', 200, sse(PROGRESS, PROGRESS, failed(-32603)))).toBe('-32603');
    expect(answered('tools/call', 200, sse(PROGRESS, result({ isError: true })))).toBe('tool_error');
    expect(answered('tools/call', 200, sse(PROGRESS))).toBe('');
  });

  it('is `_OTHER` for a code that is not on the list', () => {
    expect(answered('ping', 200, JSON.stringify(failed(-31337)))).toBe('_OTHER');
  });

  it('is the status of an error answer without such a code', () => {
    expect(answered('ping', 404, 'Session not found')).toBe('404');
    expect(answered('ping', 401, '{"error":"invalid_token"}')).toBe('401');
    expect(answered('ping', 503, '{"error":{"code":"over_capacity"}}')).toBe('503');
    expect(answered('ping', 500, '{"error":{"code":-3260')).toBe('500');
    expect(answered('ping', 418, '')).toBe('_OTHER');
  });

  it('is a tool error only where the result itself says so', () => {
    const tool = (value: object): string => answered('tools/call', 200, JSON.stringify(result(value)));
    expect(tool({ content: [{ type: 'text', text: 'no' }], isError: true })).toBe('tool_error');
    expect(tool({ content: [{ type: 'text', text: '{"isError":true}' }] })).toBe('');
    expect(tool({ structuredContent: { isError: true }, isError: false })).toBe('');
    expect(tool({ content: [{ isError: true }] })).toBe('');
    expect(answered('tools/call', 200, '{"isError":true,"result":{}}')).toBe('');
    expect(answered('prompts/get', 200, JSON.stringify(result({ isError: true })))).toBe('');
  });

  it('is read of any answer, cut off anywhere, without failing', () => {
    const body = fc.oneof(
      fc
        .jsonValue()
        .map((value) => JSON.stringify({ jsonrpc: '2.0', error: value, result: value, isError: true })),
      fc.jsonValue().map((value) => sse(PROGRESS, { id: 1, error: { code: value } })),
      fc.string({ unit: 'binary', maxLength: 4096 }),
    );
    fc.assert(
      fc.property(body, fc.nat(4096), fc.constantFrom(200, 400), (text, length, status) => {
        expect(answered('tools/call', status, text.slice(0, length))).toMatch(/^(-?\d+|tool_error|_OTHER|)$/);
      }),
    );
  });
});

describe('the error type of an answer that broke off', () => {
  const stream = {
    kind: 'post',
    openedAt: 1,
    carriedData: false,
    retryHint: false,
    eventIds: false,
    lastWriteAt: 1,
  } as const;

  function broken(facts: Partial<BrokenAnswer>): string {
    const { prefix = '' } = facts;
    const body = classifySuccess(prefix);
    return errorTypeOfBreak({
      method: 'tools/call',
      era: 'sessionful',
      body,
      prefix,
      stream: undefined,
      reason: 'left',
      ...facts,
    });
  }

  it('says who gave up', () => {
    expect(broken({ reason: 'left' })).toBe('cancelled');
    expect(broken({ reason: 'cancelled' })).toBe('cancelled');
    expect(broken({ reason: 'timeout' })).toBe('timeout');
    expect(broken({ reason: 'broken' })).toBe('_OTHER');
    expect(broken({ reason: 'broken', stream })).toBe('_OTHER');
    expect(broken({ reason: 'broken', prefix: JSON.stringify(result({})) })).toBe('_OTHER');
  });

  it('is that of the answer when it had come by the stream', () => {
    for (const reason of ['left', 'cancelled', 'broken'] as const) {
      expect(broken({ reason, stream, prefix: sse(PROGRESS, result({})) })).toBe('');
      expect(broken({ reason, stream, prefix: sse(failed(-32602)) })).toBe('-32602');
      expect(broken({ reason, stream, prefix: sse(result({ isError: true })) })).toBe('tool_error');
      expect(broken({ reason, stream, prefix: `: ${'x'.repeat(5000)}`.slice(0, 4096) })).toBe('');
    }
    expect(broken({ reason: 'left', stream, prefix: sse(PROGRESS) })).toBe('cancelled');
  });

  it('is none where the answer may come by another stream', () => {
    const resumable = { ...stream, eventIds: true };
    expect(broken({ reason: 'left', stream: resumable })).toBe('');
    expect(broken({ reason: 'broken', stream: resumable })).toBe('');
    expect(broken({ reason: 'cancelled', stream: resumable })).toBe('cancelled');
    expect(broken({ reason: 'timeout', stream: resumable })).toBe('timeout');
    expect(broken({ reason: 'left', stream: resumable, era: 'sessionless' })).toBe('cancelled');
  });

  it('is none for a subscription that its client ends, which is how it ends', () => {
    const method = 'subscriptions/listen';
    expect(broken({ method, era: 'sessionless', reason: 'left', stream })).toBe('');
    expect(broken({ method, era: 'sessionless', reason: 'cancelled', stream })).toBe('');
    expect(broken({ method, era: 'sessionless', reason: 'broken', stream })).toBe('_OTHER');
    expect(broken({ method, era: 'sessionless', reason: 'left' })).toBe('cancelled');
  });
});
