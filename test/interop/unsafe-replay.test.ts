import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startServer } from '../../demo/restartable-server.ts';
import { serveSdk132 } from '../../demo/servers/sdk-1-32.ts';
import { watchNodeHttp } from '../../src/hooks/node-http/index.ts';
import { createObserver } from '../../src/observer.ts';

/** A watched server of SDK 1.32.2, and clients of the same. */
async function watched() {
  const observer = createObserver();
  const [exchange, streamOpened] = [vi.spyOn(observer, 'exchange'), vi.spyOn(observer, 'streamOpened')];
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
    /** Resolves when the answer of the first call has begun, behind that of its initialize. */
    begun: () =>
      vi.waitFor(() => {
        const kinds = streamOpened.mock.calls.map(([{ kind }]) => kind);
        expect(kinds.filter((kind) => kind === 'post')).toHaveLength(2);
      }, 5000),
    /** Resolves when so many calls are over, and told. */
    calls: (count: number) =>
      vi.waitFor(() => {
        const methods = exchange.mock.calls.map(([{ rpcMethods }]) => rpcMethods[0]);
        expect(methods.filter((method) => method === 'tools/call')).toHaveLength(count);
      }, 5000),
    found: (): string[] => {
      observer.refresh();
      return [...observer.cases.open()].map(({ fault }) => fault.id);
    },
  };
}

const call = (seconds: number) => ({ name: 'report', arguments: { seconds } });

test('a call that broke off and comes again in a new session is an unsafe replay', async () => {
  const { connect, begun, calls, found } = await watched();
  const first = await connect();
  const broken = first.callTool(call(2)).catch(() => 'broken');
  await begun();
  await first.close();
  expect(await broken).toBe('broken');
  await calls(1);
  const next = await connect();
  await next.callTool(call(0));
  expect(found()).toEqual([]);
  await next.callTool(call(2));
  await vi.waitFor(() => expect(found()).toEqual(['unsafe-replay']));
});

test('the same call in two sessions, both answered, is none', async () => {
  const { connect, calls, found } = await watched();
  for (const client of [await connect(), await connect()]) await client.callTool(call(0));
  await calls(2);
  expect(found()).toEqual([]);
});
