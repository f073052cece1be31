import { ERAS, protocolVersionOf, type Era, type ProtocolVersion } from '../../exchange/index.ts';
import { CHECK_IDS, CHECKS, eraOfCheck, PHASES, type CheckId, type Phase } from './checks.ts';
import { createCourse, type Course } from './course.ts';
import { handshakeOf } from './handshake.ts';
import { hasResult, judgeDiscover, judgeHandshake, obstacleIn, saw } from './judges.ts';
import { SESSIONLESS_VERSION } from './messages.ts';
import type { Answer } from './one-request.ts';
import { checkedOptions, type ProbeOptions } from './options.ts';
import { notApplicable, skipped, type Check, type Finding, type ProbeReport } from './report.ts';
import { certificateProblem } from './trust.ts';
import { ask, SESSIONLESS_CHECKS, walkSessionless } from './walk-sessionless.ts';
import { walkSession } from './walk-sessions.ts';
import { createWire, type Wire } from './wire.ts';

/** A probe sends 45 requests at most; a server that gives it more to do is not asked further. */
const MOST_REQUESTS = 60;

/** People take a connect of more than 5 s for a failure, as in the fault `era-probe-failure`. */
const SLOW_MS = 5000;

/**
 * Walks the life of one session at a server, and what goes without sessions, and tells check by check whether its
 * handling of sessions is right. Every session that it begins it ends. It sends `tools/list` or `ping` and calls no
 * tool. Throws a RangeError for a URL or options that are not allowed, and the reason of `signal` when that ends it;
 * whatever the server does stands in the report.
 */
export async function probe(target: string | URL, options: ProbeOptions = {}): Promise<ProbeReport> {
  const { url, headers, ca, limits, manners, eras } = checkedOptions(target, options);
  const { signal } = options;
  const [startedAt, begun] = [Date.now(), performance.now()];
  const wire = createWire(url, { headers, ca }, { ...limits, requests: MOST_REQUESTS, signal });
  const course = createCourse(wire, manners);
  const walked = await walkAndCleanUp(course, wire, () =>
    walk(course, Math.min(SLOW_MS, limits.timeoutMs), eras),
  );
  signal?.throwIfAborted();
  const checks = CHECK_IDS.map((id) => course.checks.get(id) ?? notDone(id));
  return {
    target: `${url.origin}${url.pathname}`,
    outcome: outcomeOf(checks, walked.reason),
    ...walked,
    checks,
    startedAt,
    durationMs: performance.now() - begun,
    phases: phasesOf(checks),
    requests: wire.requests(),
  };
}

/** Whatever happens on the way, no session is left behind. */
async function walkAndCleanUp(course: Course, wire: Wire, walks: () => Promise<Walked>): Promise<Walked> {
  try {
    return await walks();
  } finally {
    await course.cleanUp();
    wire.close();
  }
}

type Walked = Pick<ProbeReport, 'reason' | 'eras' | 'protocolVersion' | 'serverKind'>;

async function walk(course: Course, slowMs: number, wanted: readonly Era[]): Promise<Walked> {
  const discovered = await discover(course, slowMs);
  const speaksSessionless = discovered !== undefined && hasResult(discovered);
  const shaken = wanted.includes('sessionful') ? await shakeHands(course, speaksSessionless) : undefined;
  const isSessionful = shaken !== undefined && hasResult(shaken);
  if (isSessionful) await walkSession(handshakeOf(course, shaken));
  else course.settle(SESSIONFUL_CHECKS, speaksSessionless ? OTHER_ERA : NO_HANDSHAKE);
  const isSessionless = speaksSessionless && wanted.includes('sessionless');
  if (isSessionless) await walkSessionless(course, discovered);
  else if (isSessionful) course.settle(SESSIONLESS_CHECKS, speaksSessionless ? LEFT_OUT : NOT_SPOKEN);
  if (!wanted.includes('sessionful')) course.settle(['initialize', ...SESSIONFUL_CHECKS], LEFT_OUT);
  const spoken = { sessionful: isSessionful, sessionless: isSessionless };
  return {
    reason: isSessionful || isSessionless ? undefined : (reasonIn(shaken ?? discovered) ?? silenceOf(course)),
    eras: ERAS.filter((era) => spoken[era]),
    protocolVersion: isSessionful ? settledVersion(shaken) : isSessionless ? SESSIONLESS_VERSION : 'none',
    serverKind: !isSessionful ? undefined : shaken.sessionId === undefined ? 'stateless' : 'stateful',
  };
}

const SESSIONFUL_CHECKS = CHECK_IDS.filter(
  (id) => eraOfCheck(id) === 'sessionful' && CHECKS[id].phase !== 'handshake',
).concat('initialized');

const OTHER_ERA = notApplicable('The server speaks revision 2026-07-28 alone, which has no sessions.');
const NOT_SPOKEN = notApplicable('The server does not speak revision 2026-07-28.');
const LEFT_OUT = notApplicable('This era was left out of the probe.');
const NO_HANDSHAKE = skipped('There was no handshake to go on from.');

function notDone(id: CheckId): Check {
  return { id, title: CHECKS[id].title, ...NO_HANDSHAKE, exchanges: [], durationMs: 0 };
}

/** Does a check of one request; answers what came back, or nothing where no time was left to ask. */
async function checkOne(
  course: Course,
  id: CheckId,
  send: () => Promise<Answer>,
  judge: (answer: Answer) => Finding,
): Promise<Answer | undefined> {
  let answer: Answer | undefined;
  await course.check(id, async () => judge((answer = await send())));
  return answer;
}

function discover(course: Course, slowMs: number): Promise<Answer | undefined> {
  return checkOne(
    course,
    'discover',
    () => ask(course, 'server/discover'),
    (answer) => judgeDiscover(answer, slowMs),
  );
}

function shakeHands(course: Course, speaksSessionless: boolean): Promise<Answer | undefined> {
  return checkOne(
    course,
    'initialize',
    () => course.greet(),
    (answer) => {
      const isOtherEra = speaksSessionless && !hasResult(answer) && answer.status === 400;
      return isOtherEra ? OTHER_ERA : judgeHandshake(answer);
    },
  );
}

/** Why nothing could be probed; nothing when a server of the protocol refused the handshake, which is a finding. */
function reasonIn(answer: Answer | undefined): string | undefined {
  if (answer === undefined) return 'There was no time to ask.';
  const { status, exchange } = answer;
  if (status === 0)
    return certificateProblem(answer.errorCode) ?? `No server could be reached: ${saw(answer)}.`;
  if (status === 401 || status === 403)
    return `The server wants other credentials: ${saw(answer)}. Give them as headers.`;
  if (obstacleIn(answer) !== undefined) return 'The server limits the rate of requests (429).';
  const speaks = answer.reply !== undefined || judgeHandshake(answer).faults.length > 0;
  if (status >= 300 && status < 400) return undefined;
  if (status >= 500 && exchange.bodyClass !== 'foreign-page') return undefined;
  return speaks ? undefined : `What answers there does not speak the protocol: ${saw(answer)}.`;
}

/** Where nothing was broken, and nothing spoken that was asked for. */
function silenceOf({ checks }: Course): string | undefined {
  const isBroken = [...checks.values()].some(({ verdict }) => verdict === 'failed');
  return isBroken ? undefined : 'The server speaks none of the eras that were asked for.';
}

function settledVersion({ reply }: Answer): ProtocolVersion {
  const version = reply?.result?.['protocolVersion'];
  return protocolVersionOf(typeof version === 'string' ? version : undefined);
}

function outcomeOf(checks: readonly Check[], reason: string | undefined): ProbeReport['outcome'] {
  if (reason !== undefined) return 'unprobed';
  return checks.some(({ verdict }) => verdict === 'failed') ? 'failed' : 'passed';
}

function phasesOf(checks: readonly Check[]): Record<Phase, number> {
  const of = (phase: Phase): number =>
    checks
      .filter(({ id }) => CHECKS[id].phase === phase)
      .reduce((sum, { durationMs }) => sum + durationMs, 0);
  return Object.fromEntries(PHASES.map((phase) => [phase, of(phase)])) as Record<Phase, number>;
}
