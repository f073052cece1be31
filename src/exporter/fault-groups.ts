import type { Gateway } from '../exchange/index.ts';
import { runbookUrlOf, SEVERITIES, type Case } from '../faults/index.ts';
import type { Observer } from '../observer.ts';
import type { CauseOfDeath, Session } from '../session/index.ts';
import { evidenceOf, isAbridged } from './evidence.ts';
import type { EndedFault, FaultGroup } from './status-model.ts';

type Sessions = Observer['sessions'];

/** Open cases by fault, target and client family; the most urgent group first, of equals the latest. */
export function groupsOf(cases: Iterable<Case>, sessions: Sessions, affected: Affected): FaultGroup[] {
  const groups = [...byGroup(cases)].map(([id, members]) => ({
    ...groupOf(id, members, sessions),
    ...sizesOf(members, affected),
  }));
  const urgency = (group: FaultGroup): number => SEVERITIES.indexOf(group.severity);
  return groups.toSorted((a, b) => urgency(a) - urgency(b) || b.since - a.since);
}

/** Closed cases by fault, target and client family; the one that ended last first. */
export function endedGroupsOf(cases: Iterable<Case>): EndedFault[] {
  return [...byGroup(cases)]
    .map(([id, members]) => endedGroupOf(id, members))
    .toSorted((a, b) => b.endedAt - a.endedAt);
}

/** The sessions and clients behind some cases, each once and by its reference. */
export interface Affected {
  /** A session that is no longer known has its reference alone. */
  readonly sessions: ReadonlyMap<string, Session | undefined>;
  readonly clients: ReadonlySet<string>;
}

/** Whom some cases affect. Each session is looked up once: with many of them, that is what takes the time. */
export function affectedBy(cases: Iterable<Case>, sessions: Pick<Sessions, 'session'>): Affected {
  const affected = { sessions: new Map<string, Session | undefined>(), clients: new Set<string>() };
  for (const { kind, ref } of cases) {
    if (kind === 'client') affected.clients.add(ref);
    if (kind !== 'session' || affected.sessions.has(ref)) continue;
    const session = sessions.session(ref);
    affected.sessions.set(ref, session);
    if (session !== undefined) affected.clients.add(session.client);
  }
  return affected;
}

function sizesOf(
  members: readonly Case[],
  known: Affected,
): Pick<FaultGroup, 'cases' | 'affectedSessions' | 'affectedClients'> {
  const { sessions, clients } = affectedBy(members, { session: (ref) => known.sessions.get(ref) });
  return { cases: members.length, affectedSessions: sessions.size, affectedClients: clients.size };
}

function byGroup(cases: Iterable<Case>): Map<string, [Case, ...Case[]]> {
  const groups = new Map<string, [Case, ...Case[]]>();
  for (const each of cases) {
    const id = `${each.fault.id} ${each.target} ${each.family}`;
    const members = groups.get(id);
    if (members === undefined) groups.set(id, [each]);
    else members.push(each);
  }
  return groups;
}

function groupOf(
  id: string,
  members: [Case, ...Case[]],
  sessions: Sessions,
): Omit<FaultGroup, 'cases' | 'affectedSessions' | 'affectedClients'> {
  const shown = representativeOf(members);
  const { fault, kind, ref, vantage, target, family, because } = shown;
  return {
    id,
    fault: fault.id,
    title: fault.title,
    side: fault.side,
    severity: fault.severity,
    vantage,
    target,
    family,
    via: viaOf(shown, sessions),
    cause: kind === 'session' ? causeOf(sessions.session(ref)) : null,
    since: earliest(members),
    lastSeenAt: latest(members, 'renewedAt'),
    because,
    rule: fault.rule,
    remedy: fault.remedy,
    runbook: runbookUrlOf(fault.id),
    evidence: evidenceOf(shown),
    evidenceAbridged: isAbridged(shown),
  };
}

/** A family of clients may come by several ways: only of a session or a client is there one. */
export function viaOf({ kind, ref }: Case, sessions: Sessions): Gateway {
  const subject =
    kind === 'session' ? sessions.session(ref) : kind === 'client' ? sessions.client(ref) : undefined;
  return subject?.via ?? 'none';
}

/** Why a session was lost; null when it was not. */
export function causeOf(session: Session | undefined): CauseOfDeath | null {
  const { trouble } = session ?? {};
  return trouble === undefined || trouble.diedAt === 0 ? null : trouble.cause;
}

function endedGroupOf(id: string, members: [Case, ...Case[]]): EndedFault {
  const { fault, target, family } = members[0];
  return {
    id,
    fault: fault.id,
    title: fault.title,
    side: fault.side,
    target,
    family,
    since: earliest(members),
    endedAt: latest(members, 'closedAt'),
    cases: members.length,
  };
}

/** The case whose trail tells most; of equals the first, so that what a person reads does not change under them. */
function representativeOf(members: readonly [Case, ...Case[]]): Case {
  return members.reduce((best, each) => (each.evidence.length > best.evidence.length ? each : best));
}

// Written as loops: ten thousand cases are more than a call takes arguments.
function earliest(cases: readonly Case[]): number {
  return cases.reduce((at, each) => Math.min(at, each.since), Number.POSITIVE_INFINITY);
}

function latest(cases: readonly Case[], time: 'renewedAt' | 'closedAt'): number {
  return cases.reduce((at, each) => Math.max(at, each[time]), 0);
}
