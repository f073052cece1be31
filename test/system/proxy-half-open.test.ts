import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeWith } from '../support/system-programs.ts';
import { eventually } from './support/asking.ts';
import { call, processesOfTest, seenBy, startProxyProcess, startStreamServer } from './support/proxied.ts';

const PROGRAM = join(import.meta.dirname, 'programs/half-open.py');
const CLIENTS = 50;

/** Waited for so long at most: machines that run tests have other things to do. */
const PATIENCE_MS = 30_000;

const get = (path: string): string =>
  `GET ${path} HTTP/1.1\\r\\nHost: localhost\\r\\nAccept: text/event-stream\\r\\nMcp-Session-Id: s\\r\\n\\r\\n`;

/** CAP_NET_ADMIN, by which a socket can be closed in silence (capability 12). */
function mayVanish(): boolean {
  const effective = /^CapEff:\s+([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> 12n) & 1n) === 1n;
}

describeWith(['python3'], 'clients that vanish without a word', (python) => {
  const testIfAllowed = test.skipIf(process.platform !== 'linux' || !mayVanish());

  /** Clients in another process that send this, and are gone once they shall be. */
  async function vanishing(port: number, sent: string) {
    const processes = processesOfTest();
    const client = processes.start(python, [PROGRAM, String(port), String(CLIENTS), sent]);
    await client.said(/^sent$/);
    return {
      async gone() {
        client.tell('leave');
        await client.said(/^gone$/);
      },
    };
  }

  testIfAllowed(
    'from streams: the next event finds that out, and the server is told',
    async () => {
      const processes = processesOfTest();
      const server = await startStreamServer(processes);
      const proxy = await startProxyProcess(processes, server);
      const clients = await vanishing(proxy.port, get('/mcp'));
      await proxy.tells(CLIENTS, 'mcp_streams_open', { vantage: 'proxy' });
      await clients.gone();
      await seenBy(server, { streams: 0, aborted: CLIENTS });
      await proxy.tells(0, 'mcp_streams_open', { vantage: 'proxy' });
      await proxy.tells(0, 'mcp_connections_open', { vantage: 'proxy' });
      expect((await call(proxy.url)).status).toBe(200);
    },
    4 * PATIENCE_MS,
  );

  testIfAllowed(
    'in the middle of a head: the time for it is over for them too',
    async () => {
      const processes = processesOfTest();
      const server = await startStreamServer(processes);
      const proxy = await startProxyProcess(processes, server, { headersTimeout: 5000 });
      const clients = await vanishing(proxy.port, 'POST /mcp HTTP/1.1\\r\\nHost: loc');
      await eventually(
        'all of them to be there',
        PATIENCE_MS,
        () => proxy.holds(),
        ({ sockets }) => sockets >= CLIENTS,
      );
      await clients.gone();
      await eventually(
        'no socket left',
        PATIENCE_MS,
        () => proxy.holds(),
        ({ sockets }) => sockets === 0,
      );
    },
    4 * PATIENCE_MS,
  );

  testIfAllowed(
    'from quiet streams: the kernel asks whether they are still there',
    async () => {
      const processes = processesOfTest();
      const server = await startStreamServer(processes);
      const proxy = await startProxyProcess(processes, server);
      const clients = await vanishing(proxy.port, get('/quiet'));
      await seenBy(server, { streams: CLIENTS });
      await clients.gone();
      // TCP keep-alive begins after 30 s of silence.
      await eventually(
        'no stream left',
        30_000 + PATIENCE_MS,
        () => server.sees(),
        ({ streams }) => streams === 0,
      );
      await proxy.tells(0, 'mcp_streams_open', { vantage: 'proxy' });
    },
    4 * PATIENCE_MS,
  );
});
