import { defineFault } from './fault.ts';
import { judgeRepeated } from './repeated.ts';
import { EVERYWHERE, QUIET, RESUME, SESSIONFUL } from './rules.ts';

/** FM-38: the stream cannot be taken up again. */
export const resumeFailure = defineFault({
  id: 'resume-failure',
  side: 'server',
  severity: 'medium',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Stream cannot be resumed',
  signature: 'a GET with Last-Event-ID is refused although the streams of that session carried event ids',
  summary: 'sessions could not resume a stream',
  rule: RESUME,
  remedy: {
    server: 'Keep events for as long as clients may come back for them; without an event store send no ids.',
    client: 'When a resume is refused open a stream without Last-Event-ID, and expect answers to be lost.',
  },
  evidence: ['cloudflare/agents#1607', 'executor#1345', 'rust-sdk#689', 'anubis-mcp#216', 'mcp-go#930'],
  thresholds: {
    quietMs: QUIET,
  },
  alert: { cases: 3, window: '15m', severity: 'warning', reason: 'results that were under way are lost' },
  judges: {
    session: (session, around, limits) =>
      judgeRepeated(
        session.rare.oddities,
        around.now,
        { kind: 'resume-refused', quietMs: limits.quietMs },
        'The server gave event ids, and refused to resume from one.',
      ),
  },
});
