import { createServer, type Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { record } from './recording.ts';
import { listen, rpc } from './wire.ts';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const FRAMEWORKS: Record<string, (answer: Answer) => Promise<Server>> = {
  'bare node:http': async ({ status, headers, body }) =>
    createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status, headers).end(body));
    }),
  'Express 5': async ({ status, headers, body }) => {
    const app = express();
    app.use(express.json());
    app.post('/mcp', (_request, response) => void response.status(status).set(headers).send(body));
    return createServer(app);
  },
  'Fastify 5': async ({ status, headers, body }) => {
    const app = fastify();
    app.post('/mcp', async (_request, reply) => reply.code(status).headers(headers).send(body));
    await app.ready();
    return app.server;
  },
  'Fastify 5, reply hijacked': async ({ status, headers, body }) => {
    const app = fastify();
    app.post('/mcp', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(status, headers).end(body);
    });
    await app.ready();
    return app.server;
  },
  "Hono's node server": async ({ status, headers, body }) => {
    const app = new Hono();
    app.post('/mcp', async (context) => {
      await context.req.text();
      return new Response(body, { status, headers });
    });
    return createAdaptorServer({ fetch: app.fetch }) as Server;
  },
};

const JSON_TYPE = { 'content-type': 'application/json' };

function rpcError(code: number, message: string): string {
  return JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null });
}

const REFUSALS = [
  { status: 400, headers: JSON_TYPE, body: rpcError(-32000, 'Bad Request: No valid session ID provided') },
  { status: 404, headers: JSON_TYPE, body: rpcError(-32001, 'Session not found') },
  { status: 401, headers: { ...JSON_TYPE, 'www-authenticate': 'Bearer' }, body: '{"error":"invalid_token"}' },
];

const CLASSES: Record<number, string> = { 400: 'session-dead-ambiguous', 404: 'session-dead', 401: 'other' };

describe.each(Object.entries(FRAMEWORKS))('%s', (_name, build) => {
  async function post(answer: Answer, headers: Record<string, string>, body: string) {
    const recording = record();
    onTestFinished(watchNodeHttp(recording));
    const port = await listen(await build(answer));
    const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
      method: 'POST',
      headers: { ...JSON_TYPE, accept: 'application/json, text/event-stream', ...headers },
      body,
    });
    expect(await response.text()).toBe(answer.body);
    return { recording, exchange: await recording.first() };
  }

  test.each(REFUSALS)('a $status that user code answers is seen, with the id it refuses', async (refusal) => {
    const { recording, exchange } = await post(refusal, { 'mcp-session-id': 'dead' }, rpc('tools/call'));
    expect(exchange).toMatchObject({
      httpMethod: 'POST',
      rpcMethods: ['tools/call'],
      status: refusal.status,
      sessionSent: recording.references.of('dead'),
      sessionGiven: undefined,
      bodyClass: CLASSES[refusal.status],
      challenged: refusal.status === 401,
      ending: 'complete',
    });
  });

  test('the session id given on initialize is seen', async () => {
    const answer = {
      status: 200,
      headers: { ...JSON_TYPE, 'Mcp-Session-Id': 'new' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        result: { protocolVersion: '2025-06-18', capabilities: {} },
      }),
    };
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'cursor-vscode', version: '1' },
    };
    const { recording, exchange } = await post(answer, {}, rpc('initialize', params));
    expect(exchange).toMatchObject({
      rpcMethods: ['initialize'],
      status: 200,
      sessionSent: undefined,
      sessionGiven: recording.references.of('new'),
      protocolVersion: '2025-06-18',
      family: 'cursor',
      bodyClass: 'none',
    });
  });
});
