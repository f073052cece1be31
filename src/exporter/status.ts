import type { Observer } from '../observer.ts';
import { estimatedIdleLimit, type Session } from '../session/index.ts';
import { metrics, type Metric } from '../signals/index.ts';
import { VERSION } from '../version.ts';
import { affectedBy, causeOf, endedGroupsOf, groupsOf, type Affected } from './fault-groups.ts';
import type { History } from './history.ts';
import type { IdleLimit, SessionRow, Status, Totals } from './status-model.ts';

/** What {@link statusOf} reads. */
export type StatusSource = Pick<Observer, 'cases' | 'counts' | 'sessions' | 'startedAt' | 'targets'>;

const GROUPS_SHOWN = 50;
const ENDED_SHOWN = 20;
const SESSIONS_SHOWN = 50;

/** All that the page shows, as it stands at `now`. Bounded, whatever the traffic. */
export function statusOf(source: StatusSource, history: Pick<History, 'columns'>, now: number): Status {
  const open = [...source.cases.open()];
  const affected = affectedBy(open, source.sessions);
  const groups = groupsOf(open, source.sessions, affected);
  const totals = totalsOf(source, affected);
  const sessions = tellingSessions(source.sessions.sessions(), affected.sessions);
  return {
    version: VERSION,
    at: Math.round(now),
    startedAt: source.startedAt,
    targets: source.targets,
    state: groups.length === 0 ? 'healthy' : 'broken',
    sentence: sentenceOf(groups.length, totals),
    totals,
    idleLimits: idleLimitsOf(source),
    faults: groups.slice(0, GROUPS_SHOWN),
    faultsNotShown: Math.max(0, groups.length - GROUPS_SHOWN),
    endedFaults: endedGroupsOf(source.cases.closed()).slice(0, ENDED_SHOWN),
    sessions,
    sessionsNotShown: source.sessions.sizes.sessions - sessions.length,
    history: history.columns(),
  };
}

function totalsOf({ counts, sessions }: StatusSource, affected: Affected): Totals {
  const total = (metric: Metric): number => counts.samples(metric).reduce((sum, { value }) => sum + value, 0);
  let activeSessions = 0;
  for (const { awake, idle } of sessions.cohorts()) activeSessions += awake + idle;
  return {
    exchanges: total(metrics.observerExchanges),
    activeSessions,
    openStreams: total(metrics.streamsOpen),
    affectedSessions: affected.sessions.size,
    affectedClients: affected.clients.size,
  };
}

/** One for each target and vantage of which anything is known. */
function idleLimitsOf({ sessions }: StatusSource): IdleLimit[] {
  const limits = new Map<string, IdleLimit>();
  for (const { vantage, target } of sessions.cohorts()) {
    const limitMs = estimatedIdleLimit(sessions.target(vantage, target));
    if (limitMs > 0) limits.set(`${vantage} ${target}`, { vantage, target, limitMs });
  }
  return [...limits.values()];
}

function sentenceOf(faults: number, totals: Totals): string {
  if (faults === 0) return totals.exchanges === 0 ? 'No MCP traffic seen yet' : 'Nothing is broken';
  const { affectedSessions, affectedClients } = totals;
  const affected = [
    ...(affectedSessions > 0 ? [counted(affectedSessions, 'session')] : []),
    ...(affectedClients > 0 ? [counted(affectedClients, 'client')] : []),
  ];
  const verb = faults === 1 ? 'affects' : 'affect';
  return `${counted(faults, 'fault')} ${verb} ${affected.length === 0 ? 'MCP sessions' : affected.join(' of ')}`;
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** The sessions that tell most: those at fault, then the dead, then the live and the ended; each latest first. */
function tellingSessions(sessions: Iterable<Session>, atFault: Affected['sessions']): SessionRow[] {
  const broken = latestOf([...atFault.values()].filter((session) => session !== undefined));
  // Only where there is room for others are all of them looked at.
  const others = broken.length < SESSIONS_SHOWN ? othersOf(sessions, atFault) : [];
  return [...broken, ...others].slice(0, SESSIONS_SHOWN).map((session) => {
    const { ref, target, family, via, phase, bornAt, lastSeenAt, requests } = session;
    const [cause, isAtFault] = [causeOf(session), atFault.has(ref)];
    return { ref, target, family, via, phase, cause, atFault: isAtFault, bornAt, lastSeenAt, requests };
  });
}

function othersOf(sessions: Iterable<Session>, atFault: Affected['sessions']): Session[] {
  const ranked: Record<Session['phase'], Session[]> = { dead: [], live: [], ended: [] };
  for (const session of sessions) {
    const { phase } = session;
    if (atFault.has(session.ref)) continue;
    ranked[phase].push(session);
    // Cut now and then, so that a full table of sessions is never held twice, nor sorted as a whole.
    if (ranked[phase].length >= 20 * SESSIONS_SHOWN) ranked[phase] = latestOf(ranked[phase]);
  }
  return Object.values(ranked).flatMap(latestOf);
}

function latestOf(sessions: readonly Session[]): Session[] {
  return sessions.toSorted((a, b) => b.lastSeenAt - a.lastSeenAt).slice(0, SESSIONS_SHOWN);
}
