import { KEPT, type Handshake } from '../session/index.ts';
import { defineFault, FINE, lookAgain, type Surroundings } from './fault.ts';
import { ECHO_THE_ID, EVERYWHERE, SESSIONFUL } from './rules.ts';

/** FM-16: the server gives id after id, and none ever comes back. */
export const sessionIdNeverEchoed = defineFault({
  id: 'session-id-never-echoed',
  side: 'client',
  severity: 'critical',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Session id never comes back',
  signature:
    'one client is given three or more session ids, sends none of them within 60 s, and has requests without an id refused',
  summary: 'clients were given session ids and never sent one back',
  rule: ECHO_THE_ID,
  remedy: {
    server:
      'If only one product is hit, serve it stateless. If every browser client is hit, expose the header: Access-Control-Expose-Headers: Mcp-Session-Id.',
    client:
      'Send Mcp-Session-Id with every request after initialize. Check that no proxy on the way strips it.',
  },
  evidence: ['claude-ai-mcp#975', 'claude-ai-mcp#583', 'Decenza#1494', 'codex#15815'],
  thresholds: {
    sessions: {
      value: 3,
      unit: 'count',
      atMost: KEPT.handshakes,
      reason: 'one or two unused sessions are a probe or a program that ended',
    },
    echoMs: {
      value: 60_000,
      unit: 'ms',
      reason: 'a client sends notifications/initialized right after the handshake',
    },
    windowMs: {
      value: 900_000,
      unit: 'ms',
      reason: 'the last quarter of an hour: older handshakes belong to another story',
    },
  },
  alert: {
    cases: 1,
    window: '15m',
    severity: 'warning',
    reason: 'the client can do nothing at all with this server',
  },
  judges: {
    client(client, around, limits) {
      if (client.headerless === undefined) return FINE;
      const recent = client.handshakes.filter(
        (handshake) => handshake.session !== undefined && handshake.step.at > around.now - limits.windowMs,
      );
      const refused = client.headerless.times.filter((at) => at > around.now - limits.windowMs);
      if (recent.length < limits.sessions || refused.length === 0) return FINE;
      if (recent.some((handshake) => wasEchoed(handshake, around))) return FINE;
      const third = recent[limits.sessions - 1]?.step.at ?? 0;
      if (around.now < third + limits.echoMs) return lookAgain(third + limits.echoMs);
      const steps = [...recent.map((handshake) => handshake.step), ...client.headerless.trail];
      return {
        kind: 'fault',
        because: `The client was given ${recent.length} session ids and sent none of them back.`,
        since: recent[0]?.step.at ?? third,
        until: Math.max(recent.at(-1)?.step.at ?? 0, refused.at(-1) ?? 0) + limits.windowMs,
        evidence: steps.toSorted((a, b) => a.at - b.at).slice(-10),
      };
    },
  },
});

/** A session no longer remembered is given the benefit of the doubt. */
function wasEchoed(handshake: Handshake, around: Surroundings): boolean {
  const session = around.session(handshake.session ?? '');
  return session === undefined || session.requests > 0 || session.lastSeenAt > session.bornAt;
}
