import type { FaultCase, FaultDetail, SessionDetail } from '../api/schemas.ts';
import type { EvidenceStep } from '../status-model.ts';

/** A case of a fault, as in a list: the verdict first. */
export function caseText(told: FaultCase): string[] {
  const { id, fault, title, side, severity, target, family, vantage, state, since, endedAt, because } = told;
  const over = state === 'open' ? 'is open' : `ended ${momentText(endedAt)}`;
  return [
    `${title}: ${side} at fault (${fault}, ${severity})`,
    because,
    `At ${target}, client ${family}, seen from the ${vantage}. Began ${momentText(since)}, ${over}. Id ${id}`,
  ];
}

/** A case with its rule, its evidence and what can be done. */
export function detailText(told: FaultDetail): string[] {
  const { rule, remedy, runbook, evidence, evidenceAbridged } = told;
  return [
    ...caseText(told),
    `Rule: ${rule.text} (${rule.source})`,
    'Evidence:',
    ...evidence.map(stepText),
    ...(evidenceAbridged ? ['(exchanges in between may be missing)'] : []),
    `What the people of the server can do: ${remedy.server}`,
    `What the people of the client can do: ${remedy.client}`,
    `Runbook: ${runbook}`,
  ];
}

const CAUSES: Readonly<Record<NonNullable<SessionDetail['cause']>, string>> = {
  deleted: 'its client had ended it',
  expired: 'it rested for longer than the server keeps sessions',
  restart: 'it was lost with others at one moment, as in a restart',
  'other-replica': 'its requests reached a replica that does not know it',
  'never-issued': 'the server never issued it',
  unknown: 'it is not known why',
};

/** A session with what befell it, its verdict first. */
export function sessionText(told: SessionDetail): string[] {
  const { ref, vantage, target, family, protocolVersion, timeline, timelineAbridged, bornAt, requests } =
    told;
  const begun = bornAt === 0 ? 'It began before the watch, or beside it' : `It began ${momentText(bornAt)}`;
  return [
    `Session ${ref} ${fateOf(told)}`,
    `At ${target}, client ${family}, protocol ${protocolVersion}, seen from the ${vantage}. ${begun}; ${requests} of its requests were accepted.`,
    'Its exchanges:',
    ...timeline.map(stepText),
    ...(timelineAbridged ? ['(the beginning, or exchanges in between, may be missing)'] : []),
  ];
}

function fateOf({ phase, diedAt, cause, successor, lastSeenAt }: SessionDetail): string {
  if (phase === 'live') return `lives; it was last seen ${momentText(lastSeenAt)}.`;
  if (phase === 'ended') return `was ended by its client, and was last seen ${momentText(lastSeenAt)}.`;
  const replaced =
    successor === null ? 'Its client has not begun a new one.' : `Its client began a new one: ${successor}.`;
  return `is dead since ${momentText(diedAt)}: ${CAUSES[cause ?? 'unknown']}. ${replaced}`;
}

function stepText(step: EvidenceStep): string {
  const { at, durationMs, httpMethod, rpcMethod, sent, given, status, meaning, breaksRule } = step;
  const asked = [
    httpMethod,
    rpcMethod ?? [],
    sent === null ? 'without a session id' : `with session ${sent}`,
  ].flat();
  const answer = status === 0 ? 'no answer was seen' : `${status} (${meaning})`;
  const issued = given === null ? '' : `, gives session ${given}`;
  const mark = breaksRule ? ' <- breaks the rule' : '';
  return `- ${momentText(at)} ${asked.join(' ')} -> ${answer}${issued}, ${Math.round(durationMs)} ms${mark}`;
}

/** A moment, to the millisecond. */
export function momentText(at: number): string {
  return new Date(at).toISOString();
}
