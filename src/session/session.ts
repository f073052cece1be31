import type { ClientFamily, ProtocolVersion, Reference, Vantage } from '../exchange/index.ts';
import type { RecentTimes } from './recent-times.ts';
import type { Step } from './step.ts';

/**
 * Where a session stands: `live`, issued or accepted by the server; `ended`, deleted by its client; `dead`,
 * refused by the server as no longer (or never) known.
 */
export type Phase = 'live' | 'ended' | 'dead';

/** Why a session was found dead, as far as one vantage point can tell. */
export const CAUSES_OF_DEATH = [
  'deleted',
  'expired',
  'restart',
  'other-replica',
  'never-issued',
  'unknown',
] as const;

/** See {@link CAUSES_OF_DEATH}. */
export type CauseOfDeath = (typeof CAUSES_OF_DEATH)[number];

/** What is known of one session. Immutable: every exchange yields the next value. Times are ms since the epoch. */
export interface Session {
  readonly ref: Reference;
  readonly vantage: Vantage;
  readonly target: string;
  readonly family: ClientFamily;
  readonly client: Reference;
  /** The credential it was last used with, as accepted by the server: tokens are refreshed. */
  readonly principal: Reference;
  readonly protocolVersion: ProtocolVersion;
  readonly phase: Phase;
  /** When it was issued; 0 when that happened before or beside our watch. */
  readonly bornAt: number;
  /** When its last exchange ended. */
  readonly lastSeenAt: number;
  /** Accepted requests that carried the id. */
  readonly requests: number;
  /** Whether one of them was work, rather than handshake, listing or heartbeat. */
  readonly worked: boolean;
  /** Present from the first answer that went against the session. */
  readonly trouble: Trouble | undefined;
  /** Ends of GET streams that closed within seconds, without data. */
  readonly shortGets: ShortGets | undefined;
}

/** What went wrong with a session. A time of 0 means: never. */
export interface Trouble {
  /** The end of the first answer that told the session's death, in whatever form. */
  readonly diedAt: number;
  readonly cause: CauseOfDeath;
  /** The end of the first 404 to a POST: from here on the client has been told, by the book. */
  readonly toldAt: number;
  /** The first status other than 404 (and no 2xx) that told the death, and when that last happened. */
  readonly wrongStatus: number;
  readonly wrongStatusAt: number;
  /** When a death was last told inside a 2xx answer. */
  readonly maskedAt: number;
  /** When a request of the session was last refused with 401 or 403. */
  readonly authRefusedAt: number;
  /** When the credential of that refusal was accepted by an `initialize`, which proves it good. */
  readonly authMaskedAt: number;
  /** POSTs with the id begun after the client had been told and had not begun anew, and the end of the last. */
  readonly reuses: number;
  readonly lastReuseAt: number;
  /** When its client last began a new session. */
  readonly recoveredAt: number;
  readonly trail: readonly Step[];
}

/** See {@link Session.shortGets}. */
export interface ShortGets {
  readonly times: RecentTimes;
  readonly trail: readonly Step[];
}
