import type { Upstream } from './settings.ts';

/** Where a request goes. */
export interface Route {
  readonly upstream: Upstream;
  /** The path, with its query, that the upstream is asked for. */
  readonly path: string;
  /** Whether it is the address at which the upstream speaks the protocol, as far as its URL says. */
  readonly isEndpoint: boolean;
}

/** Finds the upstream for what was asked; nothing when there is none. */
export type Routes = (path: string, host: string) => Route | undefined;

/** Makes {@link Routes}. What is served for a host comes before what is served under a path, the longest first. */
export function createRoutes(upstreams: readonly Upstream[]): Routes {
  const ranked = upstreams.toSorted(
    (a, b) =>
      Number(b.host !== undefined) - Number(a.host !== undefined) ||
      (b.path ?? '').length - (a.path ?? '').length,
  );
  const byHost = upstreams.some((upstream) => upstream.host !== undefined);
  return (path, host) => {
    const name = byHost ? hostnameOf(host) : '';
    for (const upstream of ranked) {
      if (upstream.host !== undefined && upstream.host.toLowerCase() !== name) continue;
      const rest = restOf(path, upstream);
      if (rest === undefined) continue;
      return { upstream, path: rest, isEndpoint: withoutQuery(rest) === endpointOf(upstream) };
    }
    return undefined;
  };
}

/** The path without what it is served under; the bare path is that of the endpoint. */
function restOf(path: string, upstream: Upstream): string | undefined {
  const { path: prefix = '' } = upstream;
  if (!path.startsWith(prefix)) return undefined;
  const rest = path.slice(prefix.length);
  if (prefix === '' || rest.startsWith('/')) return rest;
  return rest === '' || rest.startsWith('?') ? (endpointOf(upstream) ?? '/') + rest : undefined;
}

/** A URL without a path of its own does not say. */
function endpointOf({ addresses }: Upstream): string | undefined {
  const path = addresses[0]?.pathname;
  return path === '/' ? undefined : path;
}

function withoutQuery(path: string): string {
  return path.split('?', 1)[0] as string;
}

function hostnameOf(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '');
}
