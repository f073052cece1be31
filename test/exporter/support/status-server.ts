import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { createStatusServer, type StatusServerOptions } from '../../../src/exporter/index.ts';
import { watched, type Watched } from './watched.ts';

/** An observer with the server that tells of it; nothing listens. */
export interface Served extends Watched {
  readonly app: FastifyInstance;
  /** Asks the API, and answers what it said, if with that status. */
  readonly ask: <Answer>(path: string, status?: number) => Promise<Answer>;
}

/** Makes a {@link Served}, for one test. */
export function served(targets?: readonly string[], options?: StatusServerOptions): Served {
  const world = watched(targets);
  const app = createStatusServer(world.observer, options);
  onTestFinished(() => app.close());
  return {
    ...world,
    app,
    async ask<Answer>(path: string, status = 200) {
      const response = await app.inject(`/api/v1${path}`);
      if (response.statusCode !== status) throw new Error(`${path}: ${response.statusCode} ${response.body}`);
      return response.json<Answer>();
    },
  };
}
