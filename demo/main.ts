/** Plays broken and healthy MCP sessions on the loopback interface and shows what is found: see `--help`. */
import { readArguments, USAGE, type DemoArguments } from './arguments.ts';
import { runDemo } from './demo.ts';

async function main(): Promise<number> {
  let options: DemoArguments;
  try {
    options = readArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  try {
    return await runDemo(options, interrupted.signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    console.error(
      `Port ${options.port} of ${options.host} is taken; choose another with --port N, or any with --port 0.`,
    );
    return 1;
  }
}

process.exitCode = await main();
