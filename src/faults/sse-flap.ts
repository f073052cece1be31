import { KEPT, type StreamEnd } from '../session/index.ts';
import { defineFault, FINE } from './fault.ts';
import { GET_IS_STREAM_OR_405, SEEN_FROM_MANY, SESSIONFUL } from './rules.ts';

/** FM-19: something cuts quiet streams after a fixed time. */
export const sseFlap = defineFault({
  id: 'sse-flap',
  side: 'infrastructure',
  severity: 'medium',
  eras: SESSIONFUL,
  vantages: SEEN_FROM_MANY,
  title: 'Quiet streams are cut after a fixed time',
  signature:
    'ten or more listening streams of five or more sessions end within an hour, 60 % of them after the same time within 3 s, with nothing written for the last nine tenths of it, often enough to reopen a stream more than six times an hour',
  summary: 'client families lost quiet streams to a fixed time limit',
  rule: GET_IS_STREAM_OR_405,
  remedy: {
    server:
      'Write a comment to each stream every 15 to 25 s (TypeScript SDK from 1.30 and rmcp do), switch response buffering off, and raise the idle limit on the way: nginx and AWS ALB 60 s, Cloudflare about 125 s, Envoy and Railway 300 s, AWS NLB 350 s.',
    client: 'Reconnect with back-off; undici cuts a silent body after 300 s.',
  },
  evidence: [
    'typescript-sdk#1211',
    'agentdeals#1100',
    'open-webui#30068',
    'gemini-cli#4333',
    'mcp-sap-docs#75',
    'spring-ai#4862',
  ],
  thresholds: {
    streams: {
      value: 10,
      unit: 'count',
      atMost: KEPT.streamEnds,
      reason: 'enough ends to speak of a pattern',
    },
    sessions: {
      value: 5,
      unit: 'count',
      atMost: KEPT.streamEnds,
      reason: 'one client alone may have a habit of its own',
    },
    share: { value: 0.6, unit: 'ratio', reason: 'some streams end because people leave' },
    spreadMs: { value: 3000, unit: 'ms', reason: 'timers of intermediaries are exact to a second or two' },
    silentShare: {
      value: 0.9,
      unit: 'ratio',
      reason:
        'a limit cuts what nothing was written to for as long; the first bytes of a stream may come late',
    },
    shortestMs: {
      value: 15_000,
      unit: 'ms',
      reason: 'below this it is no idle limit but a loop, which get-reopen-loop tells',
    },
    perHour: {
      value: 6,
      unit: 'count',
      reason:
        'a cut at five minutes reopens a stream twelve times an hour; a platform limit of an hour, once',
    },
    windowMs: {
      value: 3_600_000,
      unit: 'ms',
      reason: 'six lives at least of the longest stream that counts',
    },
    quietMs: {
      value: 900_000,
      unit: 'ms',
      reason: 'one and a half lives of the longest stream that counts',
    },
  },
  alert: {
    cases: 1,
    window: '1h',
    severity: 'warning',
    reason: 'every cut loses what the server said meanwhile, and costs a reconnect',
  },
  judges: {
    cohort(cohort, around, limits) {
      const ends = cohort.streamEnds.filter(({ at }) => at > around.now - limits.windowMs);
      if (ends.length < limits.streams) return FINE;
      const alike = mostAlike(
        ends.filter((end) => wasQuiet(end, limits)),
        limits.spreadMs,
      );
      const sessions = new Set(alike.map(({ session }) => session)).size;
      if (alike.length < limits.share * ends.length || sessions < limits.sessions) return FINE;
      const lifeMs = alike[Math.floor(alike.length / 2)]?.lifeMs ?? 0;
      const until = (ends.at(-1)?.at ?? 0) + limits.quietMs;
      if (HOUR / lifeMs <= limits.perHour || around.now >= until) return FINE;
      return {
        kind: 'fault',
        because: `${alike.length} of ${ends.length} listening streams ended after ${Math.round(lifeMs / 1000)} s, with nothing written to them: ${culpritOf(lifeMs, limits.spreadMs)}.`,
        since: alike[0]?.at ?? around.now,
        until,
        evidence: [],
      };
    },
  },
});

const HOUR = 3_600_000;

interface Quiet {
  readonly silentShare: number;
  readonly shortestMs: number;
}

/** Whether an idle limit may have ended it. */
function wasQuiet({ lifeMs, silentMs }: StreamEnd, { silentShare, shortestMs }: Quiet): boolean {
  return silentMs >= silentShare * lifeMs && lifeMs >= shortestMs;
}

/** The most streams whose lives lie within twice the spread, in order of life. */
function mostAlike(ends: readonly StreamEnd[], spreadMs: number): readonly StreamEnd[] {
  const byLife = ends.toSorted((a, b) => a.lifeMs - b.lifeMs);
  let best: readonly StreamEnd[] = [];
  for (const [i, first] of byLife.entries()) {
    const alike = byLife.slice(i).filter(({ lifeMs }) => lifeMs - first.lifeMs <= 2 * spreadMs);
    if (alike.length > best.length) best = alike;
  }
  return best;
}

/** Whose default limit it is, as far as they are known. */
const LIMITS: readonly (readonly [seconds: number, whose: string])[] = [
  [55, 'Heroku cuts there'],
  [60, 'nginx and AWS ALB cut there by default'],
  [125, 'Cloudflare cuts there'],
  [230, 'Azure App Service cuts there'],
  [240, 'Azure load balancers cut there'],
  [300, 'Envoy, Railway, Cloud Run and clients on undici cut there by default'],
  [350, 'AWS NLB cuts there'],
];

function culpritOf(lifeMs: number, spreadMs: number): string {
  const distances = LIMITS.map(([seconds, whose]) => ({ whose, off: Math.abs(1000 * seconds - lifeMs) }));
  const nearest = distances.reduce((best, next) => (next.off < best.off ? next : best));
  return nearest.off <= spreadMs ? nearest.whose : 'look for an idle limit of that length on the way';
}
