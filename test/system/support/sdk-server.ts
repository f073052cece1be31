/** In a process of its own: a server of SDK 1.29.0, which refuses a session it does not know with 400, at the port it is given. */
import { createServer } from 'node:http';
import { serveSdk129 } from '../../../demo/servers/sdk-1-29.ts';

const server = createServer(serveSdk129());
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'));
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
