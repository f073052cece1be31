import { accessSync, constants, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname } from 'node:path';
import type { NodeHttpOptions } from '../hooks/node-http/index.ts';
import type { ObserverOptions } from '../observer.ts';

/** How {@link startExporter} watches and where it tells. Every option has a default. */
export interface ExporterOptions extends ObserverOptions, NodeHttpOptions {
  /** The address to listen at. Default: `127.0.0.1`. */
  readonly host?: string | undefined;
  /** The port to listen at; 0 takes any free one. Default: 9464. */
  readonly port?: number | undefined;
  /** Further names by which the page may be asked for, beside addresses, `localhost` and `host`. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** A file to record into what is watched, for `mcp-session-exporter replay`. Default: nothing is recorded. */
  readonly record?: string | undefined;
}

/** The port that OpenTelemetry gave its Prometheus exporters; scrape configurations know it. */
export const DEFAULT_PORT = 9464;

/** Where it listens unless told otherwise: reachable from this machine alone. */
export const DEFAULT_HOST = '127.0.0.1';

type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'MCP_SESSION_EXPORTER_';
const HOST_NAME = /^[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?$/i;
const TARGET = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/;
const PATH = /^\/[^\s?#,]*$/;

/** Reads the options of the zero-code start. Throws a RangeError that names key, value and what is allowed. */
export function optionsFromEnvironment(environment: Environment): ExporterOptions {
  const read = (key: string): string | undefined => environment[PREFIX + key]?.trim() || undefined;
  return {
    host: checked('HOST', read('HOST'), isHost, 'an IP address or a host name'),
    port: portOf(read('PORT')),
    allowedHosts: listOf(
      'ALLOWED_HOSTS',
      read('ALLOWED_HOSTS'),
      isHost,
      'host names without a port, divided by commas',
    ),
    key: read('KEY'),
    ...targetOf(read('TARGET')),
    paths: listOf(
      'PATHS',
      read('PATHS'),
      (path) => PATH.test(path),
      'paths that begin with "/", divided by commas',
    ),
    record: checked(
      'RECORD',
      read('RECORD'),
      canBeWritten,
      'the path of a file, in a folder that can be written to',
    ),
  };
}

function portOf(text: string | undefined): number | undefined {
  const isPort = (value: string): boolean => /^\d{1,5}$/.test(value) && Number(value) <= 65_535;
  const port = checked('PORT', text, isPort, 'a whole number from 0 to 65535; 0 takes any free port');
  return port === undefined ? undefined : Number(port);
}

function targetOf(text: string | undefined): Pick<ExporterOptions, 'target'> {
  const allowed = '1 to 64 letters, digits or ._:/- that begin with a letter or digit';
  const target = checked('TARGET', text, (value) => TARGET.test(value), allowed);
  return target === undefined ? {} : { target };
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || HOST_NAME.test(text);
}

function canBeWritten(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true;
  } catch {
    return false;
  }
}

type Check = (text: string) => boolean;

function checked(key: string, text: string | undefined, check: Check, allowed: string): string | undefined {
  if (text === undefined || check(text)) return text;
  throw new RangeError(
    `${PREFIX}${key}: ${JSON.stringify(text.slice(0, 100))} is not allowed; it must be ${allowed}`,
  );
}

function listOf(key: string, text: string | undefined, check: Check, allowed: string): string[] | undefined {
  const items = text?.split(',').flatMap((item) => item.trim() || []);
  for (const item of items ?? []) checked(key, item, check, allowed);
  return items;
}
