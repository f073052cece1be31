import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { describeWith } from '../support/system-programs.ts';
import { eventually } from './support/asking.ts';
import {
  call,
  processesOfTest,
  seenBy,
  startFloodServer,
  startProxyProcess,
  type StreamServer,
} from './support/proxied.ts';

const PROGRAM = join(import.meta.dirname, 'programs/slow-readers.py');
const READERS = 1000;

/**
 * What node itself holds of a stream under way, at most: what was read (64 KiB at a time) is kept up to the mark of
 * 64 KiB, once as it was read and once as it is to be written, and as much again for the objects around it.
 */
const PER_READER = 5 * 65_536;

/** Resolves when the server has not got rid of any more for a second; looks at each of them whether `isBounded`. */
async function heldBack(server: StreamServer, isBounded: () => Promise<void>): Promise<number> {
  for (let before = -1; ;) {
    await isBounded();
    const { flooded } = await server.sees();
    if (flooded === before) return flooded;
    before = flooded;
    await sleep(1000);
  }
}

describeWith(['python3'], '1,000 readers that do not read', (python) => {
  test('are held back at the server, and not kept for in the proxy', async () => {
    const processes = processesOfTest();
    const server = await startFloodServer(processes, python);
    const proxy = await startProxyProcess(processes, server);
    await call(proxy.url);
    const before = await proxy.holds();
    const keptNow = async (): Promise<number> => {
      const { heapUsed, external } = await proxy.holds();
      return heapUsed + external - before.heapUsed - before.external;
    };
    const readers = processes.start(python, [PROGRAM, String(proxy.port), String(READERS)]);
    await readers.said(/^all asked$/);
    await seenBy(server, { streams: READERS });
    const flooded = await heldBack(server, async () => {
      expect(await keptNow()).toBeLessThan(READERS * PER_READER);
    });
    const kept = await keptNow();
    expect(kept).toBeLessThan(READERS * PER_READER);
    // Else there was nothing to hold back.
    expect(flooded).toBeGreaterThan(2 * READERS * PER_READER);

    // Others are served meanwhile, and a reader that wakes up has what it was kept from.
    expect((await call(proxy.url)).status).toBe(200);
    await proxy.tells(READERS, 'mcp_streams_open', { vantage: 'proxy', kind: 'get' });
    readers.tell(String(50 * PER_READER));
    await readers.said(/^has read$/);
    expect((await server.sees()).flooded).toBeGreaterThan(flooded + 40 * PER_READER);

    await readers.end('SIGKILL');
    await seenBy(server, { streams: 0 });
    await proxy.tells(0, 'mcp_streams_open', { vantage: 'proxy' });
    await eventually('the proxy to let go of it', 10_000, keptNow, (left) => left < kept / 10);
  }, 120_000);
});
