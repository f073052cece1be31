import type { RequestListener } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectSdk129, connectSdk132, connectSdk2, type SdkClient } from '../../demo/clients/sdk.ts';
import { startServer } from '../../demo/restartable-server.ts';
import { serveSdk129 } from '../../demo/servers/sdk-1-29.ts';
import { serveSdk132 } from '../../demo/servers/sdk-1-32.ts';
import { serveSdk2, serveSdk2WithSessions } from '../../demo/servers/sdk-2.ts';
import type { Exchange } from '../../src/exchange/index.ts';
import { watchNodeHttp } from '../../src/hooks/node-http/index.ts';
import { record, type Recording } from '../hooks/node-http/recording.ts';

type Connect = (url: URL) => Promise<SdkClient>;

/** Starts a watched server; a story may restart it, which makes it forget every session. */
async function watched(serve: () => RequestListener) {
  const recording = record();
  const stop = watchNodeHttp(recording);
  const server = await startServer(serve);
  onTestFinished(async () => {
    await server.close();
    stop();
  });
  return { recording, server };
}

/** The exchanges with their session references told by order of issue: the first session given is S1. */
function wireOf({ exchanges }: Recording): string[] {
  const names = new Map<string, string>();
  for (const { sessionGiven } of exchanges) {
    if (sessionGiven !== undefined && !names.has(sessionGiven)) names.set(sessionGiven, `S${names.size + 1}`);
  }
  const nameOf = (ref: string | undefined): string =>
    ref === undefined ? '-' : (names.get(ref) ?? 'unknown');
  return exchanges.map(({ httpMethod, rpcMethods, sessionSent, status, bodyClass }) =>
    [httpMethod, ...rpcMethods, nameOf(sessionSent), status, bodyClass].join(' '),
  );
}

function handshakesOf({ exchanges }: Recording): Exchange[] {
  return exchanges.filter(({ rpcMethods }) => rpcMethods.includes('initialize'));
}

interface Pair {
  readonly name: string;
  readonly serve: () => RequestListener;
  readonly connect: Connect;
  readonly revision: string;
  /** How the server answers an id it has forgotten. */
  readonly dead: { readonly status: number; readonly bodyClass: string };
}

const PAIRS: readonly Pair[] = [
  {
    name: 'server 1.29.0, client 1.29.0',
    serve: serveSdk129,
    connect: connectSdk129,
    revision: '2025-11-25',
    dead: { status: 400, bodyClass: 'session-dead-ambiguous' },
  },
  {
    name: 'server 1.29.0, client 1.32.2',
    serve: serveSdk129,
    connect: connectSdk132,
    revision: '2025-11-25',
    dead: { status: 400, bodyClass: 'session-dead-ambiguous' },
  },
  {
    name: 'server 1.32.2, client 1.32.2',
    serve: serveSdk132,
    connect: connectSdk132,
    revision: '2025-11-25',
    dead: { status: 404, bodyClass: 'session-dead' },
  },
  {
    name: 'server 2.4.0 with sessions, client 2.4.0 of the older era',
    serve: serveSdk2WithSessions,
    connect: (url) => connectSdk2(url, 'legacy'),
    revision: '2025-11-25',
    dead: { status: 404, bodyClass: 'session-dead' },
  },
];

describe.each(PAIRS)('$name', ({ serve, connect, revision, dead }) => {
  test('a session from its birth through its loss to its successor', async () => {
    const { recording, server } = await watched(serve);
    const lost = await connect(server.url);
    expect(await lost.call()).toBe(200);
    await vi.waitFor(() => expect(recording.streams.map(({ kind }) => kind)).toContain('get'));
    await server.restart();
    // Until then fetch may still pick a connection that the restart has closed.
    await delay(100);
    expect(await lost.call()).toBe(dead.status);
    await lost.close();
    const next = await connect(server.url);
    expect(await next.call()).toBe(200);
    await next.leave();
    await vi.waitFor(() => expect(wireOf(recording)).toContain('DELETE S2 200 none'));

    const posts = wireOf(recording).filter((line) => line.startsWith('POST'));
    expect(posts).toEqual([
      'POST initialize - 200 none',
      'POST notifications/initialized S1 202 none',
      'POST tools/call S1 200 none',
      `POST tools/call S1 ${dead.status} ${dead.bodyClass}`,
      'POST initialize - 200 none',
      'POST notifications/initialized S2 202 none',
      'POST tools/call S2 200 none',
    ]);
    for (const { era, protocolVersion } of recording.exchanges) {
      expect({ era, protocolVersion }).toEqual({ era: 'sessionful', protocolVersion: revision });
    }
    expect(handshakesOf(recording).map(({ sessionGiven }) => sessionGiven)).toEqual([
      expect.stringMatching(/^[0-9a-f]{12}$/),
      expect.stringMatching(/^[0-9a-f]{12}$/),
    ]);
    expect(recording.failures).toEqual([]);
  });

  test('its listening stream, cut by the restart', async () => {
    const { recording, server } = await watched(serve);
    const client = await connect(server.url);
    await vi.waitFor(() => expect(recording.streams.map(({ kind }) => kind)).toContain('get'));
    await server.restart();
    await vi.waitFor(() => expect(wireOf(recording)).toContain('GET S1 200 none'));
    const cut = recording.exchanges.find(({ httpMethod, status }) => httpMethod === 'GET' && status === 200);
    expect(cut).toMatchObject({ ending: 'aborted', stream: { kind: 'get' }, sessionGiven: cut?.sessionSent });
    await client.close();
    expect(recording.failures).toEqual([]);
  });
});

describe('server 2.4.0, client 2.4.0 of the newer era', () => {
  test('has no sessions, and names its methods in a header', async () => {
    const { recording, server } = await watched(serveSdk2);
    const client = await connectSdk2(server.url, 'auto');
    expect(await client.call()).toBe(200);
    await client.leave();
    await recording.until(2);
    expect(wireOf(recording).slice(0, 2)).toEqual([
      'POST server/discover - 200 none',
      'POST tools/call - 200 none',
    ]);
    for (const exchange of recording.exchanges) {
      expect(exchange).toMatchObject({
        era: 'sessionless',
        protocolVersion: '2026-07-28',
        sessionGiven: undefined,
      });
    }
    expect(recording.failures).toEqual([]);
  });
});

describe('server 2.4.0 with sessions, client 2.4.0 of the newer era', () => {
  test('serves it without a session', async () => {
    const { recording, server } = await watched(serveSdk2WithSessions);
    const client = await connectSdk2(server.url, 'auto');
    expect(await client.call()).toBe(200);
    await client.leave();
    await recording.until(2);
    expect(new Set(recording.exchanges.map(({ era }) => era))).toEqual(new Set(['sessionless']));
    expect(recording.exchanges.map(({ sessionGiven }) => sessionGiven)).not.toContainEqual(
      expect.any(String),
    );
  });
});
