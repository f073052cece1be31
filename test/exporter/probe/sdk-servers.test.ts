import type { RequestListener } from 'node:http';
import { describe, it } from 'vitest';
import { serveSdk129 } from '../../../demo/servers/sdk-1-29.ts';
import { serveSdk132 } from '../../../demo/servers/sdk-1-32.ts';
import { serveSdk2, serveSdk2WithSessions } from '../../../demo/servers/sdk-2.ts';
import { CHECK_IDS, eraOfCheck, probe, type ProbeReport } from '../../../src/exporter/probe/index.ts';
import { SESSIONS_ALONE, STATELESS, verdictsOf, verdictsWith, type Exceptions } from './support/expected.ts';
import { listening } from './support/listening.ts';
import {
  modernAlone,
  oneTransport129,
  oneTransport132,
  oneTransport2,
  stateless132,
  webStandard2,
} from './support/sdk-servers.ts';

const WRONG = ['dead-session-wrong-status'];
const ACCEPTED = ['dead-session-accepted'];
const ONE_PLACE = ['single-session-server'];

/** A transport alone takes one session, and never another (typescript-sdk#408). */
const ONE_TRANSPORT: Exceptions = {
  ...SESSIONS_ALONE,
  'second-client': ONE_PLACE,
  'web-page': 'skipped',
  'initialize-again': ONE_PLACE,
};

const BOTH_ERAS: readonly ['sessionful', 'sessionless'] = ['sessionful', 'sessionless'];

interface Column {
  readonly server: string;
  readonly make: () => Promise<RequestListener> | RequestListener;
  readonly expected: Exceptions;
  readonly facts: Partial<ProbeReport>;
}

/** How the servers of the TypeScript SDK handle sessions, as was measured of each version, and what follows. */
const COLUMNS: readonly Column[] = [
  {
    server: 'one transport, 1.29.0: after DELETE everything is taken, but initialize',
    make: oneTransport129,
    expected: {
      ...ONE_TRANSPORT,
      'ended-id-post': ACCEPTED,
      'ended-id-get': ACCEPTED,
      'ended-id-delete': ACCEPTED,
    },
    facts: { outcome: 'failed', eras: ['sessionful'], serverKind: 'stateful' },
  },
  {
    server: 'one transport, 1.32.2: after DELETE everything is 404, initialize included',
    make: oneTransport132,
    expected: ONE_TRANSPORT,
    facts: { outcome: 'failed', eras: ['sessionful'], serverKind: 'stateful' },
  },
  {
    server: 'one transport, 2.4.0: the same',
    make: oneTransport2,
    expected: ONE_TRANSPORT,
    facts: { outcome: 'failed', eras: ['sessionful'], serverKind: 'stateful' },
  },
  {
    server: 'a session map as up to 1.31: 400 for an id that is unknown',
    make: serveSdk129,
    expected: {
      ...SESSIONS_ALONE,
      'unknown-id-post': WRONG,
      'unknown-id-get': WRONG,
      'unknown-id-delete': WRONG,
      'ended-id-post': WRONG,
      'ended-id-get': WRONG,
      'ended-id-delete': WRONG,
    },
    facts: { outcome: 'failed', eras: ['sessionful'], serverKind: 'stateful' },
  },
  {
    server: 'a session map as from 1.32 on: 404',
    make: serveSdk132,
    expected: SESSIONS_ALONE,
    facts: { outcome: 'passed', eras: ['sessionful'], serverKind: 'stateful' },
  },
  {
    server: 'no sessions, 1.32.2',
    make: stateless132,
    expected: { ...SESSIONS_ALONE, ...STATELESS, 'keep-alive': 'skipped' },
    facts: { outcome: 'passed', eras: ['sessionful'], serverKind: 'stateless' },
  },
  {
    server: 'createMcpHandler of 2.4.0: both eras, no sessions',
    make: serveSdk2,
    expected: { ...STATELESS, 'keep-alive': 'not-applicable' },
    facts: { outcome: 'passed', eras: BOTH_ERAS, protocolVersion: '2025-11-25', serverKind: 'stateless' },
  },
  {
    server: 'createMcpHandler of 2.4.0 beside a session map',
    make: serveSdk2WithSessions,
    expected: { 'web-page': 'not-applicable', 'keep-alive': 'skipped' },
    facts: { outcome: 'passed', eras: BOTH_ERAS, serverKind: 'stateful' },
  },
  {
    server: 'web-standard transports of 2.4.0 behind toNodeHandler: the head of a stream is held back',
    make: webStandard2,
    expected: {
      ...SESSIONS_ALONE,
      'get-stream': [],
      'keep-alive': 'skipped',
      'second-stream': 'skipped',
      'stream-reopen': 'skipped',
    },
    facts: { outcome: 'failed', serverKind: 'stateful' },
  },
  {
    server: 'createMcpHandler of 2.4.0, legacy: reject',
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

describe('the probe', () => {
  it.concurrent.for(COLUMNS)('judges $server', async ({ make, expected, facts }, context) => {
    const { expect } = context;
    const url = await listening(context, await make());
    const report = await probe(url, { holdMs: 50, timeoutMs: 1500 });
    expect(verdictsOf(report)).toEqual(verdictsWith(expected));
    expect(report).toMatchObject(facts);
  });
});
