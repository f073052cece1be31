import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { watchUndici, type UndiciOptions } from '../../../src/hooks/undici/index.ts';
import { createObserver, type Observer } from '../../../src/observer.ts';
import { metrics } from '../../../src/signals/index.ts';
import { serve } from '../node-http/wire.ts';
import { CALL } from '../fetch/untouched.ts';

function fail(): never {
  throw new Error('broken on purpose');
}

function errorsOf(observer: Observer): Record<string, number> {
  const samples = observer.counts.samples(metrics.observerErrors);
  return Object.fromEntries(samples.map(({ labels, value }) => [labels['stage'] as string, value]));
}

interface Breakage {
  readonly stage: string;
  readonly options?: UndiciOptions;
  readonly breakIt?: (observer: Observer) => unknown;
}

const now = (observer: Observer) => vi.spyOn(observer, 'now').mockImplementation(fail);

/** The parts of the flow, and how each is broken. */
const breakages: Record<string, Breakage> = {
  'naming the target': { stage: 'hook', options: { target: fail } },
  'naming the client': { stage: 'hook', options: { client: fail } },
  'hashing an id': {
    stage: 'hook',
    breakIt: ({ references }) => vi.spyOn(references, 'of').mockImplementation(fail),
  },
  'the clock': { stage: 'hook', breakIt: now },
  'the clock, later on': { stage: 'hook', breakIt: (observer) => now(observer).mockReturnValueOnce(1) },
  'the clock, at the end': {
    stage: 'hook',
    breakIt: (observer) => now(observer).mockReturnValueOnce(1).mockReturnValueOnce(2).mockReturnValueOnce(3),
  },
  'the span around it': {
    stage: 'hook',
    breakIt(observer) {
      vi.spyOn(observer, 'wantsCalls', 'get').mockReturnValue(true);
      vi.spyOn(observer, 'tracing', 'get').mockImplementation(fail);
    },
  },
  'telling a connection': {
    stage: 'hook',
    breakIt: (observer) => vi.spyOn(observer, 'connection').mockImplementation(fail),
  },
  'telling a stream': {
    stage: 'hook',
    breakIt: (observer) => vi.spyOn(observer, 'streamOpened').mockImplementation(fail),
  },
  'telling an exchange': {
    stage: 'hook',
    breakIt: (observer) => vi.spyOn(observer, 'exchange').mockImplementation(fail),
  },
  'the session table': {
    stage: 'session',
    breakIt: (observer) => Object.assign(observer.sessions, { apply: fail, holdStream: fail }),
  },
};

describe('a fault inside the observer is counted, and the answer still comes', () => {
  test.each(Object.entries(breakages))('%s', async (_name, { stage, options = {}, breakIt = () => {} }) => {
    const stages: string[] = [];
    const observer = createObserver({ vantages: ['client'], onError: (where) => void stages.push(where) });
    breakIt(observer);
    const uncaught: unknown[] = [];
    const onUncaught = (error: unknown): void => void uncaught.push(error);
    process.on('uncaughtException', onUncaught);
    onTestFinished(() => void process.off('uncaughtException', onUncaught));
    onTestFinished(watchUndici(observer, options));
    const port = await serve((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'mcp-session-id': 'two' });
        response.end('data: {}\n\n');
      });
    });
    const headers = { ...CALL.headers, 'mcp-session-id': 'one' };
    const response = await fetch(`http://127.0.0.1:${port}/mcp`, { ...CALL, headers });
    expect(response.headers.get('mcp-session-id')).toBe('two');
    expect(await response.text()).toBe('data: {}\n\n');
    await vi.waitFor(() => expect(stages).not.toEqual([]));
    expect(new Set(stages)).toEqual(new Set([stage]));
    expect(errorsOf(observer)).toEqual({ hook: 0, session: 0, judge: 0, signal: 0, [stage]: stages.length });
    expect(uncaught).toEqual([]);
  });
});
