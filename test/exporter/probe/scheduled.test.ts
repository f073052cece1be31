import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { startExporter } from '../../../src/exporter/start-exporter.ts';
import { emulated } from './support/emulated-server.ts';
import { listening } from './support/listening.ts';

interface Matrix {
  readonly probes: readonly { readonly target: string; readonly outcome: string }[];
}

it('an exporter with a schedule shows what it found, though nobody has asked', async (context) => {
  const server = emulated({ unknown: { POST: [400], GET: [400], DELETE: [400] } });
  const target = await listening(context, server.listener);
  const module = { holdMs: 50, timeoutMs: 1000, everyMs: 60_000 };
  const exporter = await startExporter({
    port: 0,
    probing: { targets: [target], modules: new Map([['default', module]]) },
  });
  context.onTestFinished(() => exporter.close());
  const matrix = await vi.waitFor(
    async () => {
      const found = (await (await fetch(`${exporter.url}api/v1/probes`)).json()) as Matrix;
      expect(found.probes).not.toEqual([]);
      return found;
    },
    { timeout: 10_000, interval: 100 },
  );
  expect(matrix.probes).toMatchObject([{ target, outcome: 'failed' }]);
  const sent = server.requests.length;
  await sleep(2500);
  expect(server.requests).toHaveLength(sent);
  expect(server.live.size).toBe(0);
});

it('one that is closed ends what is under way at once, and its sessions', async (context) => {
  const server = emulated();
  const target = await listening(context, server.listener);
  const module = { holdMs: 600_000, everyMs: 60_000 };
  const failures: unknown[] = [];
  const exporter = await startExporter({
    port: 0,
    probing: { targets: [target], modules: new Map([['default', module]]) },
    onError: (error) => failures.push(error),
  });
  const streams = (): number => server.requests.filter(({ method }) => method === 'GET').length;
  await vi.waitFor(() => expect(streams()).toBe(1), { timeout: 8000 });
  // It holds the stream now, for five minutes.
  await sleep(1000);
  expect(server.live.size).toBe(1);
  await exporter.close();
  await vi.waitFor(() => expect(server.live.size).toBe(0), { timeout: 1500 });
  const sent = server.requests.length;
  await sleep(2500);
  expect(server.requests).toHaveLength(sent);
  expect(failures).toEqual([]);
});
