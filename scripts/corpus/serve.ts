/**
 * A server in a process of its own, watched by `--import .../register` and nothing else. Arguments: the kind of server,
 * and the port (0 for any). It tells its port on stdout. On SIGTERM it drains: handshakes are refused with 503, and
 * when the second argument's seconds are over it ends.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerError } from './servers/sdk-1.ts';
import { SERVERS } from './servers/kinds.ts';

const [kind = '', port = '0', drainSeconds = '0'] = process.argv.slice(2);
const serve = SERVERS[kind as keyof typeof SERVERS].serve();
let draining = false;

const server = createServer((request, response) => {
  const isNew = request.method === 'POST' && request.headers['mcp-session-id'] === undefined;
  if (draining && isNew) answerError(response, 503, -32000, 'Draining', { 'retry-after': '1' });
  else serve(request, response);
});
server.listen(Number(port), '127.0.0.1');
await once(server, 'listening');
console.log((server.address() as AddressInfo).port);

process.once('SIGTERM', () => {
  draining = true;
  setTimeout(() => process.exit(0), Number(drainSeconds) * 1000);
});
