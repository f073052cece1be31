import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startServer } from '../../demo/restartable-server.ts';
import { serveSdk132 } from '../../demo/servers/sdk-1-32.ts';
import { watchNodeHttp } from '../../src/hooks/node-http/index.ts';
import { createObserver } from '../../src/observer.ts';

/** A watched server of SDK 1.32.2, and clients of the same. */
async function watched() {
  const observer = createObserver();
  const stop = watchNodeHttp(observer);
  const server = await startServer(serveSdk132);
  onTestFinished(async () => {
    await server.close();
    stop();
  });
  return {
    connect: async (): Promise<Client> => {
      const client = new Client({ name: 'demo-program', version: '1.0.0' });
      await client.connect(new StreamableHTTPClientTransport(server.url));
      onTestFinished(() => client.close());
      return client;
    },
    found: (): string[] => {
      observer.refresh();
      return [...observer.cases.open()].map(({ fault }) => fault.id);
    },
  };
}

const call = (seconds: number) => ({ name: 'report', arguments: { seconds } });

test('a call that broke off and comes again in a new session is an unsafe replay', async () => {
  const { connect, found } = await watched();
  const first = await connect();
  const broken = first.callTool(call(0.5)).catch(() => 'broken');
  await delay(150);
  await first.close();
  expect(await broken).toBe('broken');
  await delay(50);
  const next = await connect();
  await next.callTool(call(0));
  expect(found()).toEqual([]);
  await next.callTool(call(0.5));
  await vi.waitFor(() => expect(found()).toEqual(['unsafe-replay']));
});

test('the same call in two sessions, both answered, is none', async () => {
  const { connect, found } = await watched();
  for (const client of [await connect(), await connect()]) await client.callTool(call(0));
  await delay(50);
  expect(found()).toEqual([]);
});
