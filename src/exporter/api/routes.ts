import type { z } from 'zod';
import type { Observer } from '../../observer.ts';
import { recordingOf } from '../../recording/index.ts';
import type { History } from '../history.ts';
import type { Status } from '../status-model.ts';
import type { ClientVersions } from './client-versions.ts';
import { caseOf, faultOf, faultsOf } from './faults.ts';
import { matrixOf, type LatestProbes } from './probes.ts';
import { faultQuery, named, nothing, sessionQuery } from './queries.ts';
import * as schemas from './schemas.ts';
import { sessionOf, sessionsOf } from './sessions.ts';
import { status } from './status-schema.ts';
import { exchangesOf, type Timelines } from './timelines.ts';
import { clientsOf, erasOf, stormsOf } from './traffic.ts';

/** What the API answers from. */
export interface ApiSources {
  readonly observer: Observer;
  readonly history: Pick<History, 'columns'>;
  readonly timelines: Pick<Timelines, 'of' | 'all'>;
  readonly versions: Pick<ClientVersions, 'of' | 'seen'>;
  readonly probes: Pick<LatestProbes, 'all'>;
  readonly status: () => Status;
}

/** One path of the API: what may be asked, what is answered, and how. */
export interface ApiRoute {
  /** Below `/api/v1`, with the name of what is asked for as `{id}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly query: z.ZodObject;
  /** The shape of the answer; undefined when it is a file. */
  readonly shape: z.ZodType | undefined;
  /** Undefined when there is no such thing. */
  readonly answer: (from: ApiSources, query: never, id: string) => unknown;
}

function route<Query extends z.ZodObject, Answer>(
  path: string,
  of: Pick<ApiRoute, 'id' | 'summary'> & {
    readonly query: Query;
    readonly shape: z.ZodType<Answer>;
    readonly answer: (from: ApiSources, query: z.infer<Query>, id: string) => Answer | undefined;
  },
): ApiRoute {
  return { path, ...of };
}

/** Every path of the API: they are served from this table, and described from it. */
export const routes: readonly ApiRoute[] = [
  route('/status', {
    id: 'status',
    summary: 'What the start page shows',
    query: nothing,
    shape: status,
    answer: (from) => from.status(),
  }),
  route('/faults', {
    id: 'faults',
    summary: 'Open and ended faults, the newest first',
    query: faultQuery,
    shape: schemas.faultPage,
    answer: ({ observer }, query) => faultsOf(observer, query),
  }),
  route('/faults/{id}', {
    id: 'fault',
    summary: 'One fault with its evidence, its rule and its remedy',
    query: nothing,
    shape: schemas.faultDetail,
    answer: ({ observer, timelines }, _query, id) => faultOf(observer, timelines, id),
  }),
  {
    path: '/faults/{id}/recording',
    id: 'recording',
    summary: 'The exchanges of a fault and of its sessions, for `mcp-session-exporter replay`',
    query: nothing,
    shape: undefined,
    answer: ({ observer, timelines }, _query, id) => recordingOfFault(observer, timelines, id),
  },
  route('/sessions', {
    id: 'sessions',
    summary: 'Sessions by their references, the one seen last first',
    query: sessionQuery,
    shape: schemas.sessionPage,
    answer: ({ observer }, query) => sessionsOf(observer, query),
  }),
  route('/sessions/{id}', {
    id: 'session',
    summary: 'One session with its timeline of exchanges',
    query: nothing,
    shape: schemas.sessionDetail,
    answer: (from, _query, id) => sessionOf(from, id),
  }),
  route('/clients', {
    id: 'clients',
    summary: 'Client products by target, with their versions, the revisions they speak and how they recover',
    query: nothing,
    shape: schemas.clientList,
    answer: ({ observer, versions }) => ({ clients: clientsOf(observer, versions) }),
  }),
  route('/storms', {
    id: 'storms',
    summary: 'Clients that come again and again',
    query: nothing,
    shape: schemas.stormList,
    answer: ({ observer, history }) => stormsOf(observer, history),
  }),
  route('/eras', {
    id: 'eras',
    summary: 'Protocol eras and revisions by target',
    query: nothing,
    shape: schemas.eraList,
    answer: ({ observer }) => ({ eras: erasOf(observer) }),
  }),
  route('/probes', {
    id: 'probes',
    summary: 'What the latest probe of each target found, check by check',
    query: nothing,
    shape: schemas.probeMatrix,
    answer: ({ probes }) => matrixOf(probes.all()),
  }),
];

/** What takes part of the path. */
export const pathParameters = named;

/** Undefined when the fault is not known, or none of its exchanges is kept. */
function recordingOfFault(
  observer: Observer,
  timelines: Pick<Timelines, 'of' | 'all'>,
  id: string,
): string | undefined {
  const found = caseOf(observer, id);
  const exchanges = found === undefined ? [] : exchangesOf(timelines, found);
  if (found === undefined || exchanges.length === 0) return undefined;
  const { startedAt } = observer;
  return recordingOf(exchanges, { startedAt, endedAt: observer.now(), about: `fault ${id}` });
}
