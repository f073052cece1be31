import { defineFault, FINE, lookAgain } from './fault.ts';
import { GET_IS_STREAM_OR_405, SEEN_FROM_MANY, SESSIONFUL } from './rules.ts';

/** FM-28: streams to nobody. */
export const streamLeak = defineFault({
  id: 'stream-leak',
  side: 'infrastructure',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: SEEN_FROM_MANY,
  title: 'Streams are held open for nobody',
  signature:
    'more than a hundred sessions of one client family hold a listening stream without a request for 15 min, and they are more than half of those not idle',
  summary: 'client families held streams open without using their sessions',
  rule: GET_IS_STREAM_OR_405,
  remedy: {
    server:
      'Limit the streams of a caller and the age of an unused one; find dead peers by keep-alive writes; serve streams by HTTP/2 or workers that do not block.',
    client: 'Close the stream when the session is not needed; one listener for each session is enough.',
  },
  evidence: ['auggie#162', 'codex#41600', 'BasedHardware/omi#4743', 'java-sdk#1021', 'gitlab-mcp#759'],
  thresholds: {
    streams: {
      value: 100,
      unit: 'count',
      reason: 'idle desktop programs rightly listen; a hundred of one family begin to fill worker pools',
    },
    share: { value: 0.5, unit: 'ratio', reason: 'most of what is open serves nobody' },
    unusedMs: {
      value: 900_000,
      unit: 'ms',
      reason: 'a quarter of an hour without a request: longer than people pause',
    },
    lookEveryMs: {
      value: 60_000,
      unit: 'ms',
      reason:
        'counting streams walks over them all: once a minute is enough for what takes a quarter of an hour',
    },
  },
  alert: {
    cases: 1,
    window: '1h',
    severity: 'warning',
    reason: 'connections run out at once, for everybody',
  },
  judges: {
    cohort(cohort, around, limits) {
      if (cohort.awake < limits.streams) return FINE;
      let ghosts = 0;
      for (const session of around.listeners()) {
        if (session.target !== cohort.target || session.family !== cohort.family) continue;
        if (session.lastOkAt <= around.now - limits.unusedMs) ghosts++;
      }
      if (ghosts <= limits.streams || ghosts <= limits.share * cohort.awake)
        return lookAgain(around.now + limits.lookEveryMs);
      return {
        kind: 'fault',
        because: `${ghosts} of ${cohort.awake} sessions hold a stream open and have asked nothing for ${Math.round(limits.unusedMs / 60_000)} minutes.`,
        since: around.now - limits.unusedMs,
        until: around.now + limits.lookEveryMs,
        evidence: [],
      };
    },
  },
});
