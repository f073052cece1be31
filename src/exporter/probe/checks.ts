import type { Era } from '../../exchange/index.ts';

/** The parts of a probe, in the order in which they are walked. */
export const PHASES = [
  'handshake',
  'requests',
  'streams',
  'refusals',
  'neighbours',
  'goodbye',
  'sessionless',
] as const;

/** See {@link PHASES}. */
export type Phase = (typeof PHASES)[number];

interface CheckFacts {
  readonly phase: Phase;
  /** What a sound server does, as a heading. */
  readonly title: string;
}

/**
 * Every check there is, in the order of the walk. The key is its id: it names the check in the report, in the label of
 * the metrics, and in JUnit. The sessionful ones speak to the revisions up to 2025-11-25.
 */
export const CHECKS = {
  discover: {
    phase: 'handshake',
    title: 'server/discover is answered at once, and leaves no session behind',
  },
  initialize: { phase: 'handshake', title: 'initialize begins a session, or says that there is none' },
  initialized: { phase: 'handshake', title: 'notifications/initialized is taken with 202' },
  request: { phase: 'requests', title: 'a request of the session is answered' },
  affinity: { phase: 'requests', title: 'the session is known on every new connection' },
  'get-stream': { phase: 'streams', title: 'GET opens an event stream, or is answered 405' },
  'keep-alive': { phase: 'streams', title: 'a silent stream is kept alive' },
  'second-stream': { phase: 'streams', title: 'a second GET does not tear the session down' },
  'stream-reopen': { phase: 'streams', title: 'a stream that its client left can be opened again' },
  'missing-id': { phase: 'refusals', title: 'a request without a session id is answered 400' },
  'unknown-id-post': { phase: 'refusals', title: 'POST with an unknown session id is answered 404' },
  'unknown-id-get': { phase: 'refusals', title: 'GET with an unknown session id is answered 404' },
  'unknown-id-delete': { phase: 'refusals', title: 'DELETE with an unknown session id is answered 404' },
  'malformed-id': { phase: 'refusals', title: 'a malformed session id is refused' },
  'unknown-version': { phase: 'refusals', title: 'an unknown protocol version is answered 400' },
  'second-client': { phase: 'neighbours', title: 'a second client gets a session of its own' },
  'web-page': { phase: 'neighbours', title: 'a web page may read the session id, or is refused' },
  delete: { phase: 'goodbye', title: 'DELETE ends the session, or is answered 405' },
  'ended-id-post': { phase: 'goodbye', title: 'POST with the ended session is answered 404' },
  'ended-id-get': { phase: 'goodbye', title: 'GET with the ended session is answered 404' },
  'ended-id-delete': { phase: 'goodbye', title: 'DELETE with the ended session is answered 404' },
  'initialize-again': { phase: 'goodbye', title: 'initialize begins a new session after the old one' },
  'sessionless-request': { phase: 'sessionless', title: 'a request of revision 2026-07-28 is answered' },
  'sessionless-id-ignored': { phase: 'sessionless', title: 'a session id is ignored, and none is given' },
  'sessionless-unknown-method': {
    phase: 'sessionless',
    title: 'an unknown method is answered 404 and -32601',
  },
  'sessionless-unknown-version': {
    phase: 'sessionless',
    title: 'an unknown version is answered 400 and -32022',
  },
  'sessionless-header-mismatch': {
    phase: 'sessionless',
    title: 'a header that differs is answered 400 and -32020',
  },
  'sessionless-get': { phase: 'sessionless', title: 'GET is answered 405' },
  'sessionless-delete': { phase: 'sessionless', title: 'DELETE is answered 405' },
} as const satisfies Readonly<Record<string, CheckFacts>>;

/** See {@link CHECKS}. */
export type CheckId = keyof typeof CHECKS;

/** The ids of all checks, in the order of the walk. */
export const CHECK_IDS = Object.keys(CHECKS) as readonly CheckId[];

/** The era whose rules a check holds a server to. */
export function eraOfCheck(id: CheckId): Era {
  return CHECKS[id].phase === 'sessionless' ? 'sessionless' : 'sessionful';
}
