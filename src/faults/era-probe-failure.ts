import { ERAS } from '../exchange/index.ts';
import type { Client, Oddity } from '../session/index.ts';
import { defineFault, FINE, lookAgain } from './fault.ts';
import { EVERYWHERE, FALL_BACK, QUIET } from './rules.ts';

/** FM-37: the question for the new era finds no way back. */
export const eraProbeFailure = defineFault({
  id: 'era-probe-failure',
  side: 'client',
  severity: 'high',
  eras: ERAS,
  vantages: EVERYWHERE,
  title: 'Client finds no way back from the new era',
  signature:
    'a server/discover is refused or not answered, and no initialize follows within 10 s from a client that goes on; or it takes more than 5 s to be refused',
  summary: 'clients asked for the sessionless era and did not fall back',
  rule: FALL_BACK,
  remedy: {
    server: 'Answer server/discover at once, with 400 or -32601 when it is not known; never let it wait.',
    client: 'Fall back to initialize on any answer that is no recognised modern error, and on silence.',
  },
  evidence: ['slicc#3001', 'snow-app#56', 'rust-sdk#1088', 'go-sdk#1014', 'copilot-cli#4809'],
  thresholds: {
    fallbackMs: {
      value: 10_000,
      unit: 'ms',
      reason: 'a healthy fallback follows at once; clients wait up to 10 s for a silent server',
    },
    slowMs: { value: 5000, unit: 'ms', reason: 'people take a connect of more than 5 s for a failure' },
    quietMs: QUIET,
  },
  alert: { cases: 1, window: '15m', severity: 'warning', reason: 'such a client cannot connect at all' },
  judges: {
    client(client, around, limits) {
      const refused = client.oddities.filter(
        ({ kind, step }) => kind === 'discover-refused' && step.at > client.modernOkAt,
      );
      const until = (refused.at(-1)?.at ?? 0) + limits.fallbackMs + limits.quietMs;
      if (around.now >= until) return FINE;
      const evidence = refused.map(({ step }) => step);
      const slow = evidence.find(({ durationMs }) => durationMs > limits.slowMs);
      if (slow !== undefined)
        return {
          kind: 'fault',
          because: `The client waited ${Math.round(slow.durationMs / 1000)} s for server/discover before it could fall back.`,
          since: slow.at,
          until,
          evidence,
        };
      const stuck = refused.find((probe) => !fellBack(client, probe, limits.fallbackMs));
      if (stuck === undefined) return FINE;
      const late = stuck.at + limits.fallbackMs;
      if (around.now < late) return lookAgain(late);
      // Silence proves nothing: the program may have ended.
      if (client.lastSeenAt <= stuck.at) return FINE;
      return {
        kind: 'fault',
        because:
          'The server did not take server/discover, and the client went on without falling back to initialize in time.',
        since: stuck.at,
        until,
        evidence,
      };
    },
  },
});

/** Whether a handshake followed in time, or none was needed: something else was accepted. */
function fellBack(client: Client, probe: Oddity, withinMs: number): boolean {
  const handshake = client.handshakes.find(({ step }) => step.at >= probe.step.at);
  if (handshake === undefined) return client.lastOkAt > probe.at;
  return handshake.step.at - probe.at <= withinMs;
}
