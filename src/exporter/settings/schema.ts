/**
 * Every setting there is. From here follow the flags, the variables, the keys of the file, their defaults, the help
 * and docs/configuration.md.
 */
import { z } from 'zod';
import { setting } from './about.ts';
import {
  ALLOWED_LABEL,
  host,
  label,
  path,
  port,
  secret,
  secretFile,
  toolName,
  urlHost,
  writableFile,
} from './kinds.ts';
import { probeSettings } from './probe-schema.ts';
import { proxySettings } from './proxy-schema.ts';
import { tableSettings, thresholdSettings } from './threshold-schema.ts';

/** The port that OpenTelemetry gave its Prometheus exporters; scrape configurations know it. */
export const DEFAULT_PORT = 9464;

/** Where it listens unless told otherwise: reachable from this machine alone. */
export const DEFAULT_HOST = '127.0.0.1';

/** The vantages that a process has by itself. */
export const WATCHED_VANTAGES = ['server', 'client'] as const;

/** More tools by name would make of each operation's duration more series than are kept. */
const MOST_TOOLS = 20;

/** All settings, as they stand in a file. */
export const settingsSchema = z.strictObject({
  host: setting(host.default(DEFAULT_HOST), {
    meaning: "address of the exporter's own listener, which has the metrics and the page",
    allowed: 'an IP address or a host name',
  }),
  port: setting(port.default(DEFAULT_PORT), {
    meaning: 'its port',
    allowed: 'a whole number from 0 to 65535; 0 takes any free port',
  }),
  allowed_hosts: setting(z.array(host).default([]), {
    meaning: 'further names by which it may be asked for, beside addresses, `localhost` and `host`',
    allowed: 'host names without a port',
    allowedInText: 'host names without a port, divided by commas',
    reloads: true,
  }),
  key: setting(secret.optional(), {
    meaning:
      'key of the hash that stands for session ids; processes that share it call one session by one reference',
    allowed: 'a text that is not empty, in quotes if it looks like a number',
    allowedInText: 'a text that is not empty',
    otherwise: 'random, for each process',
    secret: true,
  }),
  key_file: setting(secretFile.optional(), {
    meaning: 'a file that holds that key, instead of `key`',
    allowed: 'the path of a file that can be read and is not empty',
    otherwise: 'none',
  }),
  target: setting(label.default('default'), {
    meaning: 'the `target` label of the watched server',
    allowed: ALLOWED_LABEL,
    ofRegister: true,
  }),
  targets: setting(z.array(urlHost.toLowerCase()).optional(), {
    meaning: 'hosts told apart among those that the program asks; any other is `other`',
    allowed: 'hosts as in a URL, with a port unless it is the default',
    allowedInText: 'hosts as in a URL, with a port unless it is the default, divided by commas',
    otherwise: 'all are told as `target`',
    ofRegister: true,
  }),
  vantages: setting(
    z
      .array(z.enum(WATCHED_VANTAGES))
      .min(1)
      .default([...WATCHED_VANTAGES]),
    {
      meaning: 'which half of the program is watched: what it serves, what it asks, or both',
      allowed: '"server" or "client", or both',
      allowedInText: '"server" or "client", or both divided by a comma',
      ofRegister: true,
    },
  ),
  paths: setting(z.array(path).optional(), {
    meaning: 'the exact paths that speak MCP',
    allowed: 'paths that begin with "/"',
    allowedInText: 'paths that begin with "/", divided by commas',
    otherwise: 'recognised by what passes there',
    ofRegister: true,
  }),
  tools: setting(z.array(toolName).max(MOST_TOOLS).default([]), {
    meaning: 'tools told by name in the duration of operations; any other is `other`',
    allowed: `at most ${MOST_TOOLS} names of tools, each of 1 to 128 printable characters without a blank`,
    allowedInText: `at most ${MOST_TOOLS} names of tools, each of 1 to 128 printable characters without a blank, divided by commas`,
  }),
  record: setting(writableFile.optional(), {
    meaning: 'a file to record into what is watched, for `mcp-session-exporter replay`',
    allowed: 'the path of a file, in a folder that can be written to',
    otherwise: 'nothing is recorded',
  }),
  thresholds: thresholdSettings,
  table: tableSettings,
  proxy: proxySettings,
  probe: probeSettings,
});

/** All settings with their values, as they stand in a file. */
export type Settings = z.output<typeof settingsSchema>;
