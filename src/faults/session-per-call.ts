import { KEPT, type Session } from '../session/index.ts';
import { defineFault, FINE, lookAgain } from './fault.ts';
import { INITIALIZE_TO_OPERATE, QUIET, SEEN_FROM_MANY, SESSIONFUL } from './rules.ts';

/** FM-17: a session for every call. */
export const sessionPerCall = defineFault({
  id: 'session-per-call',
  side: 'client',
  severity: 'medium',
  eras: SESSIONFUL,
  vantages: SEEN_FROM_MANY,
  title: 'A session for every call',
  signature:
    'of ten or more sessions that one client begins within an hour, four fifths do their work in at most four requests, live under 30 s, and are not ended',
  summary: 'clients began a session for every call',
  rule: INITIALIZE_TO_OPERATE,
  remedy: {
    server: 'Make initialize cheap, end idle sessions early, or serve stateless.',
    client:
      'Keep the session, and call again in it. In LangChain adapters open one session for many calls; n8n from 1.4 reuses it.',
  },
  evidence: [
    'langchain-mcp-adapters#207',
    'adk-python#4277',
    'open-webui#23749',
    'n8n#23388',
    'openai-apps-sdk-examples#201',
  ],
  thresholds: {
    sessions: {
      value: 10,
      unit: 'count',
      atMost: KEPT.handshakes,
      reason: 'fewer may be a person who starts a program now and then',
    },
    share: { value: 0.8, unit: 'ratio', reason: 'the habit of a program, not a lapse' },
    requests: {
      value: 4,
      unit: 'count',
      reason: 'initialize, initialized, a listing and one call; the first carries no id',
    },
    lifeMs: { value: 30_000, unit: 'ms', reason: 'as long as one call and its listing take' },
    windowMs: { value: 3_600_000, unit: 'ms', reason: 'an hour: calls driven by people are sparse' },
    quietMs: QUIET,
  },
  alert: {
    cases: 1,
    window: '1h',
    severity: 'info',
    reason: 'it costs a handshake a call and fills the server with sessions; nobody is cut off',
  },
  judges: {
    client(client, around, limits) {
      const recent = client.handshakes.filter(
        ({ session, step }) => session !== undefined && step.at > around.now - limits.windowMs,
      );
      if (recent.length < limits.sessions) return FINE;
      const last = recent.at(-1)?.step.at ?? 0;
      const hasty = recent.filter(({ session = '' }) => isHasty(around.session(session), around.now, limits));
      if (hasty.length < limits.share * recent.length) {
        // The latest session may still turn out to be of the kind.
        const left = (around.session(recent.at(-1)?.session ?? '')?.lastSeenAt ?? last) + limits.lifeMs;
        return around.now < left ? lookAgain(left) : FINE;
      }
      const until = last + limits.quietMs;
      if (around.now >= until) return FINE;
      return {
        kind: 'fault',
        because: `${hasty.length} of the client's last ${recent.length} sessions served a call or two each and were left.`,
        since: hasty[0]?.step.at ?? last,
        until,
        evidence: hasty.slice(-10).map(({ step }) => step),
      };
    },
  },
});

interface Haste {
  readonly requests: number;
  readonly lifeMs: number;
}

function isHasty(session: Session | undefined, now: number, { requests, lifeMs }: Haste): boolean {
  if (session === undefined || !session.worked || session.phase !== 'live') return false;
  return (
    1 + session.requests <= requests &&
    session.lastSeenAt - session.bornAt < lifeMs &&
    session.lastSeenAt <= now - lifeMs
  );
}
