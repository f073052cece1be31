import {
  opensSession,
  type ConnectionChange,
  type Exchange,
  type Stage,
  type StreamOpened,
} from '../exchange/index.ts';
import type { Case } from '../faults/index.ts';
import { isProved, type Change, type Eviction, type Session, type SessionTable } from '../session/index.ts';
import type { Counts } from './counts.ts';
import { statusLabelOf, type RecoveryOutcome, type Store } from './labels.ts';
import { metrics } from './metrics.ts';

/** Turns what happened into counts: the only place where a metric is recorded. */
export interface Tally {
  exchange(exchange: Exchange, change: Change): void;
  streamOpened(stream: StreamOpened): void;
  connection(change: ConnectionChange): void;
  caseOpened(begun: Case): void;
  caseClosed(ended: Case): void;
  forgotten(eviction: Eviction): void;
  dropped(store: Store): void;
  failed(stage: Stage): void;
  gauges(table: SessionTable, openCases: number): void;
}

/** Makes a {@link Tally} that counts into `counts`. */
export function createTally(counts: Counts): Tally {
  counts.set(metrics.exporterInfo, 1, '');

  function ended(session: Session, reason: 'client-delete' | 'lost' | 'idle' | 'evicted', at: number): void {
    counts.add(metrics.sessionsEnded, 1, session.vantage, session.target, reason);
    if (session.bornAt === 0 || session.vantage === 'client') return;
    const life = Math.max(0, at - session.bornAt) / 1000;
    counts.observe(metrics.serverSessionDuration, life, session.target, session.protocolVersion);
  }

  function begun(exchange: Exchange, before: Session | undefined, session: Session): void {
    if (session.bornAt > 0 && before === undefined && opensSession(exchange)) {
      const { vantage, target, family, protocolVersion } = session;
      counts.add(metrics.sessionsCreated, 1, vantage, target, family, protocolVersion);
    }
  }

  function fate(before: Session | undefined, session: Session): void {
    const known = before !== undefined && before.phase === 'live' && isProved(before);
    if (known && session.phase === 'ended') ended(session, 'client-delete', session.lastSeenAt);
    const died =
      session.trouble !== undefined && session.trouble.diedAt > 0 && (before?.trouble?.diedAt ?? 0) === 0;
    if (!died) return;
    counts.add(metrics.sessionsLost, 1, session.vantage, session.target, session.trouble.cause);
    // A made-up id was never a session: it is lost, and nothing ends.
    if (known && session.phase === 'dead') ended(session, 'lost', before.lastSeenAt);
  }

  function forgotten({ session, reason }: Eviction): void {
    if (reason === 'evicted') counts.add(metrics.observerEvictions, 1, 'sessions');
    if (session.phase === 'live' && isProved(session)) ended(session, reason, session.lastSeenAt);
  }

  function recovered(session: Session): void {
    counts.add(metrics.recoveries, 1, session.vantage, session.target, session.family, 'reinitialized');
    const { recoveredAt, diedAt } = session.trouble ?? NEVER;
    counts.observe(metrics.recoverySeconds, (recoveredAt - diedAt) / 1000, session.vantage, session.target);
  }

  return {
    exchange(exchange, change) {
      const { vantage, target, era, protocolVersion, family, httpMethod, status } = exchange;
      counts.add(metrics.observerExchanges, 1, vantage);
      counts.add(
        metrics.requests,
        1,
        vantage,
        target,
        era,
        protocolVersion,
        change.session?.family ?? family,
      );
      counts.add(
        metrics.httpResponses,
        1,
        vantage,
        target,
        httpMethod,
        statusLabelOf(status),
        change.meaning,
      );
      if (exchange.stream !== undefined) {
        const { kind, openedAt } = exchange.stream;
        counts.add(metrics.streamsOpen, -1, vantage, target, kind);
        const seconds = (exchange.endedAt - openedAt) / 1000;
        counts.observe(metrics.streamDuration, seconds, vantage, target, kind, exchange.ending);
      }
      if (change.session !== undefined) {
        begun(exchange, change.before, change.session);
        fate(change.before, change.session);
      }
      for (const { before, session } of change.settled) {
        fate(before, session);
        recovered(session);
      }
      for (const eviction of change.evicted) forgotten(eviction);
      if (change.evictedClient !== undefined) counts.add(metrics.observerEvictions, 1, 'clients');
    },
    streamOpened({ vantage, target, kind }) {
      counts.add(metrics.streamsOpened, 1, vantage, target, kind);
      counts.add(metrics.streamsOpen, 1, vantage, target, kind);
    },
    connection({ vantage, target, change }) {
      counts.add(metrics.connectionsOpen, change === 'opened' ? 1 : -1, vantage, target);
      if (change === 'opened') counts.add(metrics.connectionsOpened, 1, vantage, target);
    },
    caseOpened({ fault, vantage, target, family }) {
      counts.add(metrics.faults, 1, vantage, target, fault.id, fault.side);
      counts.add(metrics.faultsActive, 1, vantage, target, fault.id, fault.side);
      counts.add(metrics.clientFaults, 1, family, fault.id);
      const outcome = FAILED_RECOVERIES[fault.id];
      if (outcome !== undefined) counts.add(metrics.recoveries, 1, vantage, target, family, outcome);
    },
    caseClosed({ fault, vantage, target }) {
      counts.add(metrics.faultsActive, -1, vantage, target, fault.id, fault.side);
    },
    forgotten,
    dropped: (store) => counts.add(metrics.observerEvictions, 1, store),
    failed: (stage) => counts.add(metrics.observerErrors, 1, stage),
    gauges(table, openCases) {
      counts.clear(metrics.sessionsActive);
      counts.clear(metrics.sessionsIdle);
      for (const { vantage, target, awake, idle } of table.cohorts()) {
        counts.add(metrics.sessionsActive, awake + idle, vantage, target);
        counts.add(metrics.sessionsIdle, idle, vantage, target);
      }
      counts.set(metrics.observerEntries, table.sizes.sessions, 'sessions');
      counts.set(metrics.observerEntries, table.sizes.clients, 'clients');
      counts.set(metrics.observerEntries, openCases, 'cases');
    },
  };
}

const NEVER = { recoveredAt: 0, diedAt: 0 };

/** What a fault says about the recovery that did not come. */
const FAILED_RECOVERIES: Readonly<Record<string, RecoveryOutcome>> = {
  'client-no-reinit': 'gave-up',
  'client-reuses-dead-session': 'reused-dead-id',
  'client-headerless-after-404': 'headerless',
};
