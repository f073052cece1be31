import type { RequestListener } from 'node:http';
import { serveSdk2, serveSdk2WithSessions } from '../../../demo/servers/sdk-2.ts';
import { serveSdk1 } from './sdk-1.ts';
import { serveSdk2OnHono } from './sdk-2.ts';

/** A healthy server that stories can be told of. */
export interface ServerKind {
  /** In file names. */
  readonly id: string;
  /** In sentences. */
  readonly title: string;
  readonly serve: () => RequestListener;
  /** Whether it has sessions, which a restart loses. */
  readonly sessions: boolean;
}

/** Real SDK servers, each put together as its documentation says. */
export const SERVERS = {
  express: {
    id: '1.32-express',
    title: 'SDK 1.32.2 on Express with an event store',
    serve: () => serveSdk1({ events: true }),
    sessions: true,
  },
  fastify: {
    id: '1.32-fastify',
    title: 'SDK 1.32.2 on Fastify',
    serve: () => serveSdk1({ framework: 'fastify' }),
    sessions: true,
  },
  hono: {
    id: '1.32-hono',
    title: 'SDK 1.32.2 on Hono, web-standard transport',
    serve: () => serveSdk1({ framework: 'hono' }),
    sessions: true,
  },
  json: {
    id: '1.32-node-json',
    title: 'SDK 1.32.2 on node:http with JSON answers',
    serve: () => serveSdk1({ framework: 'node', json: true }),
    sessions: true,
  },
  stateless: {
    id: '1.32-stateless',
    title: 'SDK 1.32.2 on Express without sessions',
    serve: () => serveSdk1({ stateless: true }),
    sessions: false,
  },
  old: {
    id: '1.29-express',
    title: 'SDK 1.29.0 on Express with a correct session map',
    serve: () => serveSdk1({ version: '1.29', events: true }),
    sessions: true,
  },
  oldStateless: {
    id: '1.29-stateless-json',
    title: 'SDK 1.29.0 on Fastify without sessions, JSON answers',
    serve: () => serveSdk1({ version: '1.29', framework: 'fastify', stateless: true, json: true }),
    sessions: false,
  },
  both: { id: '2.4-both-eras', title: 'SDK 2.4.0 as it comes', serve: serveSdk2, sessions: false },
  bothOnHono: {
    id: '2.4-hono',
    title: 'SDK 2.4.0 on Hono',
    serve: () => serveSdk2OnHono('stateless'),
    sessions: false,
  },
  map: {
    id: '2.4-session-map',
    title: 'SDK 2.4.0 with a session map for the older era',
    serve: serveSdk2WithSessions,
    sessions: true,
  },
} satisfies Record<string, ServerKind>;
