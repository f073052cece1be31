import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import express from 'express';
import { fastify } from 'fastify';
import type { Listener } from '../../src/exchange/index.ts';
import { watchExpress } from '../../src/hooks/express/index.ts';
import { watchFastify } from '../../src/hooks/fastify/index.ts';

/** An answer of user code. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The options that both hooks have, as far as the tests use them. */
export interface Options {
  readonly target?: string | ((request: { readonly body?: unknown }) => string);
  readonly speaksMcp?: () => boolean;
}

/** A program on a framework. `guard` answers what a middleware or a hook in front of the route refuses. */
export interface Program {
  readonly path?: string;
  readonly answer: Answer | ((request: IncomingMessage, response: ServerResponse) => void);
  readonly guard?: Answer;
}

/** A program, watched by a hook if a listener is given, and how to stop that. */
export interface Built {
  readonly server: Server;
  readonly stop: () => Promise<void>;
}

type Build = (program: Program, listener?: Listener, options?: Options) => Promise<Built>;

const buildExpress: Build = async ({ path = '/mcp', answer, guard }, listener, options = {}) => {
  const app = express();
  app.disable('x-powered-by');
  const watch = listener === undefined ? undefined : watchExpress(listener, options);
  if (watch !== undefined) app.use(watch);
  if (guard !== undefined) app.use((_request, response) => send(response, guard));
  app.use(express.json({ limit: '1mb' }));
  app.all(path, (request, response) => {
    if (typeof answer === 'function') answer(request, response);
    else send(response, answer);
  });
  return { server: createServer(app), stop: async () => watch?.stop() };
};

const buildFastify: Build = async ({ path = '/mcp', answer, guard }, listener, options = {}) => {
  const app = fastify();
  if (listener !== undefined) await app.register(watchFastify, { observer: listener, ...options });
  if (guard !== undefined)
    app.addHook('onRequest', async (_request, reply) =>
      reply
        .code(guard.status)
        .headers({ ...guard.headers })
        .send(guard.body),
    );
  app.all(path, (request, reply) => {
    if (typeof answer === 'function') {
      reply.hijack();
      answer(request.raw, reply.raw);
    } else
      void reply
        .code(answer.status)
        .headers({ ...answer.headers })
        .send(answer.body);
  });
  await app.ready();
  return { server: app.server, stop: () => app.close() };
};

function send(response: ServerResponse, { status, headers = {}, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

/** The frameworks that have hooks of their own. */
export const FRAMEWORKS: Readonly<Record<string, Build>> = {
  'Express 5': buildExpress,
  'Fastify 5': buildFastify,
};
