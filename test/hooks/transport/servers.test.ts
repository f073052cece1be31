import { Client as Client2, StreamableHTTPClientTransport as Http2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Http1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { RequestListener } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../../demo/restartable-server.ts';
import { watchTransport } from '../../../src/hooks/transport/index.ts';
import { handlerOfSdk2 } from './support/http-servers.ts';
import { lineOf, recordOperations } from './support/recording.ts';
import { serverOfSdk1 } from './support/server-of-sdk-1.ts';
import type { Watch } from './support/watch.ts';

const PROGRAM = { name: 'program', version: '1.0.0' };

test('a client or server that is handed in is watched over every transport it is connected to', async () => {
  const [asked, answered] = [recordOperations(), recordOperations()];
  const client = new Client1(PROGRAM);
  const server = serverOfSdk1();
  const watch = watchTransport(asked);
  expect(watch(client)).toBe(client);
  watchTransport(answered)(server);
  for (const times of [1, 2]) {
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await server.connect(theirs);
    await client.connect(ours);
    await client.callTool({ name: 'works' });
    await client.close();
    for (const side of [asked, answered]) expect(await side.until('tools/call', times)).toHaveLength(times);
  }
  watch.stop();
  expect(Object.keys(Object.getOwnPropertyDescriptors(client))).not.toContain('connect');
});

test('a server over HTTP that speaks first is a server all the same, and options say otherwise', async () => {
  const listener = recordOperations();
  const note = {
    jsonrpc: '2.0',
    method: 'notifications/message',
    params: { level: 'info', data: 1 },
  } as const;
  const known = watchTransport(listener)(new StreamableHTTPServerTransport());
  await known.send(note);
  const options = { target: 'mine', vantage: 'client', networkTransport: 'pipe' } as const;
  await watchTransport(listener, options)(new StreamableHTTPServerTransport()).send(note);
  expect(listener.operations).toMatchObject([
    { target: 'default', vantage: 'server', networkTransport: 'tcp', direction: 'sent' },
    { ...options, direction: 'sent' },
  ]);
});

/** The server of 1.x that has no sessions: a server and a transport for each request. */
function statelessOfSdk1(watch: Watch): RequestListener {
  const serve = async (...[request, response]: Parameters<RequestListener>): Promise<void> => {
    const transport = new StreamableHTTPServerTransport();
    response.once('close', () => void transport.close());
    await serverOfSdk1().connect(watch(transport));
    await transport.handleRequest(request, response);
  };
  return (request, response) => void serve(request, response).catch(() => response.destroy());
}

describe.each([
  {
    name: 'SDK 1.32.2',
    serve: statelessOfSdk1,
    connect: async (url: URL, watch: Watch) => {
      const client = new Client1(PROGRAM);
      await client.connect(watch(new Http1(url)));
      return client;
    },
  },
  {
    name: 'SDK 2.4.0, older era',
    serve: (server: Watch) => handlerOfSdk2({ server }),
    connect: async (url: URL, watch: Watch) => {
      const client = new Client2(PROGRAM, { versionNegotiation: { mode: 'legacy' } });
      await client.connect(watch(new Http2(url)));
      return client;
    },
  },
])('$name without sessions', ({ serve, connect }) => {
  test('the server knows the revision by the header of each request, and the caller by the message', async () => {
    const [asked, answered] = [recordOperations({ spans: true }), recordOperations({ spans: true })];
    const server = await startServer(() => serve(watchTransport(answered)));
    onTestFinished(() => server.close());
    const client = await connect(server.url, watchTransport(asked));
    onTestFinished(() => client.close());
    await client.callTool({ name: 'works' });
    const told = await answered.one('tools/call');
    expect(told).toMatchObject({
      vantage: 'server',
      networkTransport: 'tcp',
      protocolVersion: '2025-11-25',
      session: undefined,
    });
    expect(told.call?.parent).toEqual((await asked.one('tools/call')).span);
    expect(answered.operations.map(lineOf).toSorted()).toEqual([
      'received initialize',
      'received notifications/initialized',
      'received tools/call',
    ]);
    expect([...asked.failures, ...answered.failures]).toEqual([]);
  });
});
