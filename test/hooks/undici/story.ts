/** A real client that loses its session and begins anew, in a process of its own: says which Node it is, and what was told. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { setTimeout as delay } from 'node:timers/promises';
import { startServer } from '../../../demo/restartable-server.ts';
import { serveSdk132 } from '../../../demo/servers/sdk-1-32.ts';
import { watchUndici } from '../../../src/hooks/undici/index.ts';
import { createObserver } from '../../../src/observer.ts';
import { until } from '../at-rest.ts';

let ahead = 0;
const observer = createObserver({
  vantages: ['client'],
  now: () => performance.timeOrigin + performance.now() + ahead,
});
const told: string[] = [];
const streams: unknown[] = [];
const stop = watchUndici({
  ...observer,
  exchange(exchange) {
    const { httpMethod, rpcMethods, status, stream, sessionGiven } = exchange;
    if (httpMethod === 'POST')
      told.push(
        `${rpcMethods.join() || 'unknown'} ${status}${sessionGiven === undefined ? '' : ' gives a session'}`,
      );
    if (stream !== undefined) streams.push(stream.carriedData);
    observer.exchange(exchange);
  },
});
const server = await startServer(serveSdk132);

async function connect(): Promise<Client> {
  const client = new Client({ name: 'claude-code', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(server.url));
  return client;
}

const CALL = { name: 'report', arguments: { seconds: 0 } };
const lost = await connect();
await lost.callTool(CALL);
await server.restart();
await delay(100);
for (let i = 0; i < 2; i++) await lost.callTool(CALL).catch(() => {});
await until(() => told.length === 5);
await lost.close();
ahead += 31_000;
observer.refresh();
const faults = [...observer.cases.open()].map(({ fault }) => fault.id);
const next = await connect();
await next.callTool(CALL);
await until(() => told.length === 8);
await next.close();
stop();
await server.close();
const { sessions } = observer.sessions.sizes;
console.log(
  JSON.stringify({ version: process.version, told, streams: [...new Set(streams)], faults, sessions }),
);
