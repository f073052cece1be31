import {
  ADDRESS_STATES,
  errorTypeOf,
  isInitialize,
  type ConnectionChange,
  type ErrorType,
  type Exchange,
  type Operation,
  type Stage,
  type StreamOpened,
  type Refusal,
  type UpstreamChange,
} from '../exchange/index.ts';
import type { Case } from '../faults/index.ts';
import {
  estimatedIdleLimit,
  isFoundDead,
  type Change,
  type Eviction,
  type FailedCall,
  type Recovery,
  type Session,
  type SessionTable,
} from '../session/index.ts';
import type { Counts } from './counts.ts';
import { statusLabelOf, type EndReason, type Store } from './labels.ts';
import { metrics } from './metrics.ts';
import type { Sinks } from './sink.ts';

/** Turns what happened into counts: the only place where a metric is recorded. */
export interface Tally {
  operation(operation: Operation): void;
  exchange(exchange: Exchange, change: Change): void;
  probed(exchange: Exchange): void;
  streamOpened(stream: StreamOpened): void;
  connection(change: ConnectionChange): void;
  upstream(change: UpstreamChange): void;
  refused(refusal: Refusal): void;
  caseOpened(begun: Case): void;
  caseClosed(ended: Case): void;
  forgotten(eviction: Eviction): void;
  recovered(recovery: Recovery): void;
  callFailed(call: FailedCall): void;
  dropped(store: Store): void;
  failed(stage: Stage): void;
  gauges(table: SessionTable, openCases: number, memory: number): void;
}

/** Makes a {@link Tally} that counts into `counts`, and tells `sinks` what it makes of an exchange. */
export function createTally(counts: Counts, sinks: Pick<Sinks, 'sessionEnded' | 'recovered'>): Tally {
  counts.set(metrics.exporterInfo, 1, '');
  counts.set(metrics.configReloadSuccessful, 1);

  function ended(session: Session, reason: EndReason, at: number): void {
    counts.add(metrics.sessionsEnded, 1, session.vantage, session.target, reason);
    const errorType = reason === 'lost' ? deathToldBy(session) : '';
    sinks.sessionEnded({ session, reason, errorType, endedAt: at });
    if (session.bornAt === 0) return;
    const duration =
      session.vantage === 'client' ? metrics.clientSessionDuration : metrics.serverSessionDuration;
    const life = secondsBetween(session.bornAt, at);
    counts.observe(duration, life, session.target, session.protocolVersion, errorType);
  }

  function begun(before: Session | undefined, session: Session): void {
    if (session.bornAt > 0 && (before?.bornAt ?? 0) === 0) {
      const { vantage, target, family, via, protocolVersion } = session;
      counts.add(metrics.sessionsCreated, 1, vantage, target, family, protocolVersion);
      counts.add(metrics.sessionsVia, 1, vantage, target, via);
    }
  }

  function fate(before: Session | undefined, session: Session, wasLive: boolean): void {
    if (wasLive && session.phase === 'ended') {
      const byStream = session.rare.transport === 'http-sse';
      ended(session, byStream ? 'stream-end' : 'client-delete', session.lastSeenAt);
    }
    if (!isFoundDead(before, session)) return;
    counts.add(metrics.sessionsLost, 1, session.vantage, session.target, session.trouble?.cause ?? 'unknown');
    // A made-up id was never a session: it is lost, and nothing ends.
    if (wasLive && session.phase === 'dead') ended(session, 'lost', before?.lastSeenAt ?? session.lastSeenAt);
  }

  function forgotten({ session, reason, wasLive }: Eviction): void {
    if (reason === 'evicted') counts.add(metrics.observerEvictions, 1, 'sessions');
    if (wasLive) ended(session, reason, session.lastSeenAt);
  }

  function recovered(recovery: Recovery): void {
    const { vantage, target, family, outcome, tookMs } = recovery;
    sinks.recovered(recovery);
    counts.add(metrics.recoveries, 1, vantage, target, family, outcome);
    if (tookMs !== undefined) counts.observe(metrics.recoverySeconds, tookMs / 1000, vantage, target, family);
  }

  function callFailed({ vantage, target, failure, repeated }: FailedCall): void {
    counts.add(metrics.callsFailed, 1, vantage, target, failure, repeated);
  }

  return {
    operation(operation) {
      const { target, method, errorType, protocolVersion, networkTransport } = operation;
      const sent = operation.direction === 'sent';
      const duration = sent ? metrics.clientOperationDuration : metrics.serverOperationDuration;
      const tool = method === 'tools/call' ? (operation.call?.name ?? 'other') : '';
      const seconds = secondsBetween(operation.startedAt, operation.endedAt);
      counts.observe(duration, seconds, target, method, errorType, tool, protocolVersion, networkTransport);
    },
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
      if (isInitialize(exchange)) counts.add(metrics.initializes, 1, vantage, target);
      if (exchange.stream !== undefined) {
        const { kind, openedAt } = exchange.stream;
        counts.add(metrics.streamsOpen, -1, vantage, target, kind);
        const seconds = secondsBetween(openedAt, exchange.endedAt);
        counts.observe(metrics.streamDuration, seconds, vantage, target, kind, exchange.ending);
      }
      if (change.session !== undefined) {
        begun(change.before, change.session);
        fate(change.before, change.session, change.wasLive);
      }
      for (const { before, session, wasLive } of change.settled) {
        fate(before, session, wasLive);
      }
      for (const eviction of change.evicted) forgotten(eviction);
      for (const recovery of change.recoveries) recovered(recovery);
      for (const call of change.failedCalls) callFailed(call);
      if (change.evictedClient !== undefined) counts.add(metrics.observerEvictions, 1, 'clients');
    },
    probed: ({ vantage, target }) => counts.add(metrics.observerProbeRequests, 1, vantage, target),
    streamOpened({ vantage, target, kind }) {
      counts.add(metrics.streamsOpened, 1, vantage, target, kind);
      counts.add(metrics.streamsOpen, 1, vantage, target, kind);
    },
    connection({ vantage, target, change }) {
      counts.add(metrics.connectionsOpen, change === 'opened' ? 1 : -1, vantage, target);
      if (change === 'opened') counts.add(metrics.connectionsOpened, 1, vantage, target);
    },
    upstream({ target, error, addresses }) {
      if (error !== undefined) counts.add(metrics.proxyUpstreamErrors, 1, target, error);
      for (const state of ADDRESS_STATES)
        counts.set(metrics.proxyUpstreamAddresses, addresses[state], target, state);
    },
    refused: (refusal) => counts.add(metrics.proxyRefusals, 1, refusal),
    caseOpened({ fault, vantage, target, family }) {
      counts.add(metrics.faults, 1, vantage, target, fault.id, fault.side);
      counts.add(metrics.faultsActive, 1, vantage, target, fault.id, fault.side);
      counts.add(metrics.clientFaults, 1, family, fault.id);
    },
    caseClosed({ fault, vantage, target }) {
      counts.add(metrics.faultsActive, -1, vantage, target, fault.id, fault.side);
    },
    forgotten,
    recovered,
    callFailed,
    dropped: (store) => counts.add(metrics.observerEvictions, 1, store),
    failed: (stage) => counts.add(metrics.observerErrors, 1, stage),
    gauges(table, openCases, memory) {
      counts.clear(metrics.sessionsActive);
      counts.clear(metrics.sessionsIdle);
      for (const { vantage, target, family, awake, idle, clients } of table.cohorts()) {
        counts.set(metrics.clientsActive, clients, vantage, target, family);
        counts.add(metrics.sessionsActive, awake + idle, vantage, target);
        counts.add(metrics.sessionsIdle, idle, vantage, target);
        const limitMs = estimatedIdleLimit(table.target(vantage, target));
        counts.set(metrics.sessionIdleLimit, limitMs / 1000, vantage, target);
      }
      counts.set(metrics.observerEntries, table.sizes.sessions, 'sessions');
      counts.set(metrics.observerEntries, table.sizes.clients, 'clients');
      counts.set(metrics.observerEntries, openCases, 'cases');
      counts.set(metrics.processMemory, memory);
    },
  };
}

/** How a lost session failed: by the status that told its death. */
function deathToldBy({ trouble }: Session): ErrorType {
  if (trouble === undefined || (trouble.toldAt === 0 && trouble.wrongStatus === 0)) return '_OTHER';
  return errorTypeOf(trouble.toldAt === 0 ? trouble.wrongStatus : 404);
}

/** Never negative, for a clock may be set back. */
function secondsBetween(from: number, to: number): number {
  return Math.max(0, to - from) / 1000;
}
