/** One upstream: a server, or several addresses of the same one. */
export interface Upstream {
  /** The target under which it is counted. */
  readonly name: string;
  /** Where it answers. Of an address the scheme, host and port count; all have the same path. */
  readonly addresses: readonly URL[];
  /** The path under which it is served, such as `/github`: cut off before a request is passed on. Default: none. */
  readonly path?: string | undefined;
  /** The name of the host for which it is served. Default: any. */
  readonly host?: string | undefined;
}

/** Where the requests of one session go, when an upstream has several addresses. */
export const AFFINITIES = ['session', 'none'] as const;

/** See {@link AFFINITIES}. */
export type Affinity = (typeof AFFINITIES)[number];

/** What an upstream is told as `Host`: what the client asked for, or its own address. */
export const HOST_HEADERS = ['client', 'upstream'] as const;

/** See {@link HOST_HEADERS}. */
export type HostHeader = (typeof HOST_HEADERS)[number];

/** How the proxy listens and forwards. Times are milliseconds. None of them ends a stream that is open. */
export interface ProxySettings {
  readonly upstreams: readonly Upstream[];
  /** The address to listen at. Default: `127.0.0.1`. */
  readonly host?: string | undefined;
  /** The port to listen at; 0 takes any free one. Default: 8080. */
  readonly port?: number | undefined;
  /** Default: `session`, each session stays at one address, by its id. */
  readonly affinity?: Affinity | undefined;
  /** Default: `client`. With `upstream` it cannot see for which name it was asked: see `allowedHosts`. */
  readonly hostHeader?: HostHeader | undefined;
  /**
   * Names by which the proxy may be asked for, beside addresses and `localhost`. Default: any, for the upstream
   * checks; but none further where `hostHeader` hides the name from it.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /** PEM texts. With them it speaks TLS, HTTP/2 and HTTP/1.1; without, HTTP/1.1. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  /** How long a connection to an upstream may take. Default: 5,000. */
  readonly connectTimeout?: number | undefined;
  /** How long a client may take for the head of a request. Default: 15,000. */
  readonly headersTimeout?: number | undefined;
  /** How long a client may take for a whole request, its body included. Default: 300,000. */
  readonly requestTimeout?: number | undefined;
  /** The most connections of clients at one time; further ones are closed at once. Default: 10,000. */
  readonly maxConnections?: number | undefined;
  /** How long requests under way may take when the proxy is stopped. Default: 10,000. */
  readonly drainTimeout?: number | undefined;
}

/** The settings with what they do not say filled in. */
export type FullSettings = { readonly [Key in keyof Defaults]: Defaults[Key] } & ProxySettings;

type Defaults = typeof DEFAULTS;

/** What stands where nothing is said. */
export const DEFAULTS = {
  host: '127.0.0.1' as string,
  port: 8080 as number,
  affinity: 'session' as Affinity,
  hostHeader: 'client' as HostHeader,
  connectTimeout: 5000 as number,
  headersTimeout: 15_000 as number,
  requestTimeout: 300_000 as number,
  maxConnections: 10_000 as number,
  drainTimeout: 10_000 as number,
};

/** Fills in the {@link DEFAULTS}. */
export function withDefaults(settings: ProxySettings): FullSettings {
  const said = Object.entries(settings).filter(([, value]) => value !== undefined);
  return { ...DEFAULTS, ...Object.fromEntries(said) } as FullSettings;
}
