import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../demo/restartable-server.ts';
import { serveEverything2 } from '../../scripts/corpus/servers/everything-2.ts';
import { makeEverythingServer } from '../../scripts/corpus/servers/everything.ts';
import { serveSdk1 } from '../../scripts/corpus/servers/sdk-1.ts';
import { proxyTo } from './support/proxies.ts';

const SUITE = join(import.meta.dirname, '../../node_modules/@modelcontextprotocol/conformance/dist/index.js');

/** A check of the suite, and what came of it. */
interface Verdict {
  readonly scenario: string;
  readonly check: string;
  readonly status: string;
  readonly error: string | undefined;
}

interface CheckFile {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

/** Runs every scenario of a revision against a server. That some fail is nothing to the proxy: they fail alike. */
async function verdictsOn(url: URL, revision: string): Promise<Verdict[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-session-exporter-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const which = ['--suite', 'all', '--spec-version', revision, '--output-dir', folder];
  await ended([SUITE, 'server', '--url', url.href, ...which]);
  return readdirSync(folder).flatMap((scenario) => {
    const checks = JSON.parse(readFileSync(join(folder, scenario, 'checks.json'), 'utf8')) as CheckFile[];
    return checks.map(({ id, status, errorMessage }) => ({
      scenario: scenario.replace(/-\d{4}-\d\d-\d\dT.*$/, ''),
      check: id,
      status,
      error: errorMessage?.replaceAll(url.host, 'HOST'),
    }));
  });
}

/** Resolves when the program is over, however it ends: it exits with 1 where a check failed. */
function ended(args: readonly string[]): Promise<void> {
  return new Promise((resolve) => execFile(process.execPath, args, { timeout: 60_000 }, () => resolve()));
}

/** Refuses foreign names and pages, as the SDK's own app of Express does. */
function everythingOnExpress(): RequestListener {
  const app = createMcpExpressApp();
  app.all('/mcp', serveSdk1({ make: makeEverythingServer, events: true, retryMs: 300 }));
  return app as RequestListener;
}

const SERVERS = [
  { title: 'SDK 1.32.2 on Express', revision: '2025-11-25', serve: everythingOnExpress, atLeast: 60 },
  {
    title: 'SDK 1.32.2 on Fastify, JSON answers',
    revision: '2025-11-25',
    serve: () => serveSdk1({ make: makeEverythingServer, framework: 'fastify', json: true }),
    atLeast: 50,
  },
  { title: 'SDK 2.4.0', revision: '2026-07-28', serve: serveEverything2, atLeast: 40 },
] as const;

describe('@modelcontextprotocol/conformance', () => {
  test.each(SERVERS)(
    'finds $title the same through the proxy',
    async ({ revision, serve, atLeast }) => {
      const server = await startServer(serve);
      onTestFinished(() => server.close());
      const direct = await verdictsOn(server.url, revision);
      const through = await verdictsOn(await proxyTo(server.url), revision);
      expect(direct.filter(({ status }) => status === 'SUCCESS').length).toBeGreaterThanOrEqual(atLeast);
      expect(through).toEqual(direct);
    },
    60_000,
  );
});
