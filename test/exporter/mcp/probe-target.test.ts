import { describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../../demo/restartable-server.ts';
import { serveSdk129 } from '../../../demo/servers/sdk-1-29.ts';
import { createStatusServer } from '../../../src/exporter/index.ts';
import { createObserver } from '../../../src/observer.ts';
import { AGENTS } from './support/clients.ts';

interface Report {
  readonly outcome: string;
  readonly checks: readonly { readonly id: string; readonly verdict: string; readonly words: string }[];
}

interface Matrix {
  readonly probes: readonly {
    readonly outcome: string;
    readonly results: readonly { readonly check: string; readonly verdict: string; readonly words: string }[];
  }[];
}

describe.each(Object.entries(AGENTS))('an agent of %s', (_name, connect) => {
  it('asks whether a server is right about sessions, and is told what the page tells', async () => {
    const server = await startServer(serveSdk129);
    onTestFinished(() => server.close());
    const url = `http://127.0.0.1:${server.port}/mcp`;
    const modules = new Map([['default', { holdMs: 100 }]]);
    const app = createStatusServer(createObserver(), { probing: () => ({ targets: [url], modules }) });
    onTestFinished(() => app.close());
    const origin = await app.listen({ host: '127.0.0.1', port: 0 });
    const agent = await connect(new URL('/mcp', origin));
    onTestFinished(() => agent.close());

    const { value, text, isError } = await agent.ask('probe_target', { target: url });
    expect(isError, text).toBe(false);
    const { outcome, checks } = value as Report;
    const { probes } = (await (await fetch(`${origin}/api/v1/probes`)).json()) as Matrix;
    expect(probes).toMatchObject([{ outcome }]);
    expect(probes[0]?.results.map(({ check, verdict, words }) => ({ id: check, verdict, words }))).toEqual(
      checks.map(({ id, verdict, words }) => ({ id, verdict, words })),
    );
    // This server answers 400 where a session is dead: see protocol facts in demo/servers.
    expect(outcome).toBe('failed');
    for (const { verdict, words } of checks)
      if (verdict === 'failed') expect(text).toContain(words.slice(0, 40));
    expect(await agent.ask('probe_target', { target: url, module: 'none-such' })).toMatchObject({
      isError: true,
      text: 'There is no such module; the modules are: default.',
    });
  });
});
