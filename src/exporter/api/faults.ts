import { createHash } from 'node:crypto';
import { runbookUrlOf, type Case } from '../../faults/index.ts';
import type { Observer } from '../../observer.ts';
import { evidenceOf, isAbridged } from '../evidence.ts';
import { causeOf, viaOf } from '../fault-groups.ts';
import { pageOf, type Order } from './page-of.ts';
import type { FaultQuery } from './queries.ts';
import type { FaultCase, FaultDetail, FaultPage } from './schemas.ts';
import { exchangesOf, lacksExchanges, sessionsIn, type Timelines } from './timelines.ts';

/** What faults are read from. */
export type FaultSource = Pick<Observer, 'cases' | 'sessions'>;

/** How faults are told. */
export const NEWEST_FIRST: Order<Case> = {
  timeOf: ({ openedAt }) => openedAt,
  nameOf: ({ fault, kind, ref }) => `${fault.id} ${kind} ${ref}`,
};

/** A page of the faults that are asked for, the newest first. */
export function faultsOf({ cases }: FaultSource, query: FaultQuery): FaultPage {
  const seen = { faults: new Map<string, string>(), targets: new Set<string>() };
  const [clients, vantages] = [new Set<string>(), new Set<string>()];
  const isMeant = meantBy(query);
  function* meant(): Iterable<Case> {
    for (const each of casesOf(cases, query.state)) {
      seen.faults.set(each.fault.id, each.fault.title);
      seen.targets.add(each.target);
      clients.add(each.family);
      vantages.add(each.vantage);
      if (isMeant(each)) yield each;
    }
  }
  const { items, total, next } = pageOf(meant(), NEWEST_FIRST, query);
  const faults = [...seen.faults].map(([id, title]) => ({ id, title }));
  return {
    faults: items.map(faultCaseOf),
    total,
    next,
    choices: {
      faults: faults.toSorted((a, b) => a.title.localeCompare(b.title)),
      targets: [...seen.targets].toSorted(),
      clients: [...clients].toSorted(),
      vantages: [...vantages].toSorted(),
    },
  };
}

/** One case with all that is known of it; undefined when it is not known, or no longer. */
export function faultOf(
  source: FaultSource,
  timelines: Pick<Timelines, 'of' | 'all'>,
  id: string,
): FaultDetail | undefined {
  const found = caseOf(source, id);
  if (found === undefined) return undefined;
  const { fault, kind, ref } = found;
  const { sessions } = source;
  return {
    ...faultCaseOf(found),
    signature: fault.signature,
    via: viaOf(found, sessions),
    cause: kind === 'session' ? causeOf(sessions.session(ref)) : null,
    rule: fault.rule,
    remedy: fault.remedy,
    runbook: runbookUrlOf(fault.id),
    evidence: evidenceOf(found),
    evidenceAbridged: isAbridged(found),
    sessions: sessionsIn(found).filter((session) => sessions.session(session) !== undefined),
    recordedExchanges: exchangesOf(timelines, found).length,
    recordingAbridged: lacksExchanges(timelines, found),
  };
}

/** The case of an id. */
export function caseOf({ cases }: FaultSource, id: string): Case | undefined {
  for (const each of casesOf(cases, 'all')) {
    // There may be ten thousand: hashed are only those of that fault and moment.
    if (id.startsWith(onsetOf(each)) && idOf(each) === id) return each;
  }
  return undefined;
}

/** The open and ended cases of one session. */
export function faultsOfSession({ cases }: FaultSource, session: string): Case[] {
  return [...casesOf(cases, 'all')].filter(({ kind, ref }) => kind === 'session' && ref === session);
}

/** A case as lists tell it. */
export function faultCaseOf(each: Case): FaultCase {
  const { fault, kind, ref, vantage, target, family, because, since, openedAt, renewedAt, closedAt } = each;
  return {
    id: idOf(each),
    fault: fault.id,
    title: fault.title,
    side: fault.side,
    severity: fault.severity,
    kind,
    ref,
    vantage,
    target,
    family,
    state: closedAt === 0 ? 'open' : 'ended',
    since,
    foundAt: openedAt,
    lastSeenAt: renewedAt,
    endedAt: closedAt,
    because,
  };
}

/** The same while the case lasts and after; another for the next case of the same fault and subject. */
function idOf(each: Case): string {
  const subject = createHash('sha256').update(`${each.kind} ${each.ref}`).digest('hex').slice(0, 8);
  return onsetOf(each) + subject;
}

function onsetOf({ fault, openedAt }: Case): string {
  return `${fault.id}.${Math.round(openedAt).toString(36)}.`;
}

function* casesOf(cases: FaultSource['cases'], state: FaultQuery['state']): Iterable<Case> {
  if (state !== 'ended') yield* cases.open();
  if (state !== 'open') yield* cases.closed();
}

function meantBy({ fault, side, target, client, vantage, q }: FaultQuery): (each: Case) => boolean {
  const text = q?.trim().toLowerCase() ?? '';
  return (each) =>
    (fault === undefined || each.fault.id === fault) &&
    (side === undefined || each.fault.side === side) &&
    (target === undefined || each.target === target) &&
    (client === undefined || each.family === client) &&
    (vantage === undefined || each.vantage === vantage) &&
    (text === '' || wordsOf(each).toLowerCase().includes(text));
}

function wordsOf({ fault, ref, target, family, because }: Case): string {
  return `${fault.id} ${fault.title} ${ref} ${target} ${family} ${because}`;
}
