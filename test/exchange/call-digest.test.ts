import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  CALLS_COMPARED_MS,
  createCallDigests,
  createReferences,
  type CallDigests,
  type Exchange,
  type References,
} from '../../src/exchange/index.ts';
import { anExchange, SILENT_STREAM as STREAM } from '../support/an-exchange.ts';

const CALL = { rpcMethods: ['tools/call'], sessionSent: 'a00000000001' } as const;
const CUT = { ...CALL, ending: 'aborted', stream: STREAM } as const;

function body(params: object, id: number | string = 1): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params });
}

const ORDER = { name: 'order', arguments: { sku: 'a-1', count: 2 } };

describe('the digest of a call', () => {
  let references: References;
  let digests: CallDigests;

  beforeEach(() => {
    references = createReferences({ key: 'k' });
    digests = createCallDigests(references);
  });

  const digestOf = (facts: Partial<Exchange>, prefix: string) => digests.of(anExchange(facts), prefix);
  /** Of a call by a client whose call was cut off before. */
  const digestAfterCut = (prefix: string) => {
    digestOf(CUT, body({ name: 'another' }));
    return digestOf(CALL, prefix);
  };

  it('is made of one that was cut off, and for a while of those of its client', () => {
    const first = digestOf({ ...CUT, endedAt: 2000 }, body(ORDER));
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    const last = 2000 + CALLS_COMPARED_MS;
    expect(digestOf({ ...CALL, startedAt: last }, body(ORDER))).toBe(first);
    expect(digestOf({ ...CALL, startedAt: last + 1 }, body(ORDER))).toBeUndefined();
  });

  it('is made in a client of one that failed in any way, and so of its repeat', () => {
    const refused = { ...CALL, status: 404, bodyClass: 'session-dead' } as const;
    expect(digestOf(refused, body(ORDER))).toBeUndefined();
    const digest = digestOf({ ...refused, vantage: 'client' }, body(ORDER));
    expect(digest).toMatch(/^[0-9a-f]{12}$/);
    expect(digestOf({ ...CALL, vantage: 'client' }, body(ORDER))).toBe(digest);
  });

  it('costs no hash while none fails, nor for another client, nor for another method', () => {
    const once = vi.spyOn(references, 'once');
    expect(digestOf(CALL, body(ORDER))).toBeUndefined();
    expect(once).not.toHaveBeenCalled();
    digestOf(CUT, body(ORDER));
    expect(once).toHaveBeenCalledTimes(1);
    expect(digestOf({ ...CALL, client: 'c0ffeec0ffe1' }, body(ORDER))).toBeUndefined();
    expect(digestOf({ ...CUT, rpcMethods: ['tools/list'] }, body(ORDER))).toBeUndefined();
    expect(once).toHaveBeenCalledTimes(1);
  });

  it('does not depend on the id, the progress token or the order of members', () => {
    const digest = digestAfterCut(body(ORDER, 1));
    expect(digestAfterCut(body(ORDER, 'abc'))).toBe(digest);
    expect(digestAfterCut(body({ _meta: { progressToken: 7 }, ...ORDER }))).toBe(digest);
    expect(digestAfterCut(body({ arguments: ORDER.arguments, name: ORDER.name }))).toBe(digest);
  });

  it('depends on the tool, and on every byte of its arguments', () => {
    const digest = digestAfterCut(body(ORDER));
    expect(digestAfterCut(body({ ...ORDER, name: 'refund' }))).not.toBe(digest);
    expect(digestAfterCut(body({ ...ORDER, arguments: { sku: 'a-1', count: 3 } }))).not.toBe(digest);
    expect(digestAfterCut(body({ name: 'order' }))).not.toBe(digest);
    const other = createCallDigests(createReferences({ key: 'another' }));
    expect(other.of(anExchange(CUT), body(ORDER))).not.toBe(digest);
  });

  it('is none of a call that is not whole, of a batch, or of what is no call', () => {
    const whole = body(ORDER);
    const end = whole.indexOf('2}') + 2;
    for (let length = 0; length < end; length++) {
      expect(digestAfterCut(whole.slice(0, length)), whole.slice(0, length)).toBeUndefined();
    }
    expect(digestAfterCut(whole.slice(0, end))).toBe(digestAfterCut(whole));
    const bare = body({ name: 'order' });
    expect(digestAfterCut(bare.slice(0, -2))).toBeUndefined();
    for (const text of [`[${whole}]`, '', 'params', '{"params":"x"}', '{"params":{"name":7}}']) {
      expect(digestAfterCut(text), text).toBeUndefined();
    }
  });

  it('leaves no argument in the memory of the references', () => {
    const secret = vi.spyOn(references, 'of');
    digestAfterCut(body(ORDER));
    expect(secret).not.toHaveBeenCalled();
  });

  it('remembers a thousand clients, and lets go of the one that was cut off first', () => {
    const client = (i: number): string => i.toString(16).padStart(12, '0');
    for (let i = 0; i <= 1000; i++) digestOf({ ...CUT, client: client(i) }, body(ORDER));
    expect(digestOf({ ...CALL, client: client(0) }, body(ORDER))).toBeUndefined();
    expect(digestOf({ ...CALL, client: client(1) }, body(ORDER))).toBeDefined();
  });
});
