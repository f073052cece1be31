import type {
  ClientFamily,
  Gateway,
  ProtocolVersion,
  Reference,
  Transport,
  Vantage,
} from '../exchange/index.ts';
import { NO_ODDITIES, type Oddities } from './oddity.ts';
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
  /** What stood between the client and us when it was first seen. */
  readonly via: Gateway;
  readonly client: Reference;
  /** The credential it was last used with, as accepted by the server: tokens are refreshed. */
  readonly principal: Reference;
  readonly protocolVersion: ProtocolVersion;
  readonly phase: Phase;
  /** When it was issued; 0 when that happened before or beside our watch. */
  readonly bornAt: number;
  /** When its last exchange ended. */
  readonly lastSeenAt: number;
  /** When a request with its id was last accepted. */
  readonly lastOkAt: number;
  /** Whether its client has sent `notifications/initialized`. */
  readonly initialized: boolean;
  /** The read-only methods it has answered, as bits (see `readBit`). */
  readonly reads: number;
  /** Accepted requests that carried the id. */
  readonly requests: number;
  /** Whether one of them was work, rather than handshake, listing or heartbeat. */
  readonly worked: boolean;
  /** Present from the first answer that went against the session. */
  readonly trouble: Trouble | undefined;
  /** What most sessions never have: those share one empty value. */
  readonly rare: Rarities;
}

/** Facts that few sessions have, kept apart so that the many stay small. */
export interface Rarities {
  readonly transport: Transport;
  /** When the credential it is used with was first accepted; 0 for the one it was born with. */
  readonly principalSince: number;
  /** The one before that, if it was another. */
  readonly formerPrincipal: Reference | undefined;
  /** Its id was given with an answer that opens no session: an error, or no handshake at all. */
  readonly stray: boolean;
  /** Whether a stream of it carried event ids, from which to resume. */
  readonly eventIds: boolean;
  /** Whether a stream of it said when to come back: then the server ends streams on purpose (SEP-1699). */
  readonly retryHint: boolean;
  /** When a listening stream last ended otherwise than by the server's will; 0 when none did. */
  readonly streamLostAt: number;
  /** Ends of GET streams that closed within seconds, without data. */
  readonly shortGets: ShortGets | undefined;
  readonly oddities: Oddities;
}

/** The value of a session with nothing rare about it. */
export const NOTHING_RARE: Rarities = Object.freeze({
  transport: 'streamable-http',
  principalSince: 0,
  formerPrincipal: undefined,
  stray: false,
  eventIds: false,
  retryHint: false,
  streamLostAt: 0,
  shortGets: undefined,
  oddities: NO_ODDITIES,
});

/** The same of a session on the older transport. */
export const HTTP_SSE: Rarities = Object.freeze({ ...NOTHING_RARE, transport: 'http-sse' });

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
  /** When its client last began a new session, and which. */
  readonly recoveredAt: number;
  readonly successor: Reference | undefined;
  /** The last status that each method got once the session was dead; 0 before. */
  readonly statusOfPost: number;
  readonly statusOfGet: number;
  readonly statusOfDelete: number;
  /** Whether a listening stream was open in that moment, which no restart would have left open. */
  readonly listening: boolean;
  readonly trail: readonly Step[];
}

/** See {@link Rarities.shortGets}. */
export interface ShortGets {
  readonly times: RecentTimes;
  readonly trail: readonly Step[];
}

/** Whether no judge can find anything about the session: nothing went wrong, nothing is rare, and it is well begun. */
export function isSound(session: Session): boolean {
  if (session.trouble !== undefined || (session.rare !== NOTHING_RARE && session.rare !== HTTP_SSE))
    return false;
  return session.initialized || !session.worked || session.bornAt === 0;
}
