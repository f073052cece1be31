import { rhythmOf } from '../session/index.ts';
import { defineFault, FINE } from './fault.ts';
import { EVERYWHERE, INITIALIZE_TO_OPERATE, QUIET, SESSIONFUL } from './rules.ts';

/** FM-21: a client asks the same lists, by the clock, and never does anything. */
export const idlePoll = defineFault({
  id: 'idle-poll',
  side: 'client',
  severity: 'medium',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Client polls lists by the clock',
  signature:
    'for half an hour one client sends listings with a steady period of 5 to 60 s and no work between them',
  summary: 'clients polled lists by the clock',
  rule: INITIALIZE_TO_OPERATE,
  remedy: {
    server: 'Answer lists cheaply; declare listChanged and notify, so that clients need not ask.',
    client:
      'Ask again when notifications/tools/list_changed comes. Cursor from 2.2 polls stateless servers to find their tools.',
  },
  evidence: ['shadcn-svelte-mcp#2', 'muster#1187', 'metamcp#29'],
  thresholds: {
    lastsMs: { value: 1_800_000, unit: 'ms', reason: 'half an hour without work: nobody is there' },
    shortestMs: { value: 5000, unit: 'ms', reason: 'faster is a loop' },
    longestMs: { value: 60_000, unit: 'ms', reason: 'a refresh every few minutes is cheap and sensible' },
    variation: {
      value: 0.2,
      unit: 'ratio',
      reason: 'a clock; gaps left to chance vary by about as much as their mean',
    },
    quietMs: QUIET,
  },
  restsOn: ['bunchMs'],
  alert: { cases: 1, window: '1h', severity: 'info', reason: 'a cost, and no more' },
  judges: {
    client(client, around, limits) {
      const { polling } = client;
      if (polling === undefined || polling.count === 0) return FINE;
      const { periodMs, variation } = rhythmOf(polling);
      if (periodMs < limits.shortestMs || periodMs > limits.longestMs || variation >= limits.variation)
        return FINE;
      const until = polling.lastAt + limits.quietMs;
      if (polling.lastAt - polling.since < limits.lastsMs || around.now >= until) return FINE;
      return {
        kind: 'fault',
        because: `The client has asked for lists every ${Math.round(periodMs / 1000)} s, ${polling.count} times, and did no work.`,
        since: polling.since,
        until,
        evidence: [],
      };
    },
  },
});
