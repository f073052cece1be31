import {
  beginsAnew,
  meaningOf,
  opensSession,
  sessionOfStream,
  type Exchange,
  type Meaning,
  type Reference,
  type Vantage,
} from '../exchange/index.ts';
import { advanceClient, withLoss, withRecovery, type Client } from './client.ts';
import {
  advanceSession,
  bornSession,
  isAuthProof,
  proveAuthMasked,
  recoverSession,
  straySession,
} from './advance-session.ts';
import { bornLate } from './birth.ts';
import { createClientTable } from './client-table.ts';
import { createCohorts } from './cohort-table.ts';
import type { Cohort } from './cohort.ts';
import { createFailedCalls, type FailedCall } from './failed-calls.ts';
import { createGenerations, type Eviction } from './generations.ts';
import { bornOnStream, endedWithStream, isFirstOnStream } from './http-sse.ts';
import { TABLE_DEFAULTS } from './kept.ts';
import { NO_ODDITIES, type Oddities, type Oddity } from './oddity.ts';
import { createOpenLosses, type Recovery } from './open-losses.ts';
import type { Session } from './session.ts';
import { tableThresholds } from './table-thresholds.ts';
import { causeOfDeath, newTarget, withDeath, withRest, type Target } from './target.ts';
import { limitsOf, type Overrides } from './threshold.ts';

/** How much a {@link SessionTable} remembers, and by what it decides; times in milliseconds. */
export interface TableOptions {
  /** Sessions remembered. Default 100,000. Past it the least telling one is forgotten, and counted. */
  readonly sessionLimit?: number;
  /** Clients remembered. Default 10,000. */
  readonly clientLimit?: number;
  /** An idle session is forgotten after this long. Default 24 hours. */
  readonly forgetAfterMs?: number;
  /** When the watch began, ms since the epoch. Default 0: long ago. */
  readonly watchedSince?: number;
  /** Other values for {@link tableThresholds}, by name. */
  readonly thresholds?: Overrides<typeof tableThresholds>;
}

/** What one exchange changed. */
export interface Change {
  readonly meaning: Meaning;
  /** The session named by the request, or given by the answer; undefined for traffic without one. */
  readonly before: Session | undefined;
  readonly session: Session | undefined;
  /** Whether the session was counted among the live ones before. */
  readonly wasLive: boolean;
  /** What was known of the client before. */
  readonly clientBefore: Client | undefined;
  readonly client: Client;
  /** Other sessions that the exchange settled: the ones its client has replaced by a new one. */
  readonly settled: readonly Settled[];
  /** Sessions, and the client, given up for lack of room. */
  readonly evicted: readonly Eviction[];
  readonly evictedClient: Client | undefined;
  /** Lost sessions of which it is now known what became of them. */
  readonly recoveries: readonly Recovery[];
  /** Calls that failed, of which it is now known whether their client made them again. */
  readonly failedCalls: readonly FailedCall[];
}

/** A lost session before and after its client began anew. */
export interface Settled {
  readonly before: Session;
  readonly session: Session;
  readonly wasLive: boolean;
}

/** What the passing of time changed. */
export interface Passing {
  readonly cohorts: readonly Cohort[];
  readonly forgotten: readonly Eviction[];
  readonly recoveries: readonly Recovery[];
  readonly failedCalls: readonly FailedCall[];
}

/** Everything known of sessions, clients and cohorts, within fixed bounds. */
export interface SessionTable {
  /** Takes in an exchange. */
  apply(exchange: Exchange): Change;
  /** A stream of the session was opened (1) or closed (-1). */
  holdStream(session: Reference, by: 1 | -1): void;
  /** Lets time pass: sessions become idle, and are forgotten. */
  advanceTime(now: number): Passing;
  readonly session: (ref: Reference) => Session | undefined;
  readonly client: (ref: Reference) => Client | undefined;
  readonly cohort: (ref: string) => Cohort | undefined;
  readonly sessions: () => Iterable<Session>;
  readonly idleSessions: () => Iterable<Session>;
  readonly cohorts: () => Iterable<Cohort>;
  readonly listeners: () => Iterable<Session>;
  /** Whether streams of the session are open, and how many. */
  readonly isListening: (ref: Reference) => boolean;
  readonly openStreams: (ref: Reference) => number;
  readonly target: (vantage: Vantage, name: string) => Target;
  readonly sizes: { readonly sessions: number; readonly clients: number };
}

/**
 * Makes an empty {@link SessionTable}. It holds no clock and no timer: time comes with the exchanges. Throws a
 * RangeError for thresholds that do not exist.
 */
export function createSessionTable(options: TableOptions = {}): SessionTable {
  const { sessionLimit, clientLimit, forgetAfterMs, watchedSince = 0 } = { ...TABLE_DEFAULTS, ...options };
  const limits = limitsOf(tableThresholds, options.thresholds, 'table.thresholds');
  const targets = new Map<string, Target>();
  let latest = newTarget('server', '', watchedSince, limits);
  const cohorts = createCohorts(limits.halfLifeMs);
  const clients = createClientTable({
    limit: clientLimit,
    activeMs: limits.activeMs,
    counted: cohorts.clientCounted,
  });
  const losses = createOpenLosses(limits.recoveryMs, sessionLimit);
  const failedCalls = createFailedCalls(limits.repeatMs);
  const sessions = createGenerations({
    limit: sessionLimit,
    idleAfterMs: limits.idleAfterMs,
    forgetAfterMs,
    provedAfter: limits.provedAfter,
    moved: cohorts.moved,
  });

  function advance(exchange: Exchange, meaning: Meaning): Pick<Change, 'before' | 'session'> {
    const sent = exchange.sessionSent;
    if (sent !== undefined) {
      const before = sessions.get(sent);
      const next = isFirstOnStream(before, exchange, meaning, sessions.isListening(sent))
        ? bornOnStream(exchange, meaning, limits)
        : advanceSession(before, exchange, meaning, limits);
      const session = understand(before, next, exchange.endedAt);
      sessions.put(session);
      return { before, session };
    }
    const own = sessionOfStream(exchange);
    if (own !== undefined) {
      const before = sessions.get(own);
      if (before === undefined) return NO_SESSION;
      const session = endedWithStream(before, exchange);
      sessions.put(session);
      return { before, session };
    }
    if (exchange.sessionGiven === undefined) return NO_SESSION;
    if (!opensSession(exchange)) {
      const known = sessions.get(exchange.sessionGiven);
      if (known === undefined) sessions.put(straySession(exchange.sessionGiven, exchange));
      return NO_SESSION;
    }
    const before = sessions.get(exchange.sessionGiven);
    const session =
      before === undefined ? bornSession(exchange.sessionGiven, exchange) : bornLate(before, exchange);
    if (session !== before) sessions.put(session);
    return { before, session };
  }

  function target(vantage: Vantage, name: string): Target {
    // Mostly it is the one asked for just before: comparing is cheaper than making its key.
    if (latest.vantage !== vantage || latest.name !== name) {
      latest = targets.get(`${vantage} ${name}`) ?? newTarget(vantage, name, watchedSince, limits);
    }
    return latest;
  }

  function putTarget(next: Target): void {
    targets.set(`${next.vantage} ${next.name}`, next);
    latest = next;
  }

  /** Sees a session in the light of its target: how long it may rest, and why it died. */
  function understand(before: Session | undefined, session: Session, at: number): Session {
    const around = target(session.vantage, session.target);
    const { trouble } = session;
    if (trouble === undefined || trouble.diedAt === 0) {
      const rested = before === undefined ? around : withRest(around, before, session);
      if (rested !== around) putTarget(rested);
      return session;
    }
    if ((before?.trouble?.diedAt ?? 0) > 0) {
      const flipped =
        session.rare.oddities !== before?.rare.oddities && session.rare.oddities.at(-1)?.kind === 'flip';
      return flipped ? { ...session, trouble: { ...trouble, cause: 'other-replica' } } : session;
    }
    const living = cohorts.liveAt(session.vantage, session.target);
    const cause = causeOfDeath(session, around, living, at);
    const found = {
      ...session,
      trouble: { ...trouble, cause, listening: sessions.isListening(session.ref) },
    };
    putTarget(withDeath(around, before, found, living, at));
    return found;
  }

  /** A successful handshake makes good what its client had lost, and shows its credential to be valid. */
  function settle(client: Client, exchange: Exchange): Settled[] {
    const settled: Settled[] = [];
    for (const lost of client.lost) {
      const before = sessions.get(lost);
      if (before === undefined) continue;
      const proved = isAuthProof(before, exchange, limits.authProofMs)
        ? proveAuthMasked(before, exchange)
        : before;
      // A refusal that nothing proved to hide a death was about something else.
      if (proved.trouble === undefined || proved.trouble.diedAt === 0) continue;
      settled.push({
        before,
        session: recoverSession(proved, exchange),
        wasLive: sessions.isLive(before),
      });
    }
    for (const { session } of settled) sessions.put(session);
    return settled;
  }

  return {
    apply(exchange) {
      const meaning = meaningOf(exchange);
      const { before, session } = advance(exchange, meaning);
      const known = clients.of(exchange);
      let client = advanceClient(known, exchange, meaning, limits);
      if (session !== undefined && isNewLoss(before, session))
        client = withLoss(client, session.ref, exchange.endedAt);
      let settled: readonly Settled[] = NOTHING;
      if (beginsAnew(exchange)) {
        settled = client.lost.length === 0 ? NOTHING : settle(client, exchange);
        client = withRecovery(client);
      }
      const evictedClient = clients.put(client);
      if (session !== undefined) cohorts.count(before, session);
      const former = known?.oddities ?? NO_ODDITIES;
      cohorts.note(
        exchange,
        client.oddities === former ? NO_ODDITIES : client.oddities.filter(isNewTo(former)),
      );
      const evicted = sessions.evict();
      for (const { session: gone } of evicted)
        putTarget({ ...target(gone.vantage, gone.target), crowdedAt: exchange.endedAt });
      const changed = { before, session, clientBefore: known, client, settled };
      return {
        meaning,
        before,
        session,
        wasLive: before !== undefined && sessions.isLive(before),
        clientBefore: known,
        client,
        settled,
        evicted,
        evictedClient,
        recoveries: losses.note(exchange, changed, evicted),
        failedCalls: failedCalls.note(exchange, client.ref),
      };
    },
    holdStream: (session, by) => sessions.holdStream(session, by),
    advanceTime(now) {
      const forgotten = sessions.age(now);
      clients.age(now);
      return {
        cohorts: cohorts.changedSince(now),
        forgotten,
        recoveries: losses.pass(now, forgotten),
        failedCalls: failedCalls.pass(now),
      };
    },
    session: sessions.get,
    client: clients.get,
    cohort: cohorts.get,
    sessions: sessions.all,
    idleSessions: sessions.idle,
    cohorts: cohorts.all,
    listeners: sessions.listeners,
    isListening: sessions.isListening,
    openStreams: sessions.openStreams,
    target,
    get sizes() {
      return { sessions: sessions.size, clients: clients.size };
    },
  };
}

const NOTHING: readonly Settled[] = [];

const NO_SESSION = Object.freeze({ before: undefined, session: undefined });

function isNewTo(former: Oddities): (oddity: Oddity) => boolean {
  return (oddity) => !former.includes(oddity);
}

/** The first time that the session's death, or a refusal of its good credential, came to light. */
function isNewLoss(before: Session | undefined, session: Session): boolean {
  return session.trouble !== undefined && before?.trouble === undefined;
}
