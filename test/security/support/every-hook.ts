/**
 * A program in which every hook stands in front of the same careless server, and tells one exporter. It asks itself
 * as well, so that both hooks of clients see what it sends. It says where it serves in one line of JSON.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import express from 'express';
import Fastify from 'fastify';
import { startExporter } from '../../../src/exporter/index.ts';
import { watchExpress } from '../../../src/hooks/express/index.ts';
import { watchFastify } from '../../../src/hooks/fastify/index.ts';
import { watchFetch } from '../../../src/hooks/fetch/index.ts';
import { watchTransport } from '../../../src/hooks/transport/index.ts';
import { watchWeb } from '../../../src/hooks/web/index.ts';
import { createLeakyServer, type Answered } from './leaky-server.ts';
import { SECRETS } from './secrets.ts';
import { liveOneLife, RESOURCE } from './story.ts';

const exporter = await startExporter({
  port: 0,
  vantages: ['server', 'client'],
  // A name for what each hook tells, to see that it did.
  target: 'node-http',
  targets: ['express', 'fastify', 'web', 'fetch', 'undici', 'transport'],
  outgoing: { target: 'undici' },
  key: SECRETS.key,
  record: process.env['RECORD'],
  onError: (stage, error) => console.error(stage, error),
});
const { listener } = exporter;

type HeadersGiven = IncomingMessage['headers'];

function flat(headers: HeadersGiven): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value?.toString()]));
}

async function ofNode(): Promise<string> {
  const answer = createLeakyServer();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const told = answer({ method: request.method ?? '', headers: flat(request.headers), body });
      response.writeHead(told.status, told.headers).end(told.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return urlOf(server.address());
}

async function ofExpress(): Promise<string> {
  const answer = createLeakyServer();
  const app = express();
  app.use(watchExpress(listener, { target: 'express' }), express.text({ type: () => true }));
  app.all('/mcp', ({ method, headers, body }, response) => {
    const told = answer({ method, headers: flat(headers), body: typeof body === 'string' ? body : '' });
    response.status(told.status).set(told.headers).send(told.body);
  });
  const server = await new Promise<ReturnType<typeof app.listen>>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  return urlOf(server.address());
}

async function ofFastify(): Promise<string> {
  const answer = createLeakyServer();
  const app = Fastify();
  await app.register(watchFastify, { observer: listener, target: 'fastify' });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.all('/mcp', ({ method, headers, body }, reply) => {
    const told = answer({ method, headers: flat(headers), body: typeof body === 'string' ? body : '' });
    return reply.code(told.status).headers(told.headers).send(told.body);
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return urlOf(app.server.address());
}

async function ofWeb(): Promise<string> {
  const answer = createLeakyServer();
  const handler = async (request: Request): Promise<Response> => {
    const { method, headers } = request;
    const told: Answered = answer({
      method,
      headers: Object.fromEntries(headers),
      body: await request.text(),
    });
    return new Response(told.body, told);
  };
  const server = serve({
    fetch: watchWeb(listener, { target: 'web' })(handler),
    port: 0,
    hostname: '127.0.0.1',
  });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  return urlOf(server.address());
}

function urlOf(address: AddressInfo | string | null): string {
  return `http://127.0.0.1:${(address as AddressInfo).port}/mcp`;
}

/** A client of the SDK whose messages are watched as well. */
async function askBySdk(url: string): Promise<void> {
  const client = new Client({ name: SECRETS.clientName, version: SECRETS.clientVersion });
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization: `Bearer ${SECRETS.bearer}` } },
  });
  watchTransport(listener, { target: 'transport' })(client);
  await client.connect(transport);
  const call = { name: SECRETS.tool, arguments: { password: SECRETS.argument } };
  await client.callTool(call);
  await client.getPrompt({ name: SECRETS.prompt }).catch(() => undefined);
  await client.readResource({ uri: RESOURCE }).catch(() => undefined);
  await transport.terminateSession().catch(() => undefined);
  await client.close();
}

const urls = [await ofNode(), await ofExpress(), await ofFastify(), await ofWeb()];
await liveOneLife(urls[0] ?? '', watchFetch(listener, { target: 'fetch' })(fetch));
await liveOneLife(urls[0] ?? '', fetch);
await askBySdk(urls[0] ?? '');
console.log(JSON.stringify({ url: exporter.url, urls }));
process.once('SIGTERM', () => void exporter.close().then(() => process.exit(0)));
