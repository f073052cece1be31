import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startServer } from '../../demo/restartable-server.ts';
import type { Exchange } from '../../src/exchange/index.ts';
import { watchNodeHttp } from '../../src/hooks/node-http/index.ts';
import { createObserver, type Observer } from '../../src/observer.ts';
import { metrics, type Metric } from '../../src/signals/index.ts';
import { serveHttpSse } from './support/http-sse-server.ts';

interface Told {
  readonly observer: Observer;
  readonly exchanges: Exchange[];
}

/** A watched server of the older transport, whose watch keeps what it tells. */
async function watched() {
  const observer = createObserver({ key: 'interop', onError: (_stage, error) => expect.fail(String(error)) });
  const exchanges: Exchange[] = [];
  const stop = watchNodeHttp({
    ...observer,
    exchange(exchange) {
      exchanges.push(exchange);
      observer.exchange(exchange);
    },
  });
  const server = await startServer(serveHttpSse);
  onTestFinished(async () => {
    await server.close();
    stop();
  });
  return { observer, exchanges, server, url: new URL('/sse', server.url) };
}

/** A client in a process of its own. */
async function connect(url: URL) {
  const client = spawn(
    process.execPath,
    [new URL('./support/http-sse-client.ts', import.meta.url).pathname, url.href],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void client.kill());
  const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  expect(await next()).toBe('connected');
  return {
    call(): Promise<string> {
      client.stdin.write('\n');
      return next();
    },
    leave: () => void client.stdin.end(),
    kill: () => void client.kill('SIGKILL'),
  };
}

function total({ observer }: Told, metric: Metric, labels: Readonly<Record<string, string>> = {}): number {
  observer.refresh();
  const samples = observer.counts.samples(metric);
  const matching = samples.filter((sample) =>
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return matching.reduce((sum, { value }) => sum + value, 0);
}

/** The wire, with the session of the first endpoint as S1. */
function wireOf({ exchanges }: Told): string[] {
  const refs = [
    ...new Set(exchanges.flatMap(({ sessionSent, sessionGiven }) => [sessionSent, sessionGiven])),
  ];
  const names = new Map(refs.filter((ref) => ref !== undefined).map((ref, i) => [ref, `S${i + 1}`]));
  const nameOf = (ref: string | undefined): string => names.get(ref ?? '') ?? '-';
  return exchanges.map(({ httpMethod, rpcMethods, sessionSent, sessionGiven, status }) =>
    [httpMethod, ...rpcMethods, nameOf(sessionSent), nameOf(sessionGiven), status].join(' '),
  );
}

describe('HTTP+SSE, server and client 1.32.2', () => {
  test('a session from its handshake to the end of its stream', async () => {
    const told = await watched();
    const client = await connect(told.url);
    expect(await client.call()).toBe('called');
    await vi.waitFor(() => expect(total(told, metrics.sessionsActive)).toBe(1));
    expect(total(told, metrics.streamsOpen, { kind: 'get' })).toBe(1);
    client.leave();
    await vi.waitFor(() => expect(told.exchanges.at(-1)?.httpMethod).toBe('GET'));

    expect(wireOf(told)).toEqual([
      'POST initialize S1 - 202',
      'POST notifications/initialized S1 - 202',
      'POST tools/call S1 - 202',
      'GET - S1 200',
    ]);
    for (const exchange of told.exchanges) {
      expect(exchange).toMatchObject({
        transport: 'http-sse',
        era: 'sessionful',
        protocolVersion: '2024-11-05',
      });
    }
    expect(told.exchanges[0]).toMatchObject({ family: 'cursor', via: 'mcp-remote' });
    expect(told.exchanges.at(-1)?.stream).toMatchObject({ kind: 'get', carriedData: true });
    expect(total(told, metrics.sessionsCreated, { client_name: 'cursor' })).toBe(1);
    expect(total(told, metrics.sessionsVia, { via: 'mcp-remote' })).toBe(1);
    expect(total(told, metrics.sessionsEnded, { reason: 'stream-end' })).toBe(1);
    expect(total(told, metrics.sessionsActive)).toBe(0);
    expect(total(told, metrics.streamsOpen)).toBe(0);
    expect(total(told, metrics.connectionsOpen)).toBeLessThanOrEqual(1);
    expect([...told.observer.cases.open(), ...told.observer.cases.closed()]).toEqual([]);
  });

  test('a client that is killed leaves no session behind', async () => {
    const told = await watched();
    const client = await connect(told.url);
    await client.call();
    client.kill();
    await vi.waitFor(() => expect(total(told, metrics.sessionsEnded, { reason: 'stream-end' })).toBe(1));
    expect(total(told, metrics.sessionsActive)).toBe(0);
  });

  test('after a restart the client opens another stream, and goes on without a handshake', async () => {
    const told = await watched();
    const client = await connect(told.url);
    await client.call();
    await told.server.restart();
    // The SDK's event source comes back after three seconds.
    await vi.waitFor(() => expect(total(told, metrics.streamsOpened)).toBe(2), 8000);
    // The event that names the new session is still on its way to the client.
    await delay(500);
    await client.call();
    await vi.waitFor(() => expect(wireOf(told).at(-1)).toBe('POST tools/call S2 - 202'));
    expect(total(told, metrics.sessionsCreated)).toBe(2);
    const session = told.observer.sessions.session(told.exchanges.at(-1)?.sessionSent ?? '');
    expect(session).toMatchObject({ phase: 'live', initialized: false });
    expect(session?.bornAt).toBeGreaterThan(0);
  }, 15_000);

  test('an id that the server does not know is a dead session, and no status of it is wrong', async () => {
    const told = await watched();
    const response = await fetch(new URL('/messages?sessionId=gone', told.server.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'greet' } }),
    });
    expect(await response.text()).toBe('No transport found for sessionId');
    await vi.waitFor(() => expect(told.exchanges).toHaveLength(1));
    expect(told.exchanges[0]).toMatchObject({
      status: 400,
      bodyClass: 'session-dead',
      transport: 'http-sse',
    });
    expect(total(told, metrics.sessionsLost, { cause: 'restart' })).toBe(1);
    expect([...told.observer.cases.open()]).toEqual([]);
    expect(JSON.stringify(told.exchanges)).not.toContain('gone');
  });
});
