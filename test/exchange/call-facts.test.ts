import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callFactsIn,
  callFactsOf,
  RPC_METHODS,
  type CallFacts,
  type RpcMethod,
} from '../../src/exchange/index.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const OUTER = '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01';
const NOTHING = { name: undefined, traceparent: undefined, tracestate: undefined };

/** The bytes of a body, one by one, as a hook keeps them. */
function bytesOf(body: unknown): string {
  return Buffer.from(JSON.stringify(body)).toString('latin1').slice(0, 8192);
}

function read(method: RpcMethod, body: unknown, headers: object = {}): CallFacts {
  return callFactsIn(bytesOf(body), method, { ...NOTHING, ...headers }, undefined);
}

describe('what a call says of itself', () => {
  it('is the id of the request as text', () => {
    expect(read('ping', { id: 7 }).requestId).toBe('7');
    expect(read('ping', { method: 'ping', params: { id: 3 }, id: 'a-1' }).requestId).toBe('a-1');
    expect(read('ping', { params: { id: 3 } }).requestId).toBeUndefined();
    expect(read('ping', { id: null }).requestId).toBeUndefined();
    expect(callFactsIn('{"id":12', 'ping', NOTHING, undefined).requestId).toBeUndefined();
  });

  it('is the name of the tool or the prompt, and of nothing else', () => {
    const body = { id: 1, params: { arguments: { name: 'secret' }, name: 'add' } };
    expect(read('tools/call', body).name).toBe('add');
    expect(read('prompts/get', body).name).toBe('add');
    expect(read('tools/list', body).name).toBeUndefined();
    expect(read('tools/call', { params: { arguments: { name: 'secret' } } }).name).toBeUndefined();
    expect(read('tools/call', { params: { name: 7 } }).name).toBeUndefined();
    expect(read('tools/call', { params: [{ name: 'x' }] }).name).toBeUndefined();
  });

  it('is text in any script, however it was written', () => {
    for (const name of ['größe', '検索', 'a"b\\c', '🔧 tool', 'tab\there'])
      expect(read('tools/call', { params: { name } }).name).toBe(name);
    // As a framework's parser hands it over: no bytes any more.
    const parsed = '{"params":{"name":"Ã© 検"}}';
    expect(callFactsIn(parsed, 'tools/call', NOTHING, undefined).name).toBe('Ã© 検');
    const escaped = '{"params":{"name":"gr\\u00f6\\u00dfe"}}';
    expect(callFactsIn(escaped, 'tools/call', NOTHING, undefined).name).toBe('größe');
  });

  it('is named by the header when the body does not tell', () => {
    const cutOff = `{"method":"tools/call","params":{"arguments":{"text":"${'x'.repeat(9000)}`.slice(0, 8192);
    const named = (name: string): CallFacts =>
      callFactsIn(cutOff, 'tools/call', { ...NOTHING, name }, undefined);
    expect(named('add').name).toBe('add');
    expect(named(`=?base64?${Buffer.from('検索').toString('base64')}?=`).name).toBe('検索');
    expect(read('tools/call', { params: { name: 'add' } }, { name: 'other' }).name).toBe('add');
    expect(read('tools/list', {}, { name: 'other' }).name).toBeUndefined();
    expect(read('resources/read', {}, { name: 'file:///a' }).resourceUri).toBe('file:///a');
  });

  it('is the address of the resource, without what may be secret in it', () => {
    const located = (uri: string): unknown => read('resources/read', { params: { uri } }).resourceUri;
    expect(located('https://example.org/a/b')).toBe('https://example.org/a/b');
    expect(located('https://user:pass@example.org/a?token=secret#secret')).toBe('https://example.org/a');
    expect(located('postgres://user:p@ss@db:5432/x')).toBe('postgres://db:5432/x');
    expect(located('db:user:pass@host/x')).toBe('db:host/x');
    expect(located('http:\\\\user:pass@host/x')).toBe('http:\\\\host/x');
    expect(located('file:///home/@me/a')).toBe('file:///home/@me/a');
    expect(located('?secret')).toBeUndefined();
  });

  it('is the parent in `_meta`, before that of the HTTP request', () => {
    const meta = { traceparent: PARENT, tracestate: 'a=1' };
    const headers = { traceparent: OUTER, tracestate: 'b=2' };
    expect(read('ping', { params: { _meta: meta } }, headers).parent).toEqual(meta);
    expect(read('ping', { params: {} }, headers).parent).toEqual(headers);
    expect(read('ping', { params: { _meta: { traceparent: 'nonsense' } } }, headers).parent).toEqual(headers);
    expect(read('ping', { params: { arguments: { _meta: meta } } }).parent).toBeUndefined();
    expect(read('ping', { _meta: meta }).parent).toBeUndefined();
    expect(read('ping', {}, { traceparent: 'nonsense' }).parent).toBeUndefined();
  });

  it('holds nothing of a batch', () => {
    expect(read('tools/call', [{ id: 1, params: { name: 'add' } }])).toEqual(read('tools/call', {}));
  });

  it('is the same wherever in the message it stands', () => {
    const keys = fc.shuffledSubarray(['jsonrpc', 'method', 'id', 'params'], { minLength: 4 });
    const params = fc.shuffledSubarray(['name', '_meta', 'arguments'], { minLength: 3 });
    fc.assert(
      fc.property(
        keys,
        params,
        fc.string({ minLength: 1, maxLength: 60 }),
        fc.jsonValue(),
        (order, inner, name, given) => {
          const all: Record<string, unknown> = {
            jsonrpc: '2.0',
            method: 'tools/call',
            id: 5,
            name,
            _meta: { progressToken: 1, traceparent: PARENT },
            arguments: given,
          };
          all['params'] = Object.fromEntries(inner.map((key) => [key, all[key]]));
          const facts = read('tools/call', Object.fromEntries(order.map((key) => [key, all[key]])));
          fc.pre(JSON.stringify(all['params']).length < 8000);
          expect(facts).toMatchObject({
            requestId: '5',
            name: name.toWellFormed(),
            parent: { traceparent: PARENT },
          });
        },
      ),
    );
  });

  const LIMITS = { requestId: 64, name: 128, resourceUri: 256 } as const;

  function expectBounded(facts: CallFacts): void {
    for (const [field, limit] of Object.entries(LIMITS)) {
      const text = facts[field as keyof typeof LIMITS] ?? '';
      expect(text.length, field).toBeLessThanOrEqual(limit);
      expect(text.isWellFormed(), field).toBe(true);
    }
    expect(facts.parent?.traceparent.length ?? 55).toBe(55);
    expect(facts.parent?.tracestate?.length ?? 0).toBeLessThanOrEqual(512);
  }

  const method = fc.constantFrom(...RPC_METHODS);

  it('is bounded, whatever comes', () => {
    const long = fc.string({ unit: 'binary', maxLength: 600 });
    const value = fc.oneof(long, fc.jsonValue(), fc.double());
    const claims = fc.record({ id: value, name: value, uri: value, traceparent: value, tracestate: value });
    fc.assert(
      fc.property(method, claims, (name, said) =>
        expectBounded(callFactsOf({ method: name, ...said }, undefined)),
      ),
    );
    expect(callFactsOf({ method: 'tools/call', name: `${'x'.repeat(127)}🔧` }, undefined).name?.length).toBe(
      128,
    );
  });

  it('is read of any prefix, cut off anywhere, without failing', () => {
    const garbage = fc.string({ unit: 'binary', maxLength: 2000 });
    const message = fc.record({
      id: fc.jsonValue(),
      params: fc.record({ name: garbage, uri: garbage, _meta: fc.jsonValue() }),
    });
    const prefix = fc.oneof(
      garbage,
      message.map(bytesOf),
      message.map((body) => JSON.stringify(body)),
    );
    const headers = fc.record({ name: garbage, traceparent: garbage, tracestate: garbage });
    fc.assert(
      fc.property(prefix, fc.nat(8192), method, headers, (text, length, name, given) =>
        expectBounded(callFactsIn(text.slice(0, length), name, given, undefined)),
      ),
    );
  });

  it('takes no time that grows with the square of what was sent', () => {
    const evil = [
      '\\"'.repeat(4000),
      'é'.repeat(8000) + '検',
      '{"params":'.repeat(800),
      `{"id":${'1'.repeat(8000)}`,
    ];
    const began = performance.now();
    for (const prefix of evil.map((text) => `{"params":{"name":"${text}`))
      callFactsIn(prefix.slice(0, 8192), 'tools/call', { ...NOTHING, name: '='.repeat(8192) }, undefined);
    for (const prefix of evil)
      callFactsIn(`{"params":{"name":"${prefix}"}}`, 'tools/call', NOTHING, undefined);
    expect(performance.now() - began).toBeLessThan(200);
  });
});
