import { defineFault } from './fault.ts';
import { judgeRepeated } from './repeated.ts';
import { EVERYWHERE, NEGOTIATED_VERSION, QUIET, SESSIONFUL } from './rules.ts';

/** FM-36: the two sides do not speak the same revision. */
export const protocolVersionMismatch = defineFault({
  id: 'protocol-version-mismatch',
  side: 'client',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Protocol revision does not match',
  signature:
    'a request of a session is refused for its version, or names another revision than was settled; or an initialize is refused for its version',
  summary: 'sessions or clients stumbled over the protocol revision',
  rule: NEGOTIATED_VERSION,
  remedy: {
    server:
      'Never refuse an initialize for its version: answer with the latest you know. Upgrade the SDK when clients are newer.',
    client: 'Send the revision that initialize settled, and no other.',
  },
  evidence: [
    'xiaohongshu-mcp#697',
    'hermes-agent#114350',
    'SparkyFitness#2162',
    'php-sdk#306',
    'java-sdk#957',
  ],
  thresholds: {
    quietMs: QUIET,
  },
  alert: {
    cases: 3,
    window: '10m',
    severity: 'warning',
    reason: 'one client of an odd version is its own affair; three are a new release',
  },
  judges: {
    session(session, around, limits) {
      const refused = judgeRepeated(
        session.rare.oddities,
        around.now,
        { kind: 'version-refused', quietMs: limits.quietMs },
        'A request of the session was refused for its protocol version.',
      );
      if (refused.kind === 'fault') return refused;
      return judgeRepeated(
        session.rare.oddities,
        around.now,
        { kind: 'version-drift', quietMs: limits.quietMs },
        'A request names another protocol version than initialize had settled.',
      );
    },
    client: (client, around, limits) =>
      judgeRepeated(
        client.oddities,
        around.now,
        { kind: 'version-refused', quietMs: limits.quietMs },
        'An initialize was refused for its protocol version; the answer should name one instead.',
      ),
  },
});
