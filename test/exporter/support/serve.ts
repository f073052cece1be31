/** A program to be watched: it serves, tells where, and ends by itself when its input does. */
import { startMcpServer } from './mcp-server.ts';

const server = await startMcpServer(
  Number(process.env['REFUSAL'] ?? 400),
  Number(process.env['SERVE_PORT'] ?? 0),
);
process.stdout.write(`${server.url}\n`);
process.stdin.resume().once('end', () => void server.close());
