import type { Case } from '../faults/index.ts';
import type { Step } from '../session/index.ts';
import type { EvidenceStep } from './status-model.ts';

/** Exchanges shown of one case: how it began, and how it goes on. */
const FIRST_SHOWN = 6;
const LAST_SHOWN = 4;

/** The exchanges that prove a case, in order, with the one marked that breaks the rule. */
export function evidenceOf({ evidence, fault }: Pick<Case, 'evidence' | 'fault'>): EvidenceStep[] {
  const breaks = fault.side === 'client' ? wrongRequest : wrongAnswer;
  const broken = evidence.findIndex((step, i) => breaks(step, evidence.slice(0, i)));
  return shownOf(evidence.length, broken).map((i) => stepShown(evidence[i] as Step, i === broken));
}

/** Whether steps may be missing: a trail keeps ten at most (see `withStep`). */
export function isAbridged({ evidence }: Pick<Case, 'evidence'>): boolean {
  return evidence.length >= FIRST_SHOWN + LAST_SHOWN;
}

/** A server breaks the rule with its answer: it refuses an id with anything but 404, or the 405 it may give. */
function wrongAnswer(step: Step): boolean {
  return step.sent !== undefined && step.meaning !== 'ok' && step.status !== 404 && step.status !== 405;
}

/**
 * A client breaks it with what it posts: told that its session is gone, or given an id, it goes on as before. A GET
 * may still be a timer's.
 */
function wrongRequest(step: Step, before: readonly Step[]): boolean {
  if (step.rpcMethod === 'initialize' || step.httpMethod !== 'POST') return false;
  if (before.some((earlier) => toldDeath(earlier) && earlier.at + earlier.durationMs <= step.at)) return true;
  return step.sent === undefined && before.some((earlier) => earlier.given !== undefined);
}

function toldDeath(step: Step): boolean {
  return step.status === 404 && step.meaning === 'session-dead';
}

/** Which steps of `count` are shown: the first and the last ones, and always the broken one. */
function shownOf(count: number, broken: number): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count <= FIRST_SHOWN + LAST_SHOWN) return all;
  const first = all.slice(0, FIRST_SHOWN);
  if (broken >= FIRST_SHOWN && broken < count - LAST_SHOWN) first[FIRST_SHOWN - 1] = broken;
  return [...first, ...all.slice(-LAST_SHOWN)];
}

/** A step as it is told to people. */
export function stepShown(step: Step, breaksRule: boolean): EvidenceStep {
  const { at, durationMs, httpMethod, rpcMethod = null, sent = null, given = null, status, meaning } = step;
  return { at, durationMs, httpMethod, rpcMethod, sent, given, status, meaning, breaksRule };
}
