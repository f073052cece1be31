/** The revisions of the protocol that have been published, oldest first, plus what a header may hold instead. */
export const PROTOCOL_VERSIONS = [
  '2024-11-05',
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
  '2026-07-28',
  'none',
  'other',
] as const;

/** A published revision; `none` when nothing named one, `other` when what was named is not on the list. */
export type ProtocolVersion = (typeof PROTOCOL_VERSIONS)[number];

/** The two ways the transport works: with sessions (to 2025-11-25) and without (2026-07-28 on). */
export const ERAS = ['sessionful', 'sessionless'] as const;

/** See {@link ERAS}. */
export type Era = (typeof ERAS)[number];

const FIRST_SESSIONLESS = '2026-07-28';
const PUBLISHED: ReadonlySet<string> = new Set(PROTOCOL_VERSIONS.slice(0, -2));
const REVISION = /^\d{4}-\d\d-\d\d$/;

/** Maps what a peer wrote to the closed list of revisions. */
export function protocolVersionOf(value: string | undefined): ProtocolVersion {
  if (value === undefined || value === '') return 'none';
  return PUBLISHED.has(value) ? (value as ProtocolVersion) : 'other';
}

/**
 * Decides the era of a request: a version header of 2026-07-28 or later, or the `server/discover` method
 * (which only that era has), makes it sessionless; anything else is sessionful. Revisions are dates, so they
 * compare as text; a header that is no date says nothing.
 */
export function eraOf(versionHeader: string | undefined, method: string | undefined): Era {
  if (method === 'server/discover') return 'sessionless';
  if (versionHeader === undefined || versionHeader < FIRST_SESSIONLESS) return 'sessionful';
  return REVISION.test(versionHeader) ? 'sessionless' : 'sessionful';
}
