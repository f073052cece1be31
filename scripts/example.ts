/** Runs one of the examples from the sources: `npm run example -- express`. It ends when the example does. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** What Node is given for each: all that a reader would type. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'node-http': ['examples/node-http/server.js'],
  express: ['examples/express/server.js'],
  fastify: ['examples/fastify/server.js'],
  hono: ['examples/hono/server.js'],
  client: ['examples/client/client.js'],
  'zero-code': ['--import', 'mcp-session-exporter/register', 'examples/zero-code/server.js'],
};

const name = process.argv[2] ?? '';
const args = EXAMPLES[name];
if (args === undefined) {
  console.error(
    `There is no example ${JSON.stringify(name)}; there are ${Object.keys(EXAMPLES).join(', ')}.`,
  );
  process.exitCode = 2;
} else {
  const root = join(import.meta.dirname, '..');
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  // Of these an example decides itself; pressed keys reach it anyhow.
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGINT', () => {});
  child.once('exit', (code, signal) => (process.exitCode = code ?? (signal === 'SIGINT' ? 0 : 1)));
}
