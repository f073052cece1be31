#!/usr/bin/env node
/** The command `mcp-session-exporter`. */
import { runCommandLine } from './command-line/index.ts';

// Whoever reads may stop to, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
process.exitCode = await runCommandLine(process.argv.slice(2), process);
