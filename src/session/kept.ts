/** How many of each are remembered, the latest: that bounds memory, and the counts that thresholds may ask for. */
export const KEPT = {
  /** Of a session, a client or a cohort. */
  oddities: 16,
  /** Of a session or a client. */
  shortGets: 40,
  /** Of a client. */
  handshakes: 30,
  headerless: 10,
  losses: 20,
  lost: 16,
  /** Of a cohort. */
  streamEnds: 40,
  /** Of a target. Enough spans for a quarter of an hour. */
  spans: 90,
  rests: 20,
} as const;

/** How much the session table remembers unless told otherwise; times in milliseconds. */
export const TABLE_DEFAULTS = {
  sessionLimit: 100_000,
  clientLimit: 10_000,
  forgetAfterMs: 86_400_000,
} as const;
