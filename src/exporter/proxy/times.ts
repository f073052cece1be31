/** A connection that has been silent for so long is probed by the system: one whose other end is gone is found. */
export const PROBE_MS = 30_000;

/** Idle connections to upstreams go before most servers close them, so that a request seldom meets one that is closing. */
export const IDLE_MS = 4000;

/** A client keeps a connection that it does not use for so long: longer than most gateways do, which then ask first. */
export const UNUSED_MS = 75_000;

/** So much longer it is kept than is said: a request that was sent in time still finds it open. */
export const LEEWAY_MS = 1000;
