import { accessSync, constants, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { dirname } from 'node:path';
import type { NodeHttpOptions } from '../hooks/node-http/index.ts';
import type { UndiciOptions } from '../hooks/undici/index.ts';
import type { ObserverOptions } from '../observer.ts';

/** How {@link startExporter} watches and where it tells. Every option has a default. */
export interface ExporterOptions extends ObserverOptions, NodeHttpOptions {
  /**
   * What is watched: `server` for the HTTP servers of this process, `client` for what it sends by `fetch` or the
   * undici package. Default: `['server']`.
   */
  readonly vantages?: readonly WatchedVantage[];
  /**
   * How the requests that this process sends are recognised and named. Default: by `paths`, and by the host of their
   * URL; hosts that are not among `targets` are told as `other`.
   */
  readonly outgoing?: UndiciOptions | undefined;
  /** The address to listen at. Default: `127.0.0.1`. */
  readonly host?: string | undefined;
  /** The port to listen at; 0 takes any free one. Default: 9464. */
  readonly port?: number | undefined;
  /** Further names by which the page may be asked for, beside addresses, `localhost` and `host`. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** A file to record into what is watched, for `mcp-session-exporter replay`. Default: nothing is recorded. */
  readonly record?: string | undefined;
}

/** The vantages that a process has by itself. */
export const WATCHED_VANTAGES = ['server', 'client'] as const;

/** See {@link WATCHED_VANTAGES}. */
export type WatchedVantage = (typeof WATCHED_VANTAGES)[number];

/** The port that OpenTelemetry gave its Prometheus exporters; scrape configurations know it. */
export const DEFAULT_PORT = 9464;

/** Where it listens unless told otherwise: reachable from this machine alone. */
export const DEFAULT_HOST = '127.0.0.1';

type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'MCP_SESSION_EXPORTER_';
const HOST_NAME = /^[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?$/i;
const TARGET = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/;
/** So many targets, times vantages, keep the series below what a scrape can bear. */
const MOST_TARGETS = 20;
const PATH = /^\/[^\s?#,]*$/;

/** Reads the options of the zero-code start. Throws a RangeError that names key, value and what is allowed. */
export function optionsFromEnvironment(environment: Environment): ExporterOptions {
  const read = (key: string): string | undefined => environment[PREFIX + key]?.trim() || undefined;
  const vantages = vantagesOf(read('VANTAGES'));
  return {
    vantages,
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
    ...targetsOf(read('TARGETS'), vantages),
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

/** The zero-code start does not know what a program is, and watches both halves. */
function vantagesOf(text: string | undefined): readonly WatchedVantage[] {
  const allowed = `${WATCHED_VANTAGES.map((name) => `"${name}"`).join(' or ')}, or both divided by a comma`;
  const named = listOf('VANTAGES', text, isWatched, allowed);
  return named === undefined || named.length === 0
    ? WATCHED_VANTAGES
    : WATCHED_VANTAGES.filter((name) => named.includes(name));
}

function isWatched(text: string): boolean {
  return (WATCHED_VANTAGES as readonly string[]).includes(text);
}

/** The hosts that are told apart among those that the program asks; the others are `other`. */
function targetsOf(
  text: string | undefined,
  vantages: readonly WatchedVantage[],
): Pick<ExporterOptions, 'targets'> {
  const allowed = 'hosts as in a URL, with a port unless it is the default, divided by commas';
  const hosts = listOf('TARGETS', text, isUrlHost, allowed)?.map((host) => host.toLowerCase());
  if (hosts === undefined || hosts.length === 0) return {};
  const targets = [...new Set(hosts)];
  // Beside them there are `other`, and the name of the program's own server.
  const most = MOST_TARGETS / vantages.length - vantages.length;
  const seen = `from ${vantages.length === 1 ? 'one vantage' : 'two vantages'}`;
  checked(
    'TARGETS',
    String(targets.length),
    (count) => Number(count) <= most,
    `at most ${most} hosts ${seen}`,
  );
  return { targets };
}

function isUrlHost(text: string): boolean {
  return ['http', 'https'].some((scheme) => URL.parse(`${scheme}://${text}`)?.host === text.toLowerCase());
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
