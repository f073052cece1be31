import { startConfiguredProxy, type ConfiguredProxy } from '../exporter/configured-proxy.ts';
import { readSettings, type Read } from '../exporter/settings/index.ts';
import { FAILED, type Terminal } from './index.ts';
import { settingsHelp } from './settings-help.ts';

const HELP = `Usage: mcp-session-exporter proxy --upstream [NAME=]URL[,URL...] [options]

A reverse proxy in front of MCP servers in any language. It passes bytes on as they are, understands the sessions
in them, and serves metrics and a status page on a listener of its own.

Examples:
  mcp-session-exporter proxy --upstream http://127.0.0.1:8000/mcp
  mcp-session-exporter proxy --upstream github=http://10.0.0.1:8000/mcp --upstream jira=http://10.0.0.2:8000/mcp
      serves http://127.0.0.1:8080/github/mcp and http://127.0.0.1:8080/jira/mcp
  mcp-session-exporter proxy --upstream mcp.example.com=http://10.0.0.1:8000
      serves what is asked for under this host name
  mcp-session-exporter proxy --upstream http://10.0.0.1:8000/mcp,http://10.0.0.2:8000/mcp
      two addresses of one server, in turn; a session stays at one of them
  mcp-session-exporter proxy --config settings.yaml
      takes its settings from a file

Options, which are settings as well, by variable or in the file (docs/configuration.md):
`;

const END_OF_HELP = `
No timeout ends a stream that is open. SIGTERM and SIGINT stop it gracefully; a second one, at once. SIGHUP has it
read its settings again. Exit code: 0 it was stopped, 2 it could not start.
`;

/** `mcp-session-exporter proxy`: runs until it is stopped by a signal. Answers the exit code. */
export async function proxyCommand(args: readonly string[], { stdout, stderr }: Terminal): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    stdout.write(HELP + settingsHelp() + END_OF_HELP);
    return 0;
  }
  const tell = (line: string): void => void stderr.write(`mcp-session-exporter proxy: ${line}\n`);
  const read = (): Read => withUpstream(readSettings({ args, environment: process.env }));
  const { settings, problems = [] } = read();
  for (const problem of problems) tell(problem);
  if (settings === undefined) return FAILED;
  let running: ConfiguredProxy | undefined;
  // From here on, since one that nobody listens to would end the program while it starts.
  const reload = (): void => running?.settings.reload();
  process.on('SIGHUP', reload);
  try {
    running = await startConfiguredProxy(settings, { read, tell });
    const names = settings.proxy.upstreams.map(({ name }) => name).join(', ');
    const { url, statusUrl } = running;
    stdout.write(
      `mcp-session-exporter: proxy at ${url} for ${names}; status page at ${statusUrl} and metrics at ${statusUrl}metrics\n`,
    );
    tell(`stopped by ${await untilStopped(running)}`);
    return 0;
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    return FAILED;
  } finally {
    process.off('SIGHUP', reload);
  }
}

/** A proxy in front of nothing is a mistake, though a file without any may be right for a watched program. */
function withUpstream(read: Read): Read {
  if (read.settings === undefined || read.settings.proxy.upstreams.length > 0) return read;
  return { problems: ['--upstream: is missing; name at least one server, here or in a file. See --help'] };
}

/** The first signal drains, a second one ends at once. */
function untilStopped(running: ConfiguredProxy): Promise<string> {
  return new Promise((resolve, reject) => {
    let isDraining = false;
    const stop = (signal: string): void => {
      const ended = isDraining ? running.close() : running.drain();
      isDraining = true;
      ended.then(() => {
        for (const name of SIGNALS) process.off(name, stop);
        resolve(signal);
      }, reject);
    };
    for (const name of SIGNALS) process.on(name, stop);
  });
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
