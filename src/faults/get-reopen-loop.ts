import { KEPT, countWithin, type ShortGets } from '../session/index.ts';
import { defineFault, FINE, type Surroundings, type Verdict } from './fault.ts';
import { EVERYWHERE, GET_IS_STREAM_OR_405, SESSIONFUL } from './rules.ts';

/** FM-18: the listening stream closes at once, and the client opens it again, for ever. */
export const getReopenLoop = defineFault({
  id: 'get-reopen-loop',
  side: 'server',
  severity: 'high',
  eras: SESSIONFUL,
  vantages: EVERYWHERE,
  title: 'Listening stream is reopened in a loop',
  signature:
    'ten or more GETs within 60 s, or thirty within 10 min, that each end within 5 s and bring no data',
  summary: 'sessions or clients reopened their listening stream in a loop',
  rule: GET_IS_STREAM_OR_405,
  remedy: {
    server:
      'Answer GET with 405 when there is no stream to offer; otherwise hold it open with a comment every 15 s.',
    client: 'Stop on a refusal, and do not reset the retry counter when a stream closes without data.',
  },
  evidence: ['malloyyo#134', 'punkpeye/mcp-proxy#62', 'python-sdk#3257', 'kotlin-sdk#715', 'n8n-mcp#617'],
  thresholds: {
    perMinute: {
      value: 10,
      unit: 'count',
      atMost: KEPT.shortGets,
      reason:
        'known loops run at one a second; a stream cut by the shortest common idle limit (30 s) gives two a minute',
    },
    perTenMinutes: {
      value: 30,
      unit: 'count',
      atMost: KEPT.shortGets,
      reason: 'slower loops, with a pause of up to 20 s',
    },
  },
  restsOn: ['shortGetMs'],
  alert: {
    cases: 1,
    window: '10m',
    severity: 'warning',
    reason: 'one loop costs a request a second for hours: 30,000 calls in 11 h (malloyyo#134)',
  },
  judges: {
    session: (session, around, limits) => judgeShortGets(session.rare.shortGets, around, limits),
    client: (client, around, limits) => judgeShortGets(client.shortGets, around, limits),
  },
});

const MINUTE = 60_000;

interface LoopLimits {
  readonly perMinute: number;
  readonly perTenMinutes: number;
}

function judgeShortGets(gets: ShortGets | undefined, around: Surroundings, limits: LoopLimits): Verdict {
  if (gets === undefined) return FINE;
  const quick = countWithin(gets.times, around.now, MINUTE) >= limits.perMinute;
  const slow = countWithin(gets.times, around.now, 10 * MINUTE) >= limits.perTenMinutes;
  if (!quick && !slow) return FINE;
  const last = gets.times.at(-1) ?? 0;
  const status = gets.trail.at(-1)?.status ?? 0;
  return {
    kind: 'fault',
    because: `The listening stream ended at once (${status}) and was opened again, ${gets.times.length} times or more.`,
    since: gets.times[0] ?? last,
    until: last + (quick ? MINUTE : 10 * MINUTE),
    evidence: gets.trail,
  };
}
