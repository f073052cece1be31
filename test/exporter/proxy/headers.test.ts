import { describe, expect, it } from 'vitest';
import { endToEnd, trailersOf } from '../../../src/exporter/proxy/headers.ts';

describe('what belongs to a connection', () => {
  it('stays there, and all else goes on as it came, in its order', () => {
    const raw = ['X-B', '1', 'Connection', 'close', 'x-a', '2', 'Keep-Alive', 'timeout=5', 'X-B', '3'];
    expect(endToEnd(raw)).toEqual(['X-B', '1', 'x-a', '2', 'X-B', '3']);
  });

  it.each(['TE', 'Upgrade', 'Transfer-Encoding', 'Proxy-Connection'])('%s stays', (name) => {
    expect(endToEnd([name, 'x', 'Accept', '*/*'])).toEqual(['Accept', '*/*']);
  });

  it('is also what Connection lists, in any case, in any of its fields', () => {
    const raw = [
      'connection',
      'X-One',
      'Connection',
      'keep-alive, x-two',
      'x-one',
      '1',
      'X-Two',
      '2',
      'X',
      '3',
    ];
    expect(endToEnd(raw)).toEqual(['X', '3']);
  });

  it('is not what says how long a body is, or for whom, though it be listed', () => {
    const raw = ['Connection', 'content-length, host', 'Content-Length', '2', 'Host', 'a'];
    expect(endToEnd(raw)).toEqual(['Content-Length', '2', 'Host', 'a']);
  });
});

describe('trailers', () => {
  it('go on without what only a head may say', () => {
    const raw = ['X-Sum', '1', 'Content-Length', '9', 'Host', 'evil', 'Transfer-Encoding', 'chunked'];
    expect(trailersOf(raw)).toEqual(['X-Sum', '1']);
  });
});
