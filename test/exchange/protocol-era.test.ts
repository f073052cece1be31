import { describe, expect, it } from 'vitest';
import { createReferences, eraOf, protocolVersionOf } from '../../src/exchange/index.ts';

describe('the era of a request', () => {
  it.each([
    [undefined, 'initialize', 'sessionful'],
    ['2025-11-25', 'tools/call', 'sessionful'],
    ['2026-07-28', 'tools/call', 'sessionless'],
    ['2027-01-15', 'tools/call', 'sessionless'],
    [undefined, 'server/discover', 'sessionless'],
    ['nonsense', 'tools/call', 'sessionful'],
    ['9', undefined, 'sessionful'],
  ] as const)('version %s, method %s: %s', (version, method, era) => {
    expect(eraOf(version, method)).toBe(era);
  });

  it('knows the published revisions alone', () => {
    expect(protocolVersionOf('2025-06-18')).toBe('2025-06-18');
    expect(protocolVersionOf('1900-01-01')).toBe('other');
    expect(protocolVersionOf('none')).toBe('other');
    expect(protocolVersionOf(undefined)).toBe('none');
  });
});

describe('references', () => {
  it('are equal for the same key and id, and different for any other', () => {
    const one = createReferences({ key: 'k' });
    const two = createReferences({ key: 'k' });
    expect(one.of('session')).toMatch(/^[0-9a-f]{12}$/);
    expect(one.of('session')).toBe(two.of('session'));
    expect(one.of('session')).not.toBe(one.of('session2'));
    expect(one.of('session')).not.toBe(createReferences({ key: 'other' }).of('session'));
    expect(createReferences().of('session')).not.toBe(createReferences().of('session'));
  });

  it('stay the same when the memory of them is full', () => {
    const references = createReferences({ key: 'k', remembered: 4 });
    const before = references.of('a');
    for (let i = 0; i < 100; i++) references.of(`filler ${i}`);
    expect(references.of('a')).toBe(before);
  });
});
