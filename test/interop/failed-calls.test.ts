import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startServer } from '../../demo/restartable-server.ts';
import { serveSdk132 } from '../../demo/servers/sdk-1-32.ts';
import { watchFetch } from '../../src/hooks/fetch/index.ts';
import { createObserver } from '../../src/observer.ts';
import { metrics } from '../../src/signals/index.ts';

const ORDER = { name: 'report', arguments: { seconds: 0 } };
const LONG = { name: 'report', arguments: { seconds: 2 } };

/** A server of SDK 1.32.2, and a program that is watched by its fetch; its clock can be moved on. */
async function watched() {
  let ahead = 0;
  const observer = createObserver({
    vantages: ['client'],
    now: () => performance.timeOrigin + performance.now() + ahead,
  });
  const [exchange, streamOpened] = [vi.spyOn(observer, 'exchange'), vi.spyOn(observer, 'streamOpened')];
  const send = watchFetch(observer)(fetch);
  let cuts = 0;
  const server = await startServer(() => {
    const serve = serveSdk132();
    return (request, response) => {
      if (cuts === 0 || request.method !== 'POST') return serve(request, response);
      cuts--;
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      setTimeout(() => response.destroy(), 50);
    };
  });
  onTestFinished(() => server.close());
  return {
    server,
    connect: async (): Promise<Client> => {
      const client = new Client({ name: 'demo-program', version: '1.0.0' });
      await client.connect(new StreamableHTTPClientTransport(server.url, { fetch: send }));
      onTestFinished(() => client.close());
      return client;
    },
    restart: async () => {
      await server.restart();
      // Until then fetch may still pick a connection that the restart has closed.
      await delay(100);
    },
    /** Resolves when so many calls are over, and told. */
    calls: (count: number) =>
      vi.waitFor(() => {
        const methods = exchange.mock.calls.map(([{ rpcMethods }]) => rpcMethods[0]);
        expect(methods.filter((method) => method === 'tools/call')).toHaveLength(count);
      }, 5000),
    /** Resolves when the answer of the first call has begun, behind that of its initialize. */
    begun: () =>
      vi.waitFor(() => {
        const kinds = streamOpened.mock.calls.map(([{ kind }]) => kind);
        expect(kinds.filter((kind) => kind === 'post')).toHaveLength(2);
      }, 5000),
    /** The next answer breaks off behind its head. */
    cutNext: () => void cuts++,
    wait: (ms: number) => {
      ahead += ms;
      observer.refresh();
    },
    failed: (): Record<string, number> => {
      observer.refresh();
      const samples = observer.counts.samples(metrics.callsFailed).filter(({ value }) => value > 0);
      return Object.fromEntries(
        samples.map(({ labels, value }) => [`${labels['failure']}: ${labels['repeated']}`, value]),
      );
    },
    faults: (): string[] => [...observer.cases.open()].map(({ fault }) => fault.id),
  };
}

test('a program that begins anew and repeats the call spares its model the error', async () => {
  const { connect, restart, failed } = await watched();
  const lost = await connect();
  await lost.callTool(ORDER);
  await restart();
  await expect(lost.callTool(ORDER)).rejects.toThrow();
  await lost.close();
  const next = await connect();
  expect(failed()).toEqual({});
  await next.callTool(ORDER);
  await vi.waitFor(() => expect(failed()).toEqual({ 'session-lost: yes': 1 }));
});

test('a program that begins anew with the next call of its model does not', async () => {
  const { connect, restart, calls, wait, failed } = await watched();
  const lost = await connect();
  await restart();
  await expect(lost.callTool(ORDER)).rejects.toThrow();
  await lost.close();
  await calls(1);
  wait(8000);
  const next = await connect();
  await next.callTool(ORDER);
  await vi.waitFor(() => expect(failed()).toEqual({ 'session-lost: no': 1 }));
});

test('a program that stays with its dead session shows every error', async () => {
  const { connect, restart, calls, wait, failed } = await watched();
  const lost = await connect();
  await restart();
  for (const count of [1, 2]) {
    await expect(lost.callTool(ORDER)).rejects.toThrow();
    await calls(count);
    wait(8000);
  }
  wait(120_000);
  expect(failed()).toEqual({ 'session-lost: no': 2 });
});

test('a server that is gone leaves a call without an answer', async () => {
  const { server, connect, calls, wait, failed } = await watched();
  const client = await connect();
  await server.close();
  await expect(client.callTool(ORDER)).rejects.toThrow();
  await calls(1);
  wait(121_000);
  expect(failed()).toEqual({ 'unavailable: no': 1 });
  // It is closed once more when the test is over.
  await server.restart();
});

test('a call whose answer broke off may have been done: to repeat it in a new session is unsafe', async () => {
  const { connect, cutNext, failed, faults } = await watched();
  const client = await connect();
  cutNext();
  // Its SDK goes on waiting for an answer: the program does not.
  await expect(client.callTool(ORDER, undefined, { timeout: 1500 })).rejects.toThrow();
  const next = await connect();
  await next.callTool(ORDER);
  await vi.waitFor(() => expect(failed()).toEqual({ 'cut-off: yes': 1 }));
  expect(faults()).toEqual(['unsafe-replay']);
});

test('nor is it safe where the client might have resumed it, had the server not forgotten all', async () => {
  const { connect, restart, begun, failed, faults } = await watched();
  const client = await connect();
  const broken = client.callTool(LONG, undefined, { timeout: 1500 }).catch(() => 'broken');
  await begun();
  await restart();
  expect(await broken).toBe('broken');
  const next = await connect();
  await next.callTool(LONG);
  await vi.waitFor(() => expect(faults()).toEqual(['unsafe-replay']));
  expect(failed()).toEqual({});
});
