import { KEPT } from '../session/index.ts';
import { defineFault } from './fault.ts';
import { judgeRepeated } from './repeated.ts';
import { EVERYWHERE, GET_IS_STREAM_OR_405, QUIET, SESSIONFUL } from './rules.ts';

/** FM-20: the server still holds a stream that is gone, and refuses the next. */
export const sseConflict = defineFault({
  id: 'sse-conflict',
  side: 'server',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'New stream refused for the ghost of the old',
  signature:
    'within 10 s after the stream of a session went away, two GETs are refused as a second stream, or closed at once',
  summary: 'sessions had a new stream refused for the ghost of the former',
  rule: GET_IS_STREAM_OR_405,
  remedy: {
    server:
      'Let the newest GET take the place of the former; find dead peers by writing keep-alive comments; behind a proxy make sure that a client leaving is passed on.',
    client: 'Wait a moment and ask again; do not tear the session down.',
  },
  evidence: [
    'render-mcp-server#26',
    'auto-mobile#1942',
    'mcp-remote#159',
    'LibreChat#14816',
    'kotlin-sdk#715',
  ],
  thresholds: {
    conflicts: {
      value: 2,
      unit: 'count',
      atMost: KEPT.oddities,
      reason: 'one may cross the end of the former stream; clients try twice, and give up',
    },
    windowMs: {
      value: 10_000,
      unit: 'ms',
      reason: 'known clients come back after 1.0 and 2.5 s; conflicts further apart are two stories',
    },
    quietMs: QUIET,
  },
  restsOn: ['ghostMs', 'atOnceMs'],
  alert: {
    cases: 3,
    window: '10m',
    severity: 'warning',
    reason: 'a client that gives up after two tries is without a stream for the rest of the session',
  },
  judges: {
    session: (session, around, limits) =>
      judgeRepeated(
        session.rare.oddities,
        around.now,
        {
          kind: 'stream-conflict',
          count: limits.conflicts,
          windowMs: limits.windowMs,
          quietMs: limits.quietMs,
        },
        'The former stream of the session was gone, and the server refused a new one because of it.',
      ),
  },
});
