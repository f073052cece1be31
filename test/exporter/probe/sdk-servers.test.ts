import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { serveSdk132 } from '../../../demo/servers/sdk-1-32.ts';
import { serveSdk2, serveSdk2WithSessions } from '../../../demo/servers/sdk-2.ts';
import { CHECK_IDS, eraOfCheck, probe, type ProbeReport } from '../../../src/exporter/probe/index.ts';
import { SESSIONS_ALONE, STATELESS, verdictsOf, verdictsWith, type Exceptions } from './support/expected.ts';
import { listening } from './support/listening.ts';
import {
  oneTransport,
  SDK_1_PACKAGES,
  sessionMap,
  stateless,
  type Sdk1Release,
} from './support/sdk-1-servers.ts';
import { modernAlone, oneTransport2, webStandard2 } from './support/sdk-2-servers.ts';

const WRONG = ['dead-session-wrong-status'];
const ACCEPTED = ['dead-session-accepted'];
const ONE_PLACE = ['single-session-server'];

type Facts = Partial<ProbeReport>;

const STATEFUL: Facts = { eras: ['sessionful'], serverKind: 'stateful' };
const FAILS: Facts = { ...STATEFUL, outcome: 'failed' };
const NO_SESSIONS: Facts = { eras: ['sessionful'], serverKind: 'stateless', outcome: 'passed' };
const BOTH_ERAS: Facts = { eras: ['sessionful', 'sessionless'], outcome: 'passed' };

/** A transport alone takes one session, and never another (typescript-sdk#408). */
const ONE_TRANSPORT: Exceptions = {
  ...SESSIONS_ALONE,
  'second-client': ONE_PLACE,
  'web-page': 'skipped',
  'initialize-again': ONE_PLACE,
};

/** An id that is not in the map is answered like one that is missing. */
const UNKNOWN_IS_400: Exceptions = {
  ...SESSIONS_ALONE,
  'unknown-id-post': WRONG,
  'unknown-id-get': WRONG,
  'unknown-id-delete': WRONG,
};

/** Once its entry is removed, an ended session is unknown too. */
const REMOVED: Exceptions = { 'ended-id-post': WRONG, 'ended-id-get': WRONG, 'ended-id-delete': WRONG };

/** A transport up to 1.29.0 does not know that it was closed: POST hangs, GET and DELETE are answered 200. */
const ZOMBIE: Exceptions = {
  'ended-id-post': ACCEPTED,
  'ended-id-get': ACCEPTED,
  'ended-id-delete': ACCEPTED,
};

/** The header of the version came with revision 2025-06-18, which no release up to 1.12.3 speaks. */
const NO_VERSION_HEADER: Exceptions = { 'unknown-version': 'not-applicable' };

const WITHOUT_SESSIONS: Exceptions = { ...SESSIONS_ALONE, ...STATELESS };

/** No request but the handshake is answered. */
const NOT_SERVED: Exceptions = {
  initialized: [],
  request: [],
  'get-stream': 'skipped',
  'keep-alive': 'skipped',
  'second-stream': 'skipped',
  'stream-reopen': 'skipped',
  'unknown-version': 'skipped',
  'second-client': 'skipped',
};

interface Column {
  readonly server: string;
  readonly make: () => Promise<RequestListener> | RequestListener;
  readonly expected: Exceptions;
  readonly facts: Facts;
  /** How long the probe waits for an answer. Default: 1,500. */
  readonly timeoutMs?: number;
}

function columns(
  make: (release: Sdk1Release) => Promise<RequestListener>,
  facts: Facts,
  rows: readonly (readonly [release: Sdk1Release, because: string, expected: Exceptions])[],
): Column[] {
  return rows.map(([release, because, expected]) => ({
    server: `${make.name} of ${release}: ${because}`,
    make: () => make(release),
    expected,
    facts,
  }));
}

/** The servers of version 1 of the TypeScript SDK, before and behind each change in what they answer. */
const VERSION_1: readonly Column[] = [
  ...columns(oneTransport, FAILS, [
    ['1.10.0', 'a zombie after DELETE', { ...ONE_TRANSPORT, ...ZOMBIE, ...NO_VERSION_HEADER }],
    ['1.12.3', 'a zombie after DELETE', { ...ONE_TRANSPORT, ...ZOMBIE, ...NO_VERSION_HEADER }],
    ['1.17.5', 'a zombie after DELETE, that reads the version', { ...ONE_TRANSPORT, ...ZOMBIE }],
    ['1.29.0', 'the last zombie after DELETE', { ...ONE_TRANSPORT, ...ZOMBIE }],
    ['1.30.0', 'after DELETE everything is 404, initialize included', ONE_TRANSPORT],
    ['1.31.0', 'the same', ONE_TRANSPORT],
    ['1.32.2', 'the same', ONE_TRANSPORT],
  ]),
  ...columns(sessionMap, FAILS, [
    ['1.10.0', 'a zombie that stays in the map', { ...UNKNOWN_IS_400, ...ZOMBIE, ...NO_VERSION_HEADER }],
    ['1.12.3', 'a zombie that stays in the map', { ...UNKNOWN_IS_400, ...ZOMBIE, ...NO_VERSION_HEADER }],
    ['1.17.5', 'DELETE removes the entry', { ...UNKNOWN_IS_400, ...REMOVED }],
    ['1.29.0', 'the same', { ...UNKNOWN_IS_400, ...REMOVED }],
    ['1.30.0', 'the same', { ...UNKNOWN_IS_400, ...REMOVED }],
    ['1.31.0', 'the last whose examples answer so', { ...UNKNOWN_IS_400, ...REMOVED }],
    ['1.32.2', 'a program that was written after the older examples', { ...UNKNOWN_IS_400, ...REMOVED }],
  ]),
  {
    server: 'the session map of 1.32.2: 404',
    make: serveSdk132,
    expected: SESSIONS_ALONE,
    facts: { ...STATEFUL, outcome: 'passed' },
  },
  ...columns(stateless, { ...NO_SESSIONS, outcome: 'failed' }, [
    [
      '1.10.0',
      'a transport without a handshake of its own refuses, and every request has a new one',
      { ...WITHOUT_SESSIONS, ...NOT_SERVED },
    ],
  ]),
  ...columns(stateless, NO_SESSIONS, [
    ['1.12.3', '200 whatever the id', { ...WITHOUT_SESSIONS, ...NO_VERSION_HEADER }],
    ['1.17.5', '200 whatever the id', WITHOUT_SESSIONS],
    ['1.29.0', '200 whatever the id', WITHOUT_SESSIONS],
    ['1.32.2', '200 whatever the id', WITHOUT_SESSIONS],
  ]),
];

/** Behind `toNodeHandler` the head of a stream waits for its first event, the keep-alive after 15 s. */
const HELD_BACK = 'web-standard transports of 2.4.0 behind toNodeHandler';

/** Those of version 2. */
const VERSION_2: readonly Column[] = [
  {
    server: 'one transport of 2.4.0: after DELETE everything is 404, initialize included',
    make: oneTransport2,
    expected: ONE_TRANSPORT,
    facts: FAILS,
  },
  {
    server: 'createMcpHandler of 2.4.0: both eras, no sessions, 405 to GET and DELETE',
    make: serveSdk2,
    expected: { ...STATELESS, 'keep-alive': 'not-applicable' },
    facts: { ...BOTH_ERAS, protocolVersion: '2025-11-25', serverKind: 'stateless' },
  },
  {
    server: 'createMcpHandler of 2.4.0 beside a session map: 404',
    make: serveSdk2WithSessions,
    expected: { 'web-page': 'not-applicable', 'keep-alive': 'skipped' },
    facts: { ...BOTH_ERAS, serverKind: 'stateful' },
  },
  {
    server: `${HELD_BACK}: to who does not wait no stream is opened`,
    make: webStandard2,
    expected: {
      ...SESSIONS_ALONE,
      'get-stream': [],
      'keep-alive': 'skipped',
      'second-stream': 'skipped',
      'stream-reopen': 'skipped',
    },
    facts: FAILS,
  },
  {
    server: `${HELD_BACK}: who waits has one, and is answered 409 a second after leaving it`,
    make: webStandard2,
    expected: { ...SESSIONS_ALONE, 'stream-reopen': ['sse-conflict'] },
    facts: FAILS,
    timeoutMs: 25_000,
  },
  {
    server: 'createMcpHandler of 2.4.0, legacy: reject: no session is ever begun',
    make: modernAlone,
    expected: Object.fromEntries(
      CHECK_IDS.filter((id) => eraOfCheck(id) === 'sessionful' && id !== 'discover').map((id) => [
        id,
        'not-applicable' as const,
      ]),
    ),
    facts: {
      outcome: 'passed',
      eras: ['sessionless'],
      protocolVersion: '2026-07-28',
      serverKind: undefined,
    },
  },
];

it.for(Object.entries(SDK_1_PACKAGES))('%s is the release installed as %s', ([release, name], { expect }) => {
  const file = join(import.meta.dirname, '../../../node_modules', name, 'package.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: release });
});

describe('the probe judges', () => {
  it.concurrent.for([...VERSION_1, ...VERSION_2])('$server', { timeout: 40_000 }, async (column, context) => {
    const { expect } = context;
    const { make, expected, facts, timeoutMs = 1500 } = column;
    const url = await listening(context, await make());
    const report = await probe(url, { holdMs: 50, timeoutMs });
    expect(verdictsOf(report)).toEqual(verdictsWith(expected));
    expect(report).toMatchObject(facts);
  });
});
