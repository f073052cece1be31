import type { Listener, Reference, UpstreamChange, UpstreamError } from '../../exchange/index.ts';
import type { Affinity, Upstream } from './settings.ts';

/** One address of an upstream. */
export interface Address {
  /** Name and port, as in `Host`. */
  readonly host: string;
  readonly hostname: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** Until when it is not asked, since it took no connection; ms. 0 while it takes them. */
  downUntil: number;
}

/** The addresses of one upstream, and which session lives at which. */
export interface Addresses {
  /** None of them asks for TLS. */
  readonly arePlain: boolean;
  /** The address to ask next: that of the session if it is known and up, else the next in turn. */
  choose(session: Reference | undefined, tried: ReadonlySet<Address>): Address | undefined;
  /** The session lives at this address. */
  bind(session: Reference, address: Address): void;
  /** It took a connection. */
  up(address: Address): void;
  /** It took none. */
  down(address: Address, error: UpstreamError): void;
  /** Tells how they stand. */
  tellStates(): void;
  /** An answer failed on a connection that stood. */
  failed(error: UpstreamError): void;
}

/** What {@link createAddresses} needs beside an upstream. */
export interface AddressesOptions extends Pick<Listener, 'now'> {
  readonly affinity: Affinity;
  /** Told of every failure, and of how the addresses stand. */
  readonly tell: (change: UpstreamChange) => void;
  /** So many sessions are remembered with their address; then the one not used longest goes. Default 100,000. */
  readonly mostSessions?: number;
}

/** An address that took no connection is asked again after this time, or when there is no other. */
const REST_MS = 5000;

/** Makes {@link Addresses}. */
export function createAddresses(upstream: Upstream, options: AddressesOptions): Addresses {
  const { affinity, now, tell, mostSessions = 100_000 } = options;
  const all: readonly Address[] = upstream.addresses.map(addressAt);
  const homes = new Map<Reference, Address>();
  const remembers = affinity === 'session' && all.length > 1;
  let turn = 0;

  function remember(session: Reference, address: Address): void {
    homes.delete(session);
    homes.set(session, address);
    if (homes.size > mostSessions) homes.delete(homes.keys().next().value as Reference);
  }

  function homeOf(session: Reference | undefined): Address | undefined {
    const address = session === undefined ? undefined : homes.get(session);
    if (session !== undefined && address !== undefined) remember(session, address);
    return address;
  }

  /** Those at rest come last: a request is better tried there than refused. */
  function next(tried: ReadonlySet<Address>): Address | undefined {
    let resting: Address | undefined;
    const [at, first] = [now(), turn++];
    for (let i = 0; i < all.length; i++) {
      const address = all[(first + i) % all.length] as Address;
      if (tried.has(address)) continue;
      if (address.downUntil <= at) return address;
      resting ??= address;
    }
    return resting;
  }

  function told(error?: UpstreamError): void {
    const down = all.filter(({ downUntil }) => downUntil > 0).length;
    tell({ target: upstream.name, error, addresses: { up: all.length - down, down } });
  }

  return {
    arePlain: all.every(({ isSecure }) => !isSecure),
    choose(session, tried) {
      const home = homeOf(session);
      return home !== undefined && !tried.has(home) && home.downUntil <= now() ? home : next(tried);
    },
    bind(session, address) {
      if (remembers) remember(session, address);
    },
    up(address) {
      if (address.downUntil === 0) return;
      address.downUntil = 0;
      told();
    },
    down(address, error) {
      address.downUntil = now() + REST_MS;
      told(error);
    },
    tellStates: () => told(),
    failed: (error) => told(error),
  };
}

function addressAt({ protocol, host, hostname, port }: URL): Address {
  const isSecure = protocol === 'https:';
  return {
    host,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isSecure ? 443 : 80) : Number(port),
    isSecure,
    downUntil: 0,
  };
}
