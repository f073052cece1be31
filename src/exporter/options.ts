import type { NodeHttpOptions } from '../hooks/node-http/index.ts';
import type { UndiciOptions } from '../hooks/undici/index.ts';
import type { ObserverOptions } from '../observer.ts';
import type { ProbeSettings } from './probe/probes.ts';
import {
  exporterOptionsOf,
  readSettings,
  type Environment,
  type WATCHED_VANTAGES,
} from './settings/index.ts';

export { DEFAULT_HOST, DEFAULT_PORT } from './settings/index.ts';

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
  /** Whom it may probe, how, and how often by itself. Default: nobody. */
  readonly probing?: ProbeSettings | undefined;
  /** A file to record into what is watched, for `mcp-session-exporter replay`. Default: nothing is recorded. */
  readonly record?: string | undefined;
}

/** See {@link WATCHED_VANTAGES}. */
export type WatchedVantage = (typeof WATCHED_VANTAGES)[number];

/**
 * Reads the options of the zero-code start, from variables and from the file that one of them may name. Throws a
 * RangeError that names each setting that is wrong, its value and what is allowed, one a line.
 */
export function optionsFromEnvironment(environment: Environment): ExporterOptions {
  const { settings, problems } = readSettings({ environment });
  if (settings === undefined) throw new RangeError(problems.join('\n'));
  return exporterOptionsOf(settings);
}
