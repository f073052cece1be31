import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StdioClientTransport as Stdio2 } from '@modelcontextprotocol/client/stdio';
import { StdioClientTransport as Stdio1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Operation } from '../../../src/exchange/index.ts';
import { watchTransport } from '../../../src/hooks/transport/index.ts';
import { clientOfSdk1, clientOfSdk2, type Connected } from './support/pairs.ts';
import { lineOf, recordOperations } from './support/recording.ts';
import { unwatched, type Watch } from './support/watch.ts';

// A process takes its time to start on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const SERVER = join(import.meta.dirname, 'support', 'stdio-server.ts');

/** What the server told of one operation, and where its span was. */
type Told = Operation & { readonly id: string; readonly parent: string | undefined };

function fileFor(): { readonly path: string; read(): string; told(): Told[] } {
  const folder = mkdtempSync(join(tmpdir(), 'stdio-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'lines');
  const read = (): string => readFileSync(path, 'utf8');
  return {
    path,
    read,
    told: () =>
      read()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Told),
  };
}

const node = (...args: string[]) => ({ command: process.execPath, args: ['--no-warnings', SERVER, ...args] });

/** The same, with what the client writes kept in a file on its way. */
const tapped = (file: string, ...args: string[]) => ({
  command: '/bin/sh',
  args: ['-c', 'tee "$0" | exec "$@"', file, process.execPath, '--no-warnings', SERVER, ...args],
});

type Parameters = ReturnType<typeof node>;

const SIDES = [
  {
    name: 'SDK 1.32.2',
    major: '1',
    handshake: 'initialize',
    protocolVersion: '2025-11-25',
    connect: (how: Parameters, watch: Watch) => clientOfSdk1(new Stdio1(how), watch),
  },
  {
    name: 'SDK 2.4.0, older era',
    major: '2',
    handshake: 'initialize',
    protocolVersion: '2025-11-25',
    connect: (how: Parameters, watch: Watch) => clientOfSdk2(new Stdio2(how), watch, 'legacy'),
  },
  {
    name: 'SDK 2.4.0, newer era',
    major: '2',
    handshake: 'none',
    protocolVersion: '2026-07-28',
    connect: (how: Parameters, watch: Watch) => clientOfSdk2(new Stdio2(how), watch, 'auto'),
  },
];

async function story(connected: Connected): Promise<void> {
  await connected.call('works', { meta: { mine: 1 } });
  await connected.call('fails');
  await connected.call('reports', { onprogress: () => undefined });
  await connected.call('missing').catch(() => undefined);
}

describe.each(SIDES)('$name over stdio', ({ major, handshake, protocolVersion, connect }) => {
  test('both processes tell the same calls, and one trace goes through both', async () => {
    const file = fileFor();
    const client = recordOperations({ spans: true });
    const connected = await connect(node(major, file.path), watchTransport(client));
    await story(connected);
    const sent = await client.until('tools/call', 4);
    await vi.waitFor(
      () => expect(file.told().filter(({ method }) => method === 'tools/call')).toHaveLength(4),
      5000,
    );
    const received = file.told().filter(({ method }) => method === 'tools/call');
    expect(received.map(({ errorType }) => errorType)).toEqual(sent.map(({ errorType }) => errorType));
    expect(sent.map(({ errorType }) => errorType).slice(0, 3)).toEqual(['', 'tool_error', '']);
    for (const side of [sent, received])
      for (const operation of side)
        expect(operation).toMatchObject({ networkTransport: 'pipe', protocolVersion });
    expect(received.map(({ parent }) => parent)).toEqual(
      sent.map(({ span }) => span?.traceparent.slice(36, 52)),
    );
    expect(received.every(({ vantage }) => vantage === 'server')).toBe(true);
    if (handshake !== 'none') expect(client.operations.map(lineOf)).toContain(`sent ${handshake}`);
    expect(client.failures).toEqual([]);
  });

  test('without spans the client writes the same bytes', async () => {
    const [bare, watched] = [fileFor(), fileFor()];
    for (const [file, watch] of [
      [bare, unwatched],
      [watched, watchTransport(recordOperations({ calls: true }))],
    ] as const) {
      const connected = await connect(tapped(file.path, major), watch);
      await story(connected);
      await connected.close();
    }
    expect(bare.read().split('\n').length).toBeGreaterThan(4);
    expect(watched.read()).toBe(bare.read());
  });

  test('a server that is killed in a call', async () => {
    const client = recordOperations();
    const connected = await connect(node(major), watchTransport(client));
    const call = connected.call('waits');
    const failed = expect(call).rejects.toThrow();
    const { pid } = connected.transport as Stdio1;
    process.kill(pid ?? 0, 'SIGKILL');
    await failed;
    expect(await client.one('tools/call')).toMatchObject({ errorType: 'cancelled' });
  });
});
