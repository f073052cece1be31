import { parseArgs } from 'node:util';

/** What was asked for on the command line. */
export interface DemoArguments {
  readonly once: boolean;
  readonly host: string;
  readonly port: number;
  readonly help: boolean;
}

/** How to use the demo. */
export const USAGE = `Usage: npm run demo [-- options]

Starts MCP servers and clients on the loopback interface, watches the servers, breaks sessions on purpose and
tells what was found, until Ctrl-C.

  --once         play the story once, print what was expected and what was found, and exit: 0 when they agree
  --port N       port of the status page and /metrics; 0 takes any free one (default 9464)
  --host NAME    address they listen on (default 127.0.0.1)
  --help         show this text`;

/** Reads the command line. Throws a TypeError that says what is wrong with it. */
export function readArguments(args: readonly string[]): DemoArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '9464' },
      help: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) {
    throw new TypeError(`--port: "${values.port}" is not a port; it must be a number from 0 to 65535`);
  }
  return { ...values, port };
}
