import {
  isInitialize,
  isSuccess,
  sessionBegunBy,
  type ClientFamily,
  type Exchange,
  type Gateway,
  type Meaning,
  type Reference,
  type Vantage,
} from '../exchange/index.ts';
import { callsAfter, type Calls } from './calls.ts';
import { isShortGet, withShortGet } from './short-gets.ts';
import { oddOfClient } from './client-oddities.ts';
import { KEPT } from './kept.ts';
import { NO_ODDITIES, withOddities, type Oddities } from './oddity.ts';
import { pollingAfter, type Polling } from './polling.ts';
import { withTime, type RecentTimes } from './recent-times.ts';
import type { ShortGets } from './session.ts';
import { stepOf, withStep, type Step } from './step.ts';
import { DECLARED_LIMITS, type TableLimits } from './table-thresholds.ts';

/** What is known of one client at one target. Immutable. Times are ms since the epoch, 0 means never. */
export interface Client {
  /** See {@link clientRef}. */
  readonly ref: string;
  /** Who it is, to whatever target it speaks. */
  readonly reference: Reference;
  readonly vantage: Vantage;
  readonly target: string;
  readonly family: ClientFamily;
  /** What stands between it and us; `none` until something names itself. */
  readonly via: Gateway;
  readonly lastSeenAt: number;
  /** When a request of it was last accepted. */
  readonly lastOkAt: number;
  /** When one of the sessionless era was. */
  readonly modernOkAt: number;
  /** When it was first refused with 401 since then. */
  readonly unauthorizedSince: number;
  /** Its last handshakes, oldest first. */
  readonly handshakes: readonly Handshake[];
  /** When sessions of this client were found dead. */
  readonly losses: RecentTimes;
  /** Sessions found dead that it has not replaced yet. */
  readonly lost: readonly Reference[];
  /** Requests without an id, other than a handshake, that were refused for the lack of one. */
  readonly headerless: Headerless | undefined;
  /** Short GETs without a session id. */
  readonly shortGets: ShortGets | undefined;
  readonly polling: Polling | undefined;
  /** Present from the first call that was cut off. */
  readonly calls: Calls | undefined;
  readonly oddities: Oddities;
}

/** One `initialize` and, when it was answered with one, the session it was given. */
export interface Handshake {
  readonly session: Reference | undefined;
  readonly step: Step;
}

/** See {@link Client.headerless}. */
export interface Headerless {
  readonly times: RecentTimes;
  readonly trail: readonly Step[];
}

/**
 * The name of a client in tables: whoever speaks to two servers is one client at each, for a handshake with one
 * makes good nothing that was lost at the other.
 */
export function clientRef({
  vantage,
  target,
  client,
}: Pick<Exchange, 'vantage' | 'target' | 'client'>): string {
  return `${vantage} ${target} ${client}`;
}

/** The next value of a client after one of its exchanges. Pure; never throws. */
export function advanceClient(
  before: Client | undefined,
  exchange: Exchange,
  meaning: Meaning,
  limits: TableLimits = DECLARED_LIMITS,
): Client {
  const client = before ?? newClient(exchange);
  // Written out, not spread: this runs with every exchange.
  return {
    ref: client.ref,
    reference: client.reference,
    vantage: client.vantage,
    target: client.target,
    family: client.family === 'other' ? exchange.family : client.family,
    via: client.via === 'none' ? exchange.via : client.via,
    lastSeenAt: Math.max(client.lastSeenAt, exchange.endedAt),
    handshakes: isInitialize(exchange) ? withHandshake(client, exchange) : client.handshakes,
    modernOkAt:
      isSuccess(exchange) && exchange.era === 'sessionless'
        ? Math.max(client.modernOkAt, exchange.endedAt)
        : client.modernOkAt,
    lastOkAt: isSuccess(exchange) ? Math.max(client.lastOkAt, exchange.endedAt) : client.lastOkAt,
    unauthorizedSince: unauthorizedSince(client, exchange, meaning),
    losses: client.losses,
    lost: client.lost,
    headerless: headerlessAfter(client, exchange, meaning),
    shortGets: shortGetsAfter(client, exchange, limits.shortGetMs),
    polling: pollingAfter(client.polling, exchange, limits.bunchMs),
    calls: callsAfter(client.calls, exchange, meaning),
    oddities: withOddities(client.oddities, oddOfClient(exchange, meaning)),
  };
}

/** A client whose session has just been found dead. */
export function withLoss(client: Client, session: Reference, at: number): Client {
  if (client.lost.includes(session)) return client;
  return {
    ...client,
    losses: withTime(client.losses, at, KEPT.losses),
    lost: [...client.lost.slice(1 - KEPT.lost), session],
  };
}

/** A client that has begun anew: what it had lost is made good. */
export function withRecovery(client: Client): Client {
  return client.lost.length === 0 ? client : { ...client, lost: [] };
}

function newClient(exchange: Exchange): Client {
  return {
    ref: clientRef(exchange),
    reference: exchange.client,
    vantage: exchange.vantage,
    target: exchange.target,
    family: exchange.family,
    via: exchange.via,
    lastSeenAt: exchange.endedAt,
    lastOkAt: 0,
    modernOkAt: 0,
    unauthorizedSince: 0,
    handshakes: [],
    losses: [],
    lost: [],
    headerless: undefined,
    shortGets: undefined,
    polling: undefined,
    calls: undefined,
    oddities: NO_ODDITIES,
  };
}

function withHandshake(client: Client, exchange: Exchange): readonly Handshake[] {
  const handshake = {
    session: sessionBegunBy(exchange),
    step: stepOf(exchange),
  };
  return [...client.handshakes.slice(1 - KEPT.handshakes), handshake];
}

function unauthorizedSince(client: Client, exchange: Exchange, meaning: Meaning): number {
  if (isSuccess(exchange)) return 0;
  if (client.unauthorizedSince > 0 || exchange.status !== 401 || meaning !== 'auth')
    return client.unauthorizedSince;
  return exchange.endedAt;
}

/** Only a sessionful request is counted: a modern client sends no id by design, and is answered otherwise. */
function headerlessAfter(client: Client, exchange: Exchange, meaning: Meaning): Headerless | undefined {
  const missing = meaning === 'session-missing' && exchange.sessionSent === undefined;
  if (!missing || exchange.era !== 'sessionful' || isInitialize(exchange)) return client.headerless;
  const before = client.headerless;
  return {
    times: withTime(before?.times ?? [], exchange.endedAt, KEPT.headerless),
    trail: withStep(before?.trail ?? [], stepOf(exchange)),
  };
}

function shortGetsAfter(client: Client, exchange: Exchange, shortGetMs: number): ShortGets | undefined {
  if (exchange.sessionSent !== undefined || !isShortGet(exchange, shortGetMs)) return client.shortGets;
  return withShortGet(client.shortGets, exchange);
}

/** Whether an exchange changed what judges look at, or left something behind that time may bring up. */
export function isStirred(before: Client | undefined, client: Client): boolean {
  if (client.calls !== undefined) return true;
  if (client.oddities.length > 0 || client.headerless !== undefined || client.shortGets !== undefined)
    return true;
  return before?.handshakes !== client.handshakes || before.polling !== client.polling;
}
