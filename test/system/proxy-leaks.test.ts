import { once } from 'node:events';
import { Agent, request as ask } from 'node:http';
import { expect, test } from 'vitest';
import { eventually } from './support/asking.ts';
import { processesOfTest, seenBy, startProxyProcess, startStreamServer } from './support/proxied.ts';

const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-session-id': 'a-session',
};

const BODY = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';

type Episode = (url: URL, agent: Agent) => Promise<void>;

/** What clients do, well-behaved ones and others. */
const EPISODES: Readonly<Record<string, Episode>> = {
  async call(url, agent) {
    const asked = ask(url, { agent, method: 'POST', headers: HEADERS });
    asked.end(BODY);
    const [answer] = await once(asked, 'response');
    answer.resume();
    await once(answer, 'end');
  },
  async streamLetGo(url) {
    const asked = ask(url, { agent: false, headers: HEADERS });
    asked.on('error', () => {});
    asked.end();
    const [answer] = await once(asked, 'response');
    await once(answer, 'data');
    asked.destroy();
  },
  async callLetGo(url) {
    const asked = ask(new URL('/silent', url), { agent: false, method: 'POST', headers: HEADERS });
    asked.on('error', () => {});
    asked.end(BODY);
    await once(asked, 'finish');
    asked.destroy();
  },
  async uploadBrokenOff(url) {
    const headers = { ...HEADERS, 'content-length': 1_000_000 };
    const asked = ask(url, { agent: false, method: 'POST', headers });
    asked.on('error', () => {});
    asked.write(BODY);
    asked.once('socket', (socket) => socket.once('connect', () => asked.destroy()));
    await new Promise<void>((resolve) => void asked.once('close', resolve));
  },
};

const ROUND = 250;

async function play(url: URL): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  for (let i = 0; i < ROUND; i++)
    await Promise.all(Object.values(EPISODES).map((episode) => episode(url, agent)));
  agent.destroy();
}

test('thousands of exchanges, half of them broken off, leave no socket and no memory behind', async () => {
  const processes = processesOfTest();
  const server = await startStreamServer(processes);
  const proxy = await startProxyProcess(processes, server);
  const atRest = () =>
    eventually(
      'no sockets',
      15_000,
      () => proxy.holds(),
      ({ sockets }) => sockets === 0,
    );
  // Tables, pools and compiled code find their size.
  for (let i = 0; i < 3; i++) await play(proxy.url);
  const before = await atRest();
  for (let i = 0; i < 3; i++) await play(proxy.url);
  const after = await atRest();
  await seenBy(server, { streams: 0, sockets: 0 });
  await proxy.tells(0, 'mcp_streams_open');
  await proxy.tells(0, 'mcp_connections_open');
  const episodes = 3 * ROUND * Object.keys(EPISODES).length;
  // A single request, kept, would be several kilobytes.
  expect((after.heapUsed + after.external - before.heapUsed - before.external) / episodes).toBeLessThan(200);
}, 120_000);
