import type { Era } from '../../exchange/index.ts';

/**
 * Every check there is, in the order of the walk: the part of the probe, the id, and what a sound server does. The id
 * names the check in the report, in the label of the metrics, and in JUnit. All but the last part speak to the
 * revisions with sessions, up to 2025-11-25.
 */
const TITLES = {
  handshake: {
    discover: 'server/discover is answered at once, and leaves no session behind',
    initialize: 'initialize begins a session, or says that there is none',
    initialized: 'notifications/initialized is taken with 202',
  },
  requests: {
    request: 'a request of the session is answered',
    affinity: 'the session is known on every new connection',
  },
  streams: {
    'get-stream': 'GET opens an event stream, or is answered 405',
    'keep-alive': 'a silent stream is kept alive',
    'second-stream': 'a second GET does not tear the session down',
    'stream-reopen': 'a stream that its client left can be opened again',
  },
  refusals: {
    'missing-id': 'a request without a session id is answered 400',
    'unknown-id-post': 'POST with an unknown session id is answered 404',
    'unknown-id-get': 'GET with an unknown session id is answered 404',
    'unknown-id-delete': 'DELETE with an unknown session id is answered 404',
    'malformed-id': 'a malformed session id is refused',
    'unknown-version': 'an unknown protocol version is answered 400',
  },
  neighbours: {
    'second-client': 'a second client gets a session of its own',
    'web-page': 'a web page may read the session id, or is refused',
  },
  goodbye: {
    delete: 'DELETE ends the session, or is answered 405',
    'ended-id-post': 'POST with the ended session is answered 404',
    'ended-id-get': 'GET with the ended session is answered 404',
    'ended-id-delete': 'DELETE with the ended session is answered 404',
    'initialize-again': 'initialize begins a new session after the old one',
  },
  sessionless: {
    'sessionless-request': 'a request of revision 2026-07-28 is answered',
    'sessionless-id-ignored': 'a session id is ignored, and none is given',
    'sessionless-unknown-method': 'an unknown method is answered 404 and -32601',
    'sessionless-unknown-version': 'an unknown version is answered 400 and -32022',
    'sessionless-header-mismatch': 'a header that differs is answered 400 and -32020',
    'sessionless-get': 'GET is answered 405',
    'sessionless-delete': 'DELETE is answered 405',
  },
} as const;

/** A part of a probe. */
export type Phase = keyof typeof TITLES;

/** The id of a check. */
export type CheckId = { [Part in Phase]: keyof (typeof TITLES)[Part] }[Phase];

interface CheckFacts {
  readonly phase: Phase;
  /** What a sound server does, as a heading. */
  readonly title: string;
}

/** The parts of a probe, in the order in which they are walked. */
export const PHASES = Object.keys(TITLES) as readonly Phase[];

/** What there is to know of each check before it is done. */
export const CHECKS = Object.fromEntries(
  PHASES.flatMap((phase) => Object.entries(TITLES[phase]).map(([id, title]) => [id, { phase, title }])),
) as Readonly<Record<CheckId, CheckFacts>>;

/** The ids of all checks, in the order of the walk. */
export const CHECK_IDS = Object.keys(CHECKS) as readonly CheckId[];

/** The era whose rules a check holds a server to. */
export function eraOfCheck(id: CheckId): Era {
  return CHECKS[id].phase === 'sessionless' ? 'sessionless' : 'sessionful';
}
