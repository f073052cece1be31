import type { Observer } from '../../observer.ts';
import { birthOf, clientRef, stepOf, type Session, type Step } from '../../session/index.ts';
import { evidenceOf, stepShown } from '../evidence.ts';
import { causeOf } from '../fault-groups.ts';
import type { EvidenceStep } from '../status-model.ts';
import type { ClientVersions } from './client-versions.ts';
import { faultCaseOf, faultsOfSession } from './faults.ts';
import { pageOf, type Order } from './page-of.ts';
import type { SessionQuery } from './queries.ts';
import type { SessionDetail, SessionEntry, SessionPage } from './schemas.ts';
import { isWhole, type Timelines } from './timelines.ts';

/** What sessions are read from. */
export type SessionSource = Pick<Observer, 'cases' | 'sessions'>;

const LATEST_FIRST: Order<Session> = {
  timeOf: ({ lastSeenAt }) => lastSeenAt,
  nameOf: ({ ref }) => ref,
};

/** A page of the sessions that are asked for, the one seen last first. */
export function sessionsOf(source: SessionSource, query: SessionQuery): SessionPage {
  const { sessions } = source;
  const atFault = sessionsAtFault(source);
  const isMeant = meantBy(query, atFault, sessions);
  function* meant(): Iterable<Session> {
    for (const session of sessions.sessions()) if (isMeant(session)) yield session;
  }
  const { items, total, next } = pageOf(meant(), LATEST_FIRST, query);
  return {
    sessions: items.map((session) => entryOf(session, source, atFault.has(session.ref))),
    total,
    next,
    choices: choicesOf(sessions),
  };
}

/** What one session is told from. */
export interface SessionDetailSources {
  readonly observer: SessionSource;
  readonly timelines: Pick<Timelines, 'of'>;
  readonly versions: Pick<ClientVersions, 'of'>;
}

/** One session with its timeline; undefined when it is not known, or no longer. */
export function sessionOf(
  { observer: source, timelines, versions }: SessionDetailSources,
  ref: string,
): SessionDetail | undefined {
  const session = source.sessions.session(ref);
  if (session === undefined) return undefined;
  const { client, initialized, lastOkAt, trouble } = session;
  const cases = faultsOfSession(source, ref);
  const isOpen = cases.some(({ closedAt }) => closedAt === 0);
  const breaking = cases.flatMap(evidenceOf).filter(({ breaksRule }) => breaksRule);
  return {
    ...entryOf(session, source, isOpen),
    client,
    clientVersion: versions.of(clientRef(session)) ?? null,
    initialized,
    lastOkAt,
    diedAt: trouble?.diedAt ?? 0,
    successor: trouble?.successor ?? null,
    faults: cases.map(faultCaseOf),
    ...timelineOf(session, timelines, breaking),
  };
}

/** Its exchanges; when they are no longer kept, what the session itself remembers of them. */
function timelineOf(
  session: Session,
  timelines: Pick<Timelines, 'of'>,
  breaking: readonly EvidenceStep[],
): Pick<SessionDetail, 'timeline' | 'timelineAbridged'> {
  const kept = timelines.of(session.ref);
  const steps = kept?.exchanges.map(stepOf) ?? session.trouble?.trail ?? birthOf(session);
  const breaksRule = (step: Step): boolean =>
    breaking.some(
      ({ at, httpMethod, status }) =>
        at === step.at && httpMethod === step.httpMethod && status === step.status,
    );
  return {
    timeline: steps.map((step) => stepShown(step, breaksRule(step))).toSorted((a, b) => a.at - b.at),
    timelineAbridged: kept === undefined || !isWhole(kept, session),
  };
}

function sessionsAtFault({ cases }: SessionSource): ReadonlySet<string> {
  const refs = new Set<string>();
  for (const { kind, ref } of cases.open()) if (kind === 'session') refs.add(ref);
  return refs;
}

function entryOf(session: Session, { sessions }: SessionSource, atFault: boolean): SessionEntry {
  const { ref, vantage, target, family, via, protocolVersion, phase, bornAt, lastSeenAt, requests, rare } =
    session;
  return {
    ref,
    vantage,
    target,
    family,
    via,
    protocolVersion,
    transport: rare.transport,
    phase,
    cause: causeOf(session),
    atFault,
    bornAt,
    lastSeenAt,
    requests,
    openStreams: sessions.openStreams(ref),
  };
}

function meantBy(
  { phase, atFault, listening, target, client, vantage, q }: SessionQuery,
  refsAtFault: ReadonlySet<string>,
  sessions: SessionSource['sessions'],
): (session: Session) => boolean {
  const text = q?.trim().toLowerCase() ?? '';
  return (session) =>
    (phase === undefined || session.phase === phase) &&
    (target === undefined || session.target === target) &&
    (client === undefined || session.family === client) &&
    (vantage === undefined || session.vantage === vantage) &&
    (atFault === undefined || refsAtFault.has(session.ref) === atFault) &&
    (listening === undefined || sessions.openStreams(session.ref) > 0 === listening) &&
    (text === '' || wordsOf(session).includes(text));
}

function wordsOf({ ref, client, target, family, via }: Session): string {
  return `${ref} ${client} ${target} ${family} ${via}`.toLowerCase();
}

function choicesOf(sessions: SessionSource['sessions']): SessionPage['choices'] {
  const cohorts = [...sessions.cohorts()];
  const distinct = (values: readonly string[]): string[] => [...new Set(values)].toSorted();
  return {
    targets: distinct(cohorts.map(({ target }) => target)),
    clients: distinct(cohorts.map(({ family }) => family)),
    vantages: distinct(cohorts.map(({ vantage }) => vantage)),
  };
}
