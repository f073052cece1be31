import { KEPT, countWithin, type Handshake } from '../session/index.ts';
import { defineFault, FINE, type Surroundings } from './fault.ts';
import { EVERYWHERE, INITIALIZE_TO_OPERATE } from './rules.ts';

/** FM-15, seen at one client: it begins session after session and does nothing with them. */
export const reinitStorm = defineFault({
  id: 'reinit-storm',
  side: 'client',
  severity: 'critical',
  eras: ['sessionful'],
  vantages: EVERYWHERE,
  title: 'Client initializes in a loop',
  signature:
    'one client sends six or more initializes within 60 s, or twenty within 10 min, that lead to no work',
  summary: 'clients began session after session without using them',
  rule: INITIALIZE_TO_OPERATE,
  remedy: {
    server: 'Limit initialize per caller (429 or 503 with Retry-After) and end unused sessions early.',
    client:
      'Back off with jitter and stop after some failures. Look for two reconnect timers on one lost connection.',
  },
  evidence: ['LibreChat#12162', 'dcc-mcp-core#861', 'reticle#308', 'cartesia-mcp#84', 'goclaw#1026'],
  thresholds: {
    perMinute: {
      value: 6,
      unit: 'count',
      atMost: KEPT.handshakes,
      reason: 'a sound client needs one; the retry ladders of the SDKs give at most six for an outage',
    },
    perTenMinutes: {
      value: 20,
      unit: 'count',
      atMost: KEPT.handshakes,
      reason: 'a loop with a fixed pause of up to 30 s stays below six a minute and still never ends',
    },
    excusedPerLoss: {
      value: 2,
      unit: 'count',
      reason: 'after a restart clients are right to come back, and the first try may come too early',
    },
  },
  alert: {
    cases: 1,
    window: '10m',
    severity: 'warning',
    reason: 'one looping client costs the server, not yet its users; many are told by the rate of initialize',
  },
  judges: {
    client(client, around, limits) {
      const recent = client.handshakes.filter(({ step }) => step.at > around.now - 10 * MINUTE);
      if (recent.length < Math.min(limits.perMinute, limits.perTenMinutes)) return FINE;
      const barren = recent.filter((handshake) => isBarren(handshake, around));
      const begun = barren.map((handshake) => handshake.step.at);
      // Every session lost on the way excuses some.
      const exceeds = (windowMs: number, count: number) =>
        countWithin(begun, around.now, windowMs) -
          limits.excusedPerLoss * countWithin(client.losses, around.now, windowMs) >=
        count;
      const quick = exceeds(MINUTE, limits.perMinute);
      const slow = exceeds(10 * MINUTE, limits.perTenMinutes);
      const last = barren.at(-1)?.step.at ?? 0;
      if (!quick && !slow) return FINE;
      return {
        kind: 'fault',
        because: `The client initialized ${barren.length} times in a row without doing any work in the sessions it began.`,
        since: barren[0]?.step.at ?? last,
        until: last + (quick ? MINUTE : 10 * MINUTE),
        evidence: barren.slice(-10).map((handshake) => handshake.step),
      };
    },
  },
});

const MINUTE = 60_000;

/**
 * Whether the handshake led to nothing: refused, or its session neither worked, nor is listened to, nor was ended in
 * order. A client that makes a session for each call works in it (FM-17), one that probes deletes it, and people
 * behind one address, who look like one client, each keep theirs; none of them is a storm.
 */
function isBarren(handshake: Handshake, around: Surroundings): boolean {
  if (handshake.session === undefined) return handshake.step.status >= 400;
  const session = around.session(handshake.session);
  if (session === undefined || session.worked || session.phase === 'ended') return false;
  // On the older transport there is no session without a stream.
  return session.rare.transport === 'http-sse' || !around.isListening(session.ref);
}
