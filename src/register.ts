/**
 * Watches a program without a change to it: `node --import mcp-session-exporter/register server.js`. What goes
 * wrong here is told in one line on stderr, and the program runs on as if this had never been loaded.
 */
import { isMainThread } from 'node:worker_threads';
import {
  DEFAULT_HOST,
  DEFAULT_PORT,
  optionsFromEnvironment,
  type ExporterOptions,
} from './exporter/options.ts';
import { startExporter } from './exporter/start-exporter.ts';

// Worker threads inherit --import; the first thread has the port, so they are left alone.
if (isMainThread) register();

function register(): void {
  try {
    const options = optionsFromEnvironment(process.env);
    startExporter(options).then(
      ({ url }) => tell(`watching; status page at ${url} and metrics at ${url}metrics`),
      (error: unknown) => tell(reasonOf(error, options)),
    );
  } catch (error) {
    // Of settings that are not allowed each has a line.
    const lines = messageOf(error).split('\n');
    for (const [i, line] of lines.entries())
      tell(i < lines.length - 1 ? line : `${line}. The program runs on, unwatched.`);
  }
}

function reasonOf(error: unknown, options: ExporterOptions): string {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT } = options;
  const place = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const code = (error as NodeJS.ErrnoException).code;
  const remedies: Record<string, string> = {
    EADDRINUSE: `${place} is in use: set MCP_SESSION_EXPORTER_PORT to a free port, or to 0 for any free one`,
    EACCES: `${place} may not be used: set MCP_SESSION_EXPORTER_PORT to a port from 1024`,
    EADDRNOTAVAIL: `${place} is no address of this machine: set MCP_SESSION_EXPORTER_HOST to one that is`,
  };
  return `${remedies[code ?? ''] ?? `${place}: ${messageOf(error).split('\n', 1)[0]}`}. The program runs on, unwatched.`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function tell(line: string): void {
  process.stderr.write(`mcp-session-exporter: ${line}\n`);
}
