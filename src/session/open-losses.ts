import {
  isInitialize,
  opensSession,
  type ClientFamily,
  type Exchange,
  type Reference,
  type Vantage,
} from '../exchange/index.ts';
import { createAgenda } from './agenda.ts';
import type { Client } from './client.ts';
import type { Eviction } from './generations.ts';
import type { Session } from './session.ts';

/**
 * What became of a lost session; each has exactly one. `reinitialized`: its client began a new one in time.
 * `served-again`: the id was accepted after all. `reused-dead-id` and `headerless`: told by a 404, its client went
 * on with the id, or without any. `untold`: it went on, and had been told in some other way than by a 404.
 * `refused`: it tried to begin anew, and never could. `not-seen-again`: it asked for nothing more.
 */
export const RECOVERY_OUTCOMES = [
  'reinitialized',
  'served-again',
  'reused-dead-id',
  'headerless',
  'untold',
  'refused',
  'not-seen-again',
] as const;

/** See {@link RECOVERY_OUTCOMES}. */
export type RecoveryOutcome = (typeof RECOVERY_OUTCOMES)[number];

/** Those that a client answers for: told by a 404, it was its turn to begin anew. */
export const CLIENTS_TURN: readonly RecoveryOutcome[] = ['reinitialized', 'reused-dead-id', 'headerless'];

/** How a loss was settled. */
export interface Recovery {
  readonly vantage: Vantage;
  readonly target: string;
  readonly family: ClientFamily;
  /** Whose loss it was: see `clientRef`. */
  readonly client: string;
  readonly outcome: RecoveryOutcome;
  /** How long the client was without a session while it needed one; undefined unless it began a new one. */
  readonly tookMs: number | undefined;
}

/** What {@link OpenLosses} reads of a change. */
export interface LossChange {
  readonly before: Session | undefined;
  readonly session: Session | undefined;
  readonly clientBefore: Client | undefined;
  readonly client: Client;
  readonly settled: readonly { readonly before: Session; readonly session: Session }[];
}

/** The lost sessions of which it is not yet known what becomes of them. */
export interface OpenLosses {
  /** Takes in an exchange, and the sessions that were forgotten with it; answers what it settled. */
  note(exchange: Exchange, change: LossChange, forgotten: readonly Eviction[]): readonly Recovery[];
  /** Settles what time has decided, and what is no longer known. */
  pass(now: number, forgotten: readonly Eviction[]): readonly Recovery[];
  readonly size: number;
}

/** A lost session until it is settled. Immutable. */
interface Loss {
  readonly ref: Reference;
  readonly of: Pick<Session, 'vantage' | 'target' | 'family'>;
  readonly client: string;
  /** When the client was told by the book, with a 404 to a POST; 0 before. */
  readonly toldAt: number;
  /** From when its client is timed: the loss or, when it was silent for long after that, its next request. */
  readonly since: number;
  /** What its outcome is if nothing better comes; undefined while its client asks for nothing. */
  readonly failing: RecoveryOutcome | undefined;
}

const NOTHING: readonly Recovery[] = Object.freeze([]);

/** Whether the session has just been found dead, in whatever way that was told. */
export function isFoundDead(before: Session | undefined, session: Session): boolean {
  return (session.trouble?.diedAt ?? 0) > 0 && (before?.trouble?.diedAt ?? 0) === 0;
}

/**
 * Makes empty {@link OpenLosses}. A client has `recoveryMs` to begin anew, from the loss or, if it was silent for
 * longer than that, from its next request. One handshake makes good one loss, the client's latest.
 */
export function createOpenLosses(recoveryMs: number, limit: number): OpenLosses {
  const open = new Map<Reference, Loss>();
  const ofClient = new Map<string, Reference[]>();
  const deadlines = createAgenda<Reference>(limit);
  let settled: Recovery[] = [];

  function begin(session: Session, client: string): void {
    const refs = ofClient.get(client) ?? [];
    const { ref, vantage, target, family, trouble } = session;
    const { diedAt = 0, toldAt = 0 } = trouble ?? {};
    open.set(ref, {
      ref,
      of: { vantage, target, family },
      client,
      toldAt,
      since: diedAt,
      failing: undefined,
    });
    refs.push(ref);
    const bound = 2 * open.size + 16;
    ofClient.set(
      client,
      refs.length > bound ? refs.filter((each) => open.get(each)?.client === client) : refs,
    );
  }

  function settle(loss: Loss, outcome: RecoveryOutcome, at?: number): void {
    open.delete(loss.ref);
    settled.push({
      ...loss.of,
      client: loss.client,
      outcome,
      tookMs: at === undefined ? undefined : Math.max(0, at - loss.since),
    });
    latestOf(loss.client);
  }

  /** The client's latest loss that is open; what is settled is dropped on the way. */
  function latestOf(client: string): Loss | undefined {
    const refs = ofClient.get(client) ?? [];
    for (let ref = refs.at(-1); ref !== undefined; ref = refs.at(-1)) {
      const loss = open.get(ref);
      if (loss?.client === client) return loss;
      refs.pop();
    }
    ofClient.delete(client);
    return undefined;
  }

  /** A client that was silent until now is lazy, and is timed from here. */
  function timed(loss: Loss, startedAt: number): Loss {
    const lazy = loss.failing === undefined && startedAt - loss.since > recoveryMs;
    return lazy ? { ...loss, since: startedAt } : loss;
  }

  function goOn(loss: Loss | undefined, how: 'reused-dead-id' | 'headerless', { startedAt }: Exchange): void {
    if (loss === undefined || startedAt < loss.since) return;
    const told = loss.toldAt > 0 && startedAt >= loss.toldAt;
    const failed = { ...timed(loss, startedAt), failing: told ? how : 'untold' } as const;
    open.set(loss.ref, failed);
    deadlines.add(loss.ref, failed.since + recoveryMs);
  }

  /** Whoever tries to begin anew, and is refused, is held to no time: it is the server that fails. */
  function tryAgain(loss: Loss | undefined, { startedAt }: Exchange): void {
    if (loss === undefined || startedAt < loss.since) return;
    open.set(loss.ref, { ...timed(loss, startedAt), failing: 'refused' });
  }

  function settleDue(now: number): void {
    if (deadlines.size === 0) return;
    for (const ref of deadlines.due(now)) {
      const loss = open.get(ref);
      if (loss?.failing === undefined || loss.failing === 'refused') continue;
      if (now >= loss.since + recoveryMs) settle(loss, loss.failing);
      else deadlines.add(ref, loss.since + recoveryMs);
    }
  }

  function follow(exchange: Exchange, { session, clientBefore, client }: LossChange): void {
    const own = session === undefined ? undefined : open.get(session.ref);
    if (opensSession(exchange)) {
      const loss = own ?? latestOf(client.ref);
      if (loss !== undefined && exchange.endedAt >= loss.since)
        settle(timed(loss, exchange.startedAt), 'reinitialized', exchange.endedAt);
    } else if (own !== undefined && session?.phase === 'live') {
      settle(own, 'served-again');
    } else if (own !== undefined && exchange.httpMethod === 'POST') {
      goOn({ ...own, toldAt: session?.trouble?.toldAt ?? 0 }, 'reused-dead-id', exchange);
    } else if (exchange.sessionSent === undefined && isInitialize(exchange)) {
      tryAgain(latestOf(client.ref), exchange);
    } else if (client.headerless !== undefined && client.headerless !== clientBefore?.headerless) {
      goOn(latestOf(client.ref), 'headerless', exchange);
    }
  }

  function forget(forgotten: readonly Eviction[]): void {
    for (const { session } of forgotten) {
      const loss = open.get(session.ref);
      if (loss !== undefined) settle(loss, loss.failing ?? 'not-seen-again');
    }
  }

  function taken(): readonly Recovery[] {
    if (settled.length === 0) return NOTHING;
    const recoveries = settled;
    settled = [];
    return recoveries;
  }

  return {
    note(exchange, change, forgotten) {
      const { before, session, client } = change;
      settleDue(exchange.endedAt);
      const lost = session !== undefined && isFoundDead(before, session);
      for (const each of change.settled)
        if (isFoundDead(each.before, each.session)) begin(each.session, client.ref);
      if (lost) begin(session, client.ref);
      else if (open.size > 0) follow(exchange, change);
      forget(forgotten);
      return taken();
    },
    pass(now, forgotten) {
      settleDue(now);
      forget(forgotten);
      return taken();
    },
    get size() {
      return open.size;
    },
  };
}
