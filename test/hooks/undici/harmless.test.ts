import { describe, expect, onTestFinished, vi } from 'vitest';
import { watchUndici, type UndiciOptions } from '../../../src/hooks/undici/index.ts';
import {
  BREAKAGES_OF_CLIENTS,
  clockFailsAfter,
  fail,
  serveEvents,
  tellingFails,
  testBroken,
  type Breakages,
} from '../breakages.ts';
import { CALL } from '../fetch/untouched.ts';

const breakages: Breakages<UndiciOptions> = {
  ...BREAKAGES_OF_CLIENTS,
  'the clock, at the end': clockFailsAfter(3),
  'the span around it': {
    stage: 'hook',
    breakIt(observer) {
      vi.spyOn(observer, 'wantsCalls', 'get').mockReturnValue(true);
      vi.spyOn(observer, 'tracing', 'get').mockImplementation(fail);
    },
  },
  'telling a connection': tellingFails('connection'),
};

describe('a fault inside the observer is counted, and the answer still comes', () => {
  testBroken(breakages, { vantages: ['client'] }, async (observer, options) => {
    onTestFinished(watchUndici(observer, options));
    const headers = { ...CALL.headers, 'mcp-session-id': 'one' };
    const response = await fetch(`http://127.0.0.1:${await serveEvents()}/mcp`, { ...CALL, headers });
    expect(response.headers.get('mcp-session-id')).toBe('two');
    expect(await response.text()).toBe('data: {}\n\n');
  });
});
