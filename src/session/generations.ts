import type { Reference } from '../exchange/index.ts';
import type { Session } from './session.ts';

/**
 * Where a session is kept: `awake`, asked something lately; `listening`, asked nothing since, but with an open
 * stream; `idle`, left alone; `aside`, dead, ended, or not yet proved to be more than a made-up id.
 */
export type Home = 'awake' | 'listening' | 'idle' | 'aside';

/** A session given up, and why: for lack of room, or after lying idle for long. */
export interface Eviction {
  readonly session: Session;
  readonly reason: 'evicted' | 'idle';
  /** Whether it was counted among the live ones. */
  readonly wasLive: boolean;
}

/** The sessions by home, each home in order of last use, to the second: a busy one is not moved with every request. */
export interface Generations {
  readonly get: (ref: Reference) => Session | undefined;
  put(session: Session): void;
  holdStream(ref: Reference, by: 1 | -1): void;
  /** Lets awake sessions become idle, and idle ones be forgotten. */
  age(now: number): Eviction[];
  /** Makes room, least telling first: aside, idle, awake, listening. */
  evict(): readonly Eviction[];
  readonly all: () => Iterable<Session>;
  readonly idle: () => Iterable<Session>;
  /** Sessions with an open stream that were asked nothing for a while. */
  readonly listeners: () => Iterable<Session>;
  readonly isListening: (ref: Reference) => boolean;
  readonly openStreams: (ref: Reference) => number;
  /** Whether a session counts among the live ones. */
  readonly isLive: (session: Session) => boolean;
  readonly size: number;
}

interface GenerationOptions {
  readonly limit: number;
  readonly idleAfterMs: number;
  readonly forgetAfterMs: number;
  /** A session first seen in use (born beside our watch) is believed after this many accepted requests. */
  readonly provedAfter: number;
  readonly moved: (session: Session, from: Home | undefined, to: Home | undefined) => void;
}

/** What is set aside may fill at most this share of the table: made-up ids must not push out real sessions. */
const ASIDE_SHARE = 0.25;

const NOTHING: readonly Eviction[] = [];

/** Makes empty {@link Generations}. */
export function createGenerations(options: GenerationOptions): Generations {
  const { limit, idleAfterMs, forgetAfterMs, provedAfter, moved } = options;
  const homes: Record<Home, Map<Reference, Session>> = {
    awake: new Map(),
    listening: new Map(),
    idle: new Map(),
    aside: new Map(),
  };
  const streams = new Map<Reference, number>();

  function homeOf(ref: Reference): Home | undefined {
    if (homes.awake.has(ref)) return 'awake';
    if (homes.listening.has(ref)) return 'listening';
    if (homes.aside.has(ref)) return 'aside';
    return homes.idle.has(ref) ? 'idle' : undefined;
  }

  function settle(session: Session, from: Home | undefined, to: Home): void {
    const before = from === undefined ? undefined : homes[from].get(session.ref);
    const stays = from === to && before !== undefined && secondOf(before) === secondOf(session);
    if (before !== undefined && !stays) homes[from as Home].delete(session.ref);
    homes[to].set(session.ref, session);
    if (from !== to) moved(session, from, to);
  }

  function remove(session: Session, from: Home): void {
    homes[from].delete(session.ref);
    streams.delete(session.ref);
    moved(session, from, undefined);
  }

  /** Not dead or ended, and seen to be issued or, first met in use, to be accepted often enough to believe in it. */
  function isLive(session: Session): boolean {
    return session.phase === 'live' && (session.bornAt > 0 || session.requests >= provedAfter);
  }

  /** The session of a home that is next to leave it; one that merely listens leaves the awake for its own home. */
  function nextOf(home: Home): Session | undefined {
    for (const session of homes[home].values()) {
      if (home !== 'awake' || !streams.has(session.ref)) return session;
      settle(session, 'awake', 'listening');
    }
    return undefined;
  }

  function total(): number {
    return homes.awake.size + homes.listening.size + homes.idle.size + homes.aside.size;
  }

  function fullest(): Home | undefined {
    if (homes.aside.size > limit * ASIDE_SHARE) return 'aside';
    if (total() <= limit) return undefined;
    return EVICTION_ORDER.find((home) => homes[home].size > 0);
  }

  return {
    get: (ref) =>
      homes.awake.get(ref) ?? homes.listening.get(ref) ?? homes.aside.get(ref) ?? homes.idle.get(ref),
    put: (session) => settle(session, homeOf(session.ref), isLive(session) ? 'awake' : 'aside'),
    holdStream(ref, by) {
      // A session may not be known yet: its stream opens before the answer to its handshake is over.
      if (by === 1 && streams.size >= limit && !streams.has(ref)) return;
      const count = (streams.get(ref) ?? 0) + by;
      if (count > 0) return void streams.set(ref, count);
      streams.delete(ref);
      const listener = homes.listening.get(ref);
      if (listener !== undefined) settle(listener, 'listening', 'awake');
    },
    age(now) {
      let next = nextOf('awake');
      for (; next !== undefined && next.lastSeenAt <= now - idleAfterMs; next = nextOf('awake')) {
        settle(next, 'awake', 'idle');
      }
      const forgotten: Eviction[] = [];
      for (const session of homes.idle.values()) {
        if (session.lastSeenAt > now - forgetAfterMs) break;
        remove(session, 'idle');
        forgotten.push({ session, reason: 'idle', wasLive: true });
      }
      for (const session of homes.aside.values()) {
        if (session.lastSeenAt > now - forgetAfterMs) break;
        remove(session, 'aside');
        forgotten.push({ session, reason: 'idle', wasLive: false });
      }
      return forgotten;
    },
    evict() {
      let home = fullest();
      if (home === undefined) return NOTHING;
      const evicted: Eviction[] = [];
      for (; home !== undefined; home = fullest()) {
        const session = nextOf(home);
        if (session === undefined) continue;
        remove(session, home);
        evicted.push({ session, reason: 'evicted', wasLive: home !== 'aside' });
      }
      return evicted;
    },
    *all() {
      for (const home of EVICTION_ORDER) yield* homes[home].values();
    },
    idle: () => homes.idle.values(),
    listeners: () => homes.listening.values(),
    isListening: (ref) => streams.has(ref),
    openStreams: (ref) => streams.get(ref) ?? 0,
    isLive,
    get size() {
      return total();
    },
  };
}

function secondOf({ lastSeenAt }: Session): number {
  return Math.floor(lastSeenAt / 1000);
}

const EVICTION_ORDER: readonly Home[] = ['aside', 'idle', 'awake', 'listening'];
