/** How an upstream may fail a proxy: the words of RFC 9209 (Proxy-Status), 2.3. */
export const UPSTREAM_ERRORS = [
  'connection_refused',
  'connection_timeout',
  'connection_terminated',
  'http_response_incomplete',
  'http_protocol_error',
] as const;

/** See {@link UPSTREAM_ERRORS}. */
export type UpstreamError = (typeof UPSTREAM_ERRORS)[number];

/** Whether an address of an upstream took the last connection that was asked of it; one not asked yet is `up`. */
export const ADDRESS_STATES = ['up', 'down'] as const;

/** See {@link ADDRESS_STATES}. */
export type AddressState = (typeof ADDRESS_STATES)[number];

/** Why a proxy refused a client, before anything of it went to an upstream. */
export const REFUSALS = [
  'connection-limit',
  'too-slow',
  'head-too-large',
  'malformed',
  'foreign-host',
  'no-upstream',
] as const;

/** See {@link REFUSALS}. */
export type Refusal = (typeof REFUSALS)[number];

/** What a proxy knows of an upstream, told when it changes. */
export interface UpstreamChange {
  readonly target: string;
  /** What has just failed, if anything has. */
  readonly error: UpstreamError | undefined;
  /** How many of its addresses are in each state. */
  readonly addresses: Readonly<Record<AddressState, number>>;
}
