import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  httpSseSessionIn,
  mayOpenHttpSse,
  sessionIdInEndpoint,
  sessionIdInQuery,
} from '../../src/exchange/index.ts';

describe('the session id in the address of messages', () => {
  it.each([
    ['TypeScript SDK', '/messages?sessionId=9f1c-1', '9f1c-1'],
    ['Python SDK', '/messages/?session_id=0a1b2c', '0a1b2c'],
    ['Go SDK', '/sse?sessionid=XYZ', 'XYZ'],
    ['Java SDK', '/mcp/message?sessionId=7', '7'],
    ['behind other members', '/messages?v=2&sessionId=abc&x=1', 'abc'],
    ['percent-encoded', '/messages?sessionId=a%2Fb', 'a/b'],
    ['badly encoded', '/messages?sessionId=%zz', '%zz'],
    ['absolute', 'https://example.org/messages?sessionId=abc#top', 'abc'],
  ])('%s', (_server, url, id) => {
    expect(sessionIdInQuery(url)).toBe(id);
  });

  it.each(['/messages', '/messages?', '/messages?sessionId=', '/messages?mysessionId=1', '/sessionId=1', ''])(
    'is not in %s',
    (url) => {
      expect(sessionIdInQuery(url)).toBeUndefined();
    },
  );
});

describe('the first event of a stream', () => {
  it.each([
    ['TypeScript SDK', 'event: endpoint\ndata: /messages?sessionId=S1\n\n'],
    ['Python SDK', 'event: endpoint\r\ndata: /messages/?session_id=S1\r\n\r\n'],
    ['mcp-go', 'event: endpoint\ndata: http://127.0.0.1:8080/message?sessionId=S1\r\n\r\n'],
    ['without a space', 'event:endpoint\ndata:/messages?sessionId=S1\n\n'],
    ['behind a comment', ': hello\n\nevent: endpoint\ndata: /messages?sessionId=S1\n\n'],
  ])('names the address: %s', (_server, beginning) => {
    expect(sessionIdInEndpoint(beginning)).toBe('S1');
  });

  it.each([
    ['a message', 'event: message\ndata: {"jsonrpc":"2.0","method":"ping"}\n\n'],
    ['a later event', 'data: {}\n\nevent: endpoint\ndata: /messages?sessionId=S1\n\n'],
    ['a priming event', 'id: 0\ndata: \n\n'],
    ['an address without an id', 'event: endpoint\ndata: /messages/4711\n\n'],
    ['nothing yet', ''],
  ])('does not: %s', (_what, beginning) => {
    expect(sessionIdInEndpoint(beginning)).toBeUndefined();
  });

  it('is read when it is whole, however it was cut, and never before', () => {
    const whole = 'event: endpoint\ndata: /messages?sessionId=S1\n';
    fc.assert(
      fc.property(fc.nat(whole.length), (length) => {
        const id = sessionIdInEndpoint(whole.slice(0, length));
        expect(id).toBe(length === whole.length ? 'S1' : undefined);
      }),
    );
  });
});

describe('an address of the transport', () => {
  it.each([
    ['/sse', true],
    ['/api/mcp/sse/', true],
    ['/sse?key=1', true],
    ['/', false],
    ['/events', false],
    ['/sse/status', false],
    ['/passe', false],
    ['/status?next=/sse', false],
  ])('%s opens a stream: %s', (url, may) => {
    expect(mayOpenHttpSse(url)).toBe(may);
  });

  it.each([
    ['/messages?sessionId=S1', 'S1'],
    ['/messages/?session_id=S1', 'S1'],
    ['/mcp/message?sessionId=S1', 'S1'],
    ['/sse?sessionid=S1', 'S1'],
    ['/messages', undefined],
    ['/mymessages?sessionId=S1', undefined],
    // Streamable HTTP has its ids in headers; what stands in a query there is the program's own.
    ['/mcp?sessionId=S1', undefined],
  ])('%s takes messages for %s', (url, id) => {
    expect(httpSseSessionIn(url)).toBe(id);
  });
});
