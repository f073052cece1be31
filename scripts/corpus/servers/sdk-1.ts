import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { InMemoryEventStore } from '@modelcontextprotocol/sdk/examples/shared/inMemoryEventStore.js';
import {
  type EventStore,
  StreamableHTTPServerTransport as Transport132,
} from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { StreamableHTTPServerTransport as Transport129 } from 'modelcontextprotocol-sdk-1-29/server/streamableHttp.js';
import { jsonBodyOf } from '../../../demo/servers/json-body.ts';
import { makeServer129, makeServer132, type MakeServer } from './tools.ts';

/** How a server on SDK 1.x is put together; what is left out is left at the SDK's default. */
export interface Sdk1 {
  /** Which SDK. Default: 1.32.2. */
  readonly version?: '1.29' | '1.32';
  readonly framework?: 'express' | 'fastify' | 'hono' | 'node';
  /** Without sessions each request has a transport of its own, and GET and DELETE are answered 405. */
  readonly stateless?: boolean;
  /** Answers with plain JSON instead of event streams. */
  readonly json?: boolean;
  /** Keeps events, so that streams can be resumed. */
  readonly events?: boolean;
  /** Keeps them, and knows none of them when asked. */
  readonly forgets?: boolean;
  /** When a client is to come back to a stream that was closed, ms. */
  readonly retryMs?: number;
  /** How often a comment is written to a silent stream, ms; 0 for never. 1.29 knows none. */
  readonly keepAliveMs?: number;
  /** Makes the McpServer of a session. */
  readonly make?: MakeServer;
  /** Told of each session. */
  readonly opened?: (id: string, transport: Transport132, sessions: Map<string, Transport132>) => void;
  /** Answers a request that names an unknown session. Default: 404, as the specification asks. */
  readonly unknown?: (request: IncomingMessage, response: ServerResponse) => void;
  /** Looks at each request first; answers whether it dealt with it. */
  readonly before?: (
    request: IncomingMessage,
    response: ServerResponse,
    sessions: ReadonlyMap<string, unknown>,
  ) => boolean;
  /** Leaves Fastify's parser as it comes, which refuses a DELETE that has a content type and no body. */
  readonly strictBodies?: boolean;
  /** Lets a handshake name a session, and gives it a new one. */
  readonly takesIdOnInitialize?: boolean;
}

/** A server of SDK 1.x with a session map as its documentation has it since 1.32: unknown ids are answered 404. */
export function serveSdk1(of: Sdk1 = {}): RequestListener {
  if (of.framework === 'hono') return serveOnHono(of);
  const handle = of.stateless === true ? statelessHandler(of) : sessionHandler(of);
  return FRAMEWORKS[of.framework ?? 'express'](handle, of);
}

type Handle = (request: IncomingMessage, response: ServerResponse, body: unknown) => Promise<void>;

type Framework = (handle: Handle, of: Sdk1) => RequestListener;

const FRAMEWORKS: Record<'express' | 'fastify' | 'node', Framework> = {
  express(handle) {
    const app = express();
    app.use(express.json());
    app.all('/mcp', (request, response) => handle(request, response, request.body));
    return app as RequestListener;
  },
  fastify(handle, { strictBodies = false }) {
    const app = fastify();
    if (!strictBodies) {
      app.removeContentTypeParser('application/json');
      app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
        done(null, body === '' ? undefined : (JSON.parse(String(body)) as unknown)),
      );
    }
    app.all('/mcp', async (request, reply) => {
      reply.hijack();
      await handle(request.raw, reply.raw, request.body);
    });
    const ready = app.ready();
    return (request, response) => void ready.then(() => app.routing(request, response));
  },
  node(handle) {
    const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> =>
      handle(request, response, request.method === 'POST' ? await jsonBodyOf(request) : undefined);
    return (request, response) => void serve(request, response).catch(() => response.destroy());
  },
};

function sessionHandler(of: Sdk1): Handle {
  const sessions = new Map<string, Transport132>();
  return async (request, response, body) => {
    const id = request.headers['mcp-session-id'];
    if (of.before?.(request, response, sessions) === true) return;
    const known = sessions.get(String(id));
    if (known !== undefined) return known.handleRequest(request, response, body);
    const opens = isInitialize(body) && (id === undefined || of.takesIdOnInitialize === true);
    if (!opens && id !== undefined) return (of.unknown ?? answerUnknown)(request, response);
    if (!opens) return answerMissing(response);
    delete request.headers['mcp-session-id'];
    const transport = await open(of, sessions);
    await transport.handleRequest(request, response, body);
  };
}

async function open(of: Sdk1, sessions: Map<string, Transport132>): Promise<Transport132> {
  const transport = makeTransport(of, (id) => {
    sessions.set(id, transport);
    of.opened?.(id, transport, sessions);
  });
  transport.onclose = () => void sessions.delete(transport.sessionId ?? '');
  await connected(of, transport);
  return transport;
}

function makeTransport(of: Sdk1, opened: (id: string) => void): Transport132 {
  const options = { ...optionsOf(of), sessionIdGenerator: () => randomUUID(), onsessioninitialized: opened };
  return of.version === '1.29'
    ? (new Transport129(options) as unknown as Transport132)
    : new Transport132(options);
}

function eventStoreOf({ forgets = false }: Sdk1): EventStore {
  const store = new InMemoryEventStore();
  if (!forgets) return store;
  return { storeEvent: (...event) => store.storeEvent(...event), ...KNOWS_NOTHING };
}

const KNOWS_NOTHING: Omit<EventStore, 'storeEvent'> = {
  getStreamIdForEventId: () => Promise.resolve(undefined),
  replayEventsAfter: () => Promise.reject(new Error('the event is not known')),
};

function optionsOf(of: Sdk1) {
  const { json, events, retryMs, keepAliveMs } = of;
  return {
    ...(json === undefined ? {} : { enableJsonResponse: json }),
    ...(events === true ? { eventStore: eventStoreOf(of) } : {}),
    ...(retryMs === undefined ? {} : { retryInterval: retryMs }),
    ...(keepAliveMs === undefined ? {} : { keepAliveMs }),
  };
}

async function connected(of: Sdk1, transport: Transport132): Promise<void> {
  const make = of.make ?? (of.version === '1.29' ? makeServer129 : makeServer132);
  await make().connect(transport);
}

function statelessHandler(of: Sdk1): Handle {
  return async (request, response, body) => {
    if (request.method !== 'POST') return void response.writeHead(405, { allow: 'POST' }).end();
    const transport =
      of.version === '1.29'
        ? (new Transport129(optionsOf(of)) as unknown as Transport132)
        : new Transport132(optionsOf(of));
    response.on('close', () => void transport.close());
    await connected(of, transport);
    await transport.handleRequest(request, response, body);
  };
}

/** The same session map on the web-standard transport, as it would run on another runtime. */
function serveOnHono(of: Sdk1): RequestListener {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const app = new Hono();
  app.all('/mcp', async ({ req: { raw } }) => {
    const id = raw.headers.get('mcp-session-id');
    const known = id === null ? undefined : sessions.get(id);
    if (known !== undefined) return known.handleRequest(raw);
    if (id !== null) return Response.json(errorOf(-32001, 'Session not found'), { status: 404 });
    const transport = new WebStandardStreamableHTTPServerTransport({
      ...optionsOf(of),
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (given) => void sessions.set(given, transport),
    });
    transport.onclose = () => void sessions.delete(transport.sessionId ?? '');
    await (of.make ?? makeServer132)().connect(transport);
    return transport.handleRequest(raw);
  });
  const answer = getRequestListener(app.fetch);
  return (request, response) => void answer(request, response);
}

/** 404, and a JSON-RPC error that says why. */
export function answerUnknown(_request: IncomingMessage, response: ServerResponse): void {
  answerError(response, 404, -32001, 'Session not found');
}

function answerMissing(response: ServerResponse): void {
  answerError(response, 400, -32000, 'Bad Request: No valid session ID provided');
}

/** An HTTP error with a JSON-RPC error that addresses no request. */
export function answerError(
  response: ServerResponse,
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(errorOf(code, message)));
}

function errorOf(code: number, message: string): object {
  return { jsonrpc: '2.0', error: { code, message }, id: null };
}

function isInitialize(body: unknown): boolean {
  return (body as { method?: unknown } | undefined)?.method === 'initialize';
}
