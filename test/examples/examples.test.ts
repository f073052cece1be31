import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { metrics } from '../../src/signals/index.ts';
import { fencesOf, readPage } from '../docs/markdown.ts';
import { freePort } from '../support/free-port.ts';
import { startExample, valueIn, type Example } from './running.ts';

const WHO = { name: 'example', version: '1.0.0' };
const CALL = { name: 'add', arguments: { a: 1, b: 2 } };
const SUM = { content: [{ type: 'text', text: '3' }] };

/** One whole session: begun, used, and ended. Answers its id, which is dead from then on. */
type Live = (url: URL) => Promise<string>;

const liveWithSdk1: Live = async (url) => {
  const [client, transport] = [new Client1(WHO), new Transport1(url)];
  await client.connect(transport);
  return lived(client, transport);
};

const liveWithSdk2: Live = async (url) => {
  const [client, transport] = [new Client2(WHO), new Transport2(url)];
  await client.connect(transport);
  return lived(client, transport);
};

async function lived(
  client: Pick<Client1 | Client2, 'callTool' | 'close'>,
  transport: Pick<Transport1 | Transport2, 'sessionId' | 'terminateSession'>,
): Promise<string> {
  expect(await client.callTool(CALL)).toMatchObject(SUM);
  const id = transport.sessionId ?? '';
  await transport.terminateSession();
  await client.close();
  return id;
}

/** Asks a server for a session that has ended. */
function askDead(url: URL, session: string): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-session-id': session,
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: CALL }),
  });
}

async function read(url: URL): Promise<string> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return await answer.text();
}

const SERVERS: Readonly<Record<string, Live>> = {
  'node-http': liveWithSdk1,
  express: liveWithSdk1,
  fastify: liveWithSdk2,
  hono: liveWithSdk2,
  'zero-code': liveWithSdk2,
};

describe('every example', () => {
  // Those without a program are held to what they configure: see test/container.
  const folders = readdirSync('examples', { withFileTypes: true }).filter(
    (entry) =>
      entry.isDirectory() && readdirSync(`examples/${entry.name}`).some((file) => file.endsWith('.js')),
  );

  it('is run here', () => {
    expect(folders.map(({ name }) => name).toSorted()).toEqual(
      [...Object.keys(SERVERS), 'client'].toSorted(),
    );
  });

  it.each(folders.map(({ name }) => name))('says how %s is started, and so does the list', (name) => {
    const command = `npm run example -- ${name}`;
    expect(fencesOf(readPage(`examples/${name}/README.md`), 'sh').map(({ text }) => text.trim())).toContain(
      command,
    );
    expect(readPage('examples/README.md')).toContain(`\`${command}\``);
  });
});

describe('a server', () => {
  it.each(Object.entries(SERVERS))('%s tells of a session and of its death', async (name, live) => {
    const example = startExample(name);
    const url = await example.address('/mcp');
    const dead = await live(url);
    expect(dead).not.toBe('');
    expect((await askDead(url, dead)).status).toBe(404);

    const text = await read(await metricsOf(example, name));
    expect(valueIn(text, metrics.sessionsCreated.name)).toBe(1);
    expect(valueIn(text, metrics.sessionsActive.name)).toBe(0);
    const lost = { http_response_status_code: '404', meaning: 'session-dead' };
    expect(valueIn(text, metrics.httpResponses.name, lost)).toBe(1);
    expect(await example.terminate()).toBe(0);
  });
});

async function metricsOf(example: Example, name: string): Promise<URL> {
  if (name !== 'zero-code') return example.address('/metrics');
  return new URL('/metrics', await example.address('/metrics'));
}

describe('the client', () => {
  it('tells of a session lost with its server, and of the recovery', async () => {
    const port = String(await freePort());
    const server = startExample('express', { PORT: port });
    const MCP_URL = String(await server.address('/mcp'));
    const client = startExample('client', { MCP_URL });
    const url = await client.address('/metrics');
    const target = new URL(MCP_URL).host;
    const created = async (): Promise<number> =>
      valueIn(await read(url), metrics.sessionsCreated.name, { vantage: 'client', target });
    await expect.poll(created, { timeout: 10_000 }).toBe(1);

    expect(await server.terminate()).toBe(0);
    const again = startExample('express', { PORT: port });
    await again.address('/mcp');
    await expect.poll(created, { timeout: 10_000 }).toBe(2);
    const text = await read(url);
    expect(valueIn(text, metrics.sessionsLost.name, { vantage: 'client', target })).toBe(1);
    expect(valueIn(text, metrics.recoveries.name, { target, outcome: 'reinitialized' })).toBe(1);
    expect(await client.terminate()).toBe(0);
    expect(await again.terminate()).toBe(0);
  });
});
