/** A program that is watched, answers one request, closes its server and never stops the watch. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { watchNodeHttp } from '../../../src/hooks/node-http/index.ts';
import { createObserver } from '../../../src/observer.ts';

const observer = createObserver();
watchNodeHttp(observer);
const server = createServer((_request, response) => response.end());
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const answer = await fetch(`http://127.0.0.1:${port}/mcp`, {
  headers: { 'mcp-session-id': 'one', connection: 'close' },
});
console.log(answer.status);
server.close();
