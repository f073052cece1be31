import {
  isSuccess,
  isWork,
  sessionBegunBy,
  type BodyClass,
  type Exchange,
  type Meaning,
  type Reference,
} from '../exchange/index.ts';
import { birthOf } from './birth.ts';
import { raritiesAfter } from './rarities.ts';
import { readBit } from './reads.ts';
import { beganAfterDeath, isServed } from './session-oddities.ts';
import {
  HTTP_SSE,
  NOTHING_RARE,
  type CauseOfDeath,
  type Phase,
  type Session,
  type Trouble,
} from './session.ts';
import { stepOf, withStep } from './step.ts';
import { DECLARED_LIMITS, type TableLimits } from './table-thresholds.ts';

/** A session in the moment an `initialize` was answered with its id. */
export function bornSession(ref: Reference, exchange: Exchange): Session {
  return { ...startOf(ref, exchange), bornAt: exchange.endedAt, lastOkAt: exchange.endedAt };
}

/** A session whose id was given with an answer that opens none. */
export function straySession(ref: Reference, exchange: Exchange): Session {
  return { ...startOf(ref, exchange), rare: { ...NOTHING_RARE, stray: true } };
}

/**
 * The next value of a session after an exchange that carried its id. Without a former value (the id was never
 * seen before) one is begun: live when the server accepted the id, dead when it refused it. Pure: same
 * arguments, same answer; it never throws.
 */
export function advanceSession(
  before: Session | undefined,
  exchange: Exchange,
  said: Meaning,
  limits: TableLimits = DECLARED_LIMITS,
): Session {
  const session = before ?? startOf(exchange.sessionSent ?? '', exchange);
  const meaning = mayBeUserCode(before, exchange, said) ? 'ok' : said;
  const phase = phaseAfter(before, exchange, meaning);
  const accepted = isSuccess(exchange) && meaning === 'ok';
  const { startedAt, endedAt, rpcMethods } = exchange;
  const { principal, rare } = session;
  const changed = accepted && exchange.principal !== principal && startedAt >= rare.principalSince;
  // Written out, not spread: of all that runs here this runs most often.
  return {
    ref: session.ref,
    vantage: session.vantage,
    target: session.target,
    family: session.family,
    via: session.via,
    client: session.client,
    principal: changed ? exchange.principal : principal,
    protocolVersion: session.protocolVersion === 'none' ? exchange.protocolVersion : session.protocolVersion,
    phase,
    bornAt: session.bornAt,
    lastSeenAt: Math.max(session.lastSeenAt, endedAt),
    lastOkAt: accepted ? Math.max(session.lastOkAt, endedAt) : session.lastOkAt,
    initialized: session.initialized || rpcMethods.includes('notifications/initialized'),
    reads: accepted ? session.reads | readBit(rpcMethods) : session.reads,
    requests: session.requests + (accepted ? 1 : 0),
    worked: session.worked || (accepted && rpcMethods.some(isWork)),
    trouble: untoldOnceServed(session, phase, troubleAfter(session, before === undefined, exchange, meaning)),
    rare: raritiesAfter(session, exchange, meaning, changed, limits),
  };
}

/** A dead session whose client has begun a new one. What it does with the old id from here on counts afresh. */
export function recoverSession(session: Session, exchange: Exchange): Session {
  if (session.trouble === undefined) return session;
  const trouble = {
    ...session.trouble,
    recoveredAt: exchange.endedAt,
    reuses: 0,
    lastReuseAt: 0,
    successor: sessionBegunBy(exchange),
    trail: withStep(session.trouble.trail, stepOf(exchange)),
  };
  return { ...session, trouble };
}

/** Soon after a refusal the same credential's success proves that it was not about the credential. */
export function isAuthProof(session: Session, exchange: Exchange, authProofMs: number): boolean {
  const refusedAt = session.trouble?.authRefusedAt ?? 0;
  if (refusedAt === 0 || session.principal !== exchange.principal) return false;
  return exchange.endedAt - refusedAt <= authProofMs;
}

/**
 * A session whose 401 or 403 is proved wrong: the same credential has just been accepted by an `initialize`. It was
 * dead from that refusal on.
 */
export function proveAuthMasked(session: Session, exchange: Exchange): Session {
  const { trouble } = session;
  if (trouble === undefined) return session;
  const diedAt = trouble.diedAt === 0 ? trouble.authRefusedAt : trouble.diedAt;
  const phase = session.phase === 'live' ? 'dead' : session.phase;
  return { ...session, phase, trouble: { ...trouble, diedAt, authMaskedAt: exchange.endedAt } };
}

function startOf(ref: Reference, exchange: Exchange): Session {
  return {
    ref,
    vantage: exchange.vantage,
    target: exchange.target,
    family: exchange.family,
    via: exchange.via,
    client: exchange.client,
    principal: exchange.principal,
    protocolVersion: exchange.protocolVersion,
    phase: 'live',
    bornAt: 0,
    lastSeenAt: exchange.endedAt,
    lastOkAt: 0,
    initialized: false,
    reads: 0,
    requests: 0,
    worked: false,
    trouble: undefined,
    rare: exchange.transport === 'http-sse' ? HTTP_SSE : NOTHING_RARE,
  };
}

function phaseAfter(before: Session | undefined, exchange: Exchange, meaning: Meaning): Phase {
  const phase = before?.phase ?? 'live';
  if (meaning === 'session-dead') return phase === 'ended' ? 'ended' : 'dead';
  if (!isSuccess(exchange)) return phase;
  // What is dead cannot be ended: some servers answer 2xx to a DELETE of any id (csharp-sdk, rmcp).
  if (exchange.httpMethod === 'DELETE') return phase === 'live' ? 'ended' : phase;
  // Answered after a refusal: another replica knows it, or a shared store brought it back. A notification taken
  // with 202 is no such proof: some servers take those for dead ids too, to damp storms (n8n-mcp#784).
  const revives = before?.phase === 'dead' && isServed(exchange) && beganAfterDeath(before, exchange);
  return revives ? 'live' : phase;
}

/** Served again, the client has no reason to begin anew: what it was told of a death counts no more. */
function untoldOnceServed(before: Session, phase: Phase, trouble: Trouble | undefined): Trouble | undefined {
  if (trouble === undefined || before.phase !== 'dead' || phase !== 'live') return trouble;
  return { ...trouble, toldAt: 0, reuses: 0, lastReuseAt: 0 };
}

function troubleAfter(
  session: Session,
  firstSight: boolean,
  exchange: Exchange,
  meaning: Meaning,
): Trouble | undefined {
  const dead = meaning === 'session-dead' || isRefusalOfKnownDead(session, exchange, meaning);
  // An id that a client was not given here may be another's, and rightly refused.
  const unproven = dead || (firstSight && session.vantage !== 'client');
  const refused = (dead || meaning === 'auth') && isDoubtfulRefusal(session, unproven, exchange);
  if (!dead && !refused && session.trouble === undefined) return undefined;
  if (meaning === 'ok' && session.trouble?.diedAt === 0) return undefined;
  const trouble = session.trouble ?? noTrouble(session, firstSight);
  const next = {
    ...trouble,
    ...(dead ? deathTold(trouble, exchange) : undefined),
    ...statusByMethod(session, trouble, dead, exchange),
    ...(refused ? { authRefusedAt: exchange.endedAt } : undefined),
    ...(dead && isReuse(trouble, exchange)
      ? { reuses: trouble.reuses + 1, lastReuseAt: exchange.endedAt }
      : undefined),
  };
  return dead || refused ? { ...next, trail: withStep(trouble.trail, stepOf(exchange)) } : next;
}

/**
 * A JSON-RPC error inside a 2xx that answers a piece of work may come from the user's own code ("browser session
 * not found"). While the session is known to live, only an error that names no request, or answers a listing or
 * a heartbeat, tells its death (false positive of FM-02).
 */
function mayBeUserCode(before: Session | undefined, exchange: Exchange, meaning: Meaning): boolean {
  if (meaning !== 'session-dead' || exchange.status >= 400 || before?.phase !== 'live') return false;
  return !exchange.errorUnaddressed && exchange.rpcMethods.some(isWork);
}

/**
 * A 401 or 403 that may hide a dead session: it hits the credential that the session is used with, and not just a
 * piece of work in a session that never did any (many servers let anybody look, and ask who calls) unless the id
 * is `unproven`: never seen to be accepted, or told dead in the same breath (rmcp to 0.16, rust-sdk#689).
 */
function isDoubtfulRefusal(session: Session, unproven: boolean, exchange: Exchange): boolean {
  if (exchange.status !== 401 && exchange.status !== 403) return false;
  // RFC 6750, section 3.1: 403 with a challenge is a credential that lacks a scope, and says so.
  if (exchange.status === 403 && exchange.challenged) return false;
  if (session.principal !== exchange.principal) return false;
  return unproven || session.worked || !exchange.rpcMethods.some(isWork);
}

/** Once known dead, an id refused with a bare status has been told dead again; unless another rule was broken. */
function isRefusalOfKnownDead(session: Session, exchange: Exchange, meaning: Meaning): boolean {
  if (session.phase === 'live' || exchange.status < 400) return false;
  if (exchange.status === 405 && exchange.httpMethod !== 'POST') return false;
  if (exchange.status === 503 && exchange.retryAfter) return false;
  if (meaning === 'auth') return !exchange.challenged;
  return meaning === 'other' && UNTELLING.has(exchange.bodyClass) && REFUSALS.has(exchange.status);
}

/** The statuses in which servers were seen to tell a death (FM-01); 503 stands for a server without drain. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 409, 410, 500, 502, 503]);

const UNTELLING: ReadonlySet<BodyClass> = new Set<BodyClass>(['none', 'other']);

function deathTold(trouble: Trouble, exchange: Exchange): Partial<Trouble> {
  const { status, endedAt } = exchange;
  const diedAt = trouble.diedAt === 0 ? endedAt : trouble.diedAt;
  // Revision 2024-11-05 has no clause on the status: what ends there ends with its stream.
  if (exchange.transport === 'http-sse') return { diedAt };
  const told = status === 404 && exchange.httpMethod === 'POST' && trouble.toldAt === 0;
  const masked = status < 400;
  const wrong = !masked && status !== 404 && !(status === 503 && exchange.retryAfter);
  return {
    diedAt,
    toldAt: told ? endedAt : trouble.toldAt,
    maskedAt: masked ? endedAt : trouble.maskedAt,
    wrongStatus: wrong && trouble.wrongStatus === 0 ? status : trouble.wrongStatus,
    wrongStatusAt: wrong ? endedAt : trouble.wrongStatusAt,
  };
}

/**
 * Once dead, how each method tells it or fails to: all should get the same (FM-04). What was in flight then, or is
 * refused for another reason, says nothing of it.
 */
function statusByMethod(
  session: Session,
  trouble: Trouble,
  dead: boolean,
  exchange: Exchange,
): Partial<Trouble> {
  const { httpMethod, status, startedAt } = exchange;
  const untold = isSuccess(exchange) || status === 405;
  if (!dead && !(untold && session.phase !== 'live' && startedAt >= trouble.diedAt)) return NO_CHANGE;
  if (httpMethod === 'POST') return dead ? { statusOfPost: status } : NO_CHANGE;
  if (httpMethod === 'GET') return { statusOfGet: status };
  return httpMethod === 'DELETE' ? { statusOfDelete: status } : NO_CHANGE;
}

const NO_CHANGE: Partial<Trouble> = Object.freeze({});

/** A POST with the id, begun after the client had been told and since it last began anew. */
function isReuse(trouble: Trouble, { httpMethod, startedAt }: Exchange): boolean {
  if (httpMethod !== 'POST' || trouble.toldAt === 0) return false;
  return startedAt >= trouble.toldAt && startedAt >= trouble.recoveredAt;
}

function noTrouble(session: Session, firstSight: boolean): Trouble {
  return {
    diedAt: 0,
    cause: causeOf(session, firstSight),
    toldAt: 0,
    wrongStatus: 0,
    wrongStatusAt: 0,
    maskedAt: 0,
    authRefusedAt: 0,
    authMaskedAt: 0,
    reuses: 0,
    lastReuseAt: 0,
    recoveredAt: 0,
    successor: undefined,
    statusOfPost: 0,
    statusOfGet: 0,
    statusOfDelete: 0,
    listening: false,
    trail: birthOf(session),
  };
}

function causeOf(session: Session, firstSight: boolean): CauseOfDeath {
  if (session.phase === 'ended') return 'deleted';
  return firstSight ? 'never-issued' : 'unknown';
}
