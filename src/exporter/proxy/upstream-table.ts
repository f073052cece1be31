import type { Listener } from '../../exchange/index.ts';
import { createAddresses, type Addresses, type AddressesOptions } from './addresses.ts';
import { createRoutes, type Routes } from './routes.ts';
import type { FullSettings, Upstream } from './settings.ts';

/** The upstreams that are served, and what is known of each. */
export interface UpstreamTable {
  readonly route: Routes;
  addressesOf(upstream: Upstream): Addresses;
  /** Serves these from here on; what is known of one that stays is kept. */
  reload(upstreams: readonly Upstream[]): void;
}

/** Makes an {@link UpstreamTable}. */
export function createUpstreamTable(
  { upstreams, affinity }: Pick<FullSettings, 'upstreams' | 'affinity'>,
  listener: Listener,
): UpstreamTable {
  const options: AddressesOptions = {
    affinity,
    now: listener.now,
    tell: (change) => listener.upstream?.(change),
  };
  let routes: Routes;
  let known: ReadonlyMap<Upstream, Addresses> = new Map();

  function reload(served: readonly Upstream[]): void {
    const before = new Map([...known].map(([upstream, addresses]) => [keyOf(upstream), addresses]));
    for (const { name } of known.keys())
      options.tell({ target: name, error: undefined, addresses: { up: 0, down: 0 } });
    known = new Map(
      served.map((upstream) => [upstream, before.get(keyOf(upstream)) ?? createAddresses(upstream, options)]),
    );
    for (const addresses of known.values()) addresses.tellStates();
    routes = createRoutes(served);
  }

  reload(upstreams);
  return {
    route: (path, host) => routes(path, host),
    addressesOf: (upstream) => known.get(upstream) as Addresses,
    reload,
  };
}

function keyOf({ name, addresses }: Upstream): string {
  return [name, ...addresses.map(({ origin }) => origin)].join(' ');
}
